import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A group of processes whose memory the kernel counts, their children's and what the kernel holds for them included. */
export interface Group {
  add(pid: number): void
  peakMb(): number
  remove(): void
}

const versions = [
  { root: '/sys/fs/cgroup/memory', peak: 'memory.max_usage_in_bytes' },
  { root: '/sys/fs/cgroup', peak: 'memory.peak' },
]

/** Undefined where this user may make none. */
export function openGroup(name: string): Group | undefined {
  for (const { root, peak } of versions) {
    const folder = join(root, name)
    try {
      mkdirSync(folder)
    } catch {
      continue
    }
    if (!existsSync(join(folder, peak))) {
      rmdirSync(folder)
      continue
    }
    return {
      add: (pid) => writeFileSync(join(folder, 'cgroup.procs'), String(pid)),
      peakMb: () => Number(readFileSync(join(folder, peak), 'utf8')) / 2 ** 20,
      remove: () => rmdirSync(folder),
    }
  }
  return undefined
}

const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )

export function rssMb(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const [, kb = '0'] =
    new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) / 1024
}

/** Of a process and all below it; one that ended meanwhile counts nothing. */
export function treeMb(pid: number): number {
  try {
    return rssMb(pid) + childrenOf(pid).reduce((sum, child) => sum + treeMb(child), 0)
  } catch {
    return 0
  }
}

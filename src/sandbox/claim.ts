import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { birthOf, isAlive } from './process-age.ts'
import type { Folder } from './folder.ts'

/** Who runs a sandbox. */
export interface Holder {
  readonly pid: number
  readonly birth?: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** Who runs here now; undefined: nobody, also where somebody was killed. */
export function holderOf(folder: Folder): Holder | undefined {
  const holder = readHolder(folder)
  return holder !== undefined && isAlive(holder) ? holder : undefined
}

/** Whether somebody ran here and was killed before he could tidy up. */
export const isOrphaned = (folder: Folder): boolean =>
  readHolder(folder) !== undefined && holderOf(folder) === undefined

/** Makes this process the one that runs here. Answers who is, where somebody else does. */
export function claim(folder: Folder, now: number): Holder | undefined {
  const birth = birthOf(process.pid)
  const own: Holder = { pid: process.pid, since: now, ...(birth === undefined ? {} : { birth }) }
  const draft = `${folder.lock}.${process.pid}`
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 })
  try {
    // A link is made by one of two only, and what it leads to is whole.
    for (let round = 0; round < 5; round++) {
      try {
        linkSync(draft, folder.lock)
        return undefined
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const holder = holderOf(folder)
      if (holder !== undefined) return holder
      rmSync(folder.lock, { force: true })
    }
    throw new Error(`${folder.lock} can neither be had nor removed`)
  } finally {
    rmSync(draft, { force: true })
  }
}

function readHolder(folder: Folder): Holder | undefined {
  try {
    return JSON.parse(readFileSync(folder.lock, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** Removes all of a sandbox but its log, which may say why it ended. */
export function tidy(folder: Folder): void {
  const { lock, kubeconfig, control, balancerSocket, balancer, pods, tools } = folder
  for (const path of [kubeconfig, control, balancerSocket, balancer, pods, tools, lock])
    rmSync(path, { recursive: true, force: true })
}

import { readFileSync, readdirSync } from 'node:fs'

/** Megabytes of a process and all below it. */
export interface TreeMemory {
  /** What each of them sees, summed: a page that two of them share counts twice. */
  readonly rssMb: number
  /** A shared page is divided among all on the machine that share it. */
  readonly pssMb: number
  /** What would be free without them. */
  readonly privateMb: number
}

/** The process itself first. */
export function treeOf(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children.flatMap(treeOf)]
}

export function treeMemory(pid: number): TreeMemory {
  const sums = treeOf(pid).map((each) => {
    const text = readFileSync(`/proc/${each}/smaps_rollup`, 'utf8')
    const mb = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN) / 1024
    return { rss: mb('Rss'), pss: mb('Pss'), own: mb('Private_Clean') + mb('Private_Dirty') }
  })
  const sum = (of: (one: (typeof sums)[number]) => number): number =>
    sums.reduce((all, one) => all + of(one), 0)
  return { rssMb: sum(({ rss }) => rss), pssMb: sum(({ pss }) => pss), privateMb: sum(({ own }) => own) }
}

/** Milliseconds of CPU that a process and all below it have used. */
export const treeCpuMs = (pid: number): number =>
  treeOf(pid).reduce((sum, each) => {
    const stat = readFileSync(`/proc/${each}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // User and system time, in hundredths of a second.
    return sum + 10 * (Number(fields[11]) + Number(fields[12]))
  }, 0)

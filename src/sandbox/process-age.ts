import { readFileSync } from 'node:fs'

interface Stat {
  /** One letter; `Z` has ended, and its parent has not looked. */
  readonly state: string | undefined
  readonly birth: string | undefined
}

function statOf(pid: number): Stat | undefined {
  try {
    // The name of the program stands in brackets and may hold anything; the state follows it, the start comes 19 later.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0], birth: fields[19] }
  } catch {
    return undefined
  }
}

/** When a process began, in its system's own measure: with the number it names one process for good. */
export const birthOf = (pid: number): string | undefined => statOf(pid)?.birth

/** Whether that very process still runs. Where nothing more is told of processes, the number alone decides. */
export function isAlive({ pid, birth }: { readonly pid: number; readonly birth?: string }): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = statOf(pid)
  if (now === undefined) return true
  return now.state !== 'Z' && (birth === undefined || now.birth === birth)
}

import { readFileSync } from 'node:fs'

/** When a process began, in its system's own measure: with the number it names one process for good. */
export function birthOf(pid: number): string | undefined {
  try {
    // The name of the program stands in brackets and may hold anything; the start is the 20th field after it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/** Whether that very process still runs. Where a birth cannot be had, the number alone decides. */
export function isAlive({ pid, birth }: { readonly pid: number; readonly birth?: string }): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = birthOf(pid)
  return birth === undefined || now === undefined || now === birth
}

import { readFile } from 'node:fs/promises'
import { must, run } from './command.ts'

/** `lbpackets-PID-BIRTH-SPACE`: the birth, in clock ticks since the machine's start, tells a pid from its next bearer. */
const pattern = /^lbpackets-(\d+)-(\d+)-/

let tried = 0

/** What the names of this run's namespaces begin with. */
export async function prefixOfRun(): Promise<string> {
  const birth = await birthOf(process.pid)
  return `lbpackets-${process.pid}-${birth}-${tried++}`
}

async function birthOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The program's name stands in brackets and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

/** Removes what a run that was killed left behind, and nothing of one that lives. */
export async function removeLeftovers(): Promise<readonly string[]> {
  const names = (await must(['ip', 'netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '')
  const dead: string[] = []
  for (const name of names) {
    const [, pid, birth] = pattern.exec(name) ?? []
    if (pid !== undefined && (await birthOf(Number(pid))) !== birth) dead.push(name)
  }
  await removeNamespaces(dead)
  return dead
}

/** Ends every process in them first: a namespace lives on, without a name, as long as one of them does. */
export async function removeNamespaces(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { out } = await run(['ip', 'netns', 'pids', name])
    for (const pid of out.split('\n').filter((line) => line !== '')) kill(Number(pid))
  }
  if (names.length > 0)
    await run(['ip', '-force', '-batch', '-'], names.map((name) => `netns del ${name}\n`).join(''))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

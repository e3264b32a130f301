import { Readable } from 'node:stream'
import type { Guard } from './guard.ts'
import {
  begun,
  signalGroup,
  spawnRefusal,
  startProcess,
  type ProcessWish,
  type ProcessWorkload,
} from './process.ts'
import { startOnTerminal } from './terminal.ts'
import { LaunchFailure } from './workload.ts'

/** A process with pipes or with a terminal, as wished. It ends with its guard. Rejects with `LaunchFailure`. */
export const startWorkload = (wish: ProcessWish, guard: Guard): Promise<ProcessWorkload> =>
  wish.tty === true ? startTerminal(wish, guard) : startProcess(wish, guard)

async function startTerminal(wish: ProcessWish, guard: Guard): Promise<ProcessWorkload> {
  const { command, env } = wish
  const { words, cwd } = await begun(wish)
  const started = await startOnTerminal(words, { env, cwd }).catch((error: NodeJS.ErrnoException) => {
    throw new LaunchFailure('RunContainerError', spawnRefusal(command[0] ?? '', error))
  })
  const { pid, stdin, stdout } = started
  guard.add(pid)
  let over = false
  const ended = started.ended.then((end) => {
    over = true
    signalGroup(pid, 'SIGKILL')
    guard.remove(pid)
    return end
  })
  const signal = (name: NodeJS.Signals) => {
    if (!over) signalGroup(pid, name)
  }
  return {
    pid,
    stdin,
    stdout,
    stderr: Readable.from([]),
    resize: (size) => void started.resize(size),
    ended,
    // A shell at a prompt lets SIGTERM pass, and ends when its terminal hangs up.
    stop: () => {
      signal('SIGTERM')
      signal('SIGHUP')
    },
    kill: () => signal('SIGKILL'),
  }
}

import { connect } from 'node:net'
import { systemClock } from '../../lib/clock.ts'
import type { Setup } from './container-setup.ts'
import type { Guard } from './guard.ts'
import type { Container } from './objects.ts'
import type { Output } from './output.ts'
import { startWorkload } from './start-workload.ts'
import type { Workload } from './workload.ts'

export interface CommandWish {
  readonly command: readonly string[]
  /** It has begun when it listens there. */
  readonly listeners: readonly { readonly address: string; readonly port: number }[]
  readonly setup: Setup
  readonly container: Container
  readonly output: Output
}

/** A server that does not listen by then has begun all the same: its probes say the rest. */
const patienceMs = 3000
const betweenTriesMs = 10

export async function startCommand(wish: CommandWish, guard: Guard): Promise<Workload> {
  const { command, setup, container, output } = wish
  const started = await startWorkload(
    { ...setup, command, stdin: container.stdin === true, tty: container.tty === true },
    guard,
  )
  started.stdout.on('data', (bytes: Buffer) => output.write('stdout', bytes))
  started.stderr.on('data', (bytes: Buffer) => output.write('stderr', bytes))
  const over = new AbortController()
  void started.ended.then(() => over.abort())
  const until = performance.now() + patienceMs
  for (const { address, port } of wish.listeners)
    while (!over.signal.aborted && performance.now() < until && !(await listens(address, port)))
      await systemClock.sleep(betweenTriesMs, over.signal)
  return started
}

const listens = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

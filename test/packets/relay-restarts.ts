// Restarts a relay five times in twenty seconds under 300 new connections per second that each read a byte, and a few
// UDP clients that ask all the time. Prints what was counted. Run inside a network namespace by
// relay-restart.packets.ts.
import { fork, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface RestartCount {
  readonly connections: number
  readonly resets: number
  readonly timeouts: number
  readonly otherFailures: number
  /** Of UDP clients that were there before all restarts. */
  readonly flowsMoved: number
  readonly unanswered: number
}

const restarts = 5
const seconds = 20
const perSecond = 300
/** One that is answered late, by a machine that does other things too, is not lost. */
const patienceMs = 30_000
const port = 39_000
const generation = new URL('restarting-relay.ts', import.meta.url).pathname

const target = createServer((socket) => {
  socket.on('error', () => {})
  socket.end('x')
}).listen(0, '127.0.0.1')
await once(target, 'listening')
const targetPort = (target.address() as AddressInfo).port

/** The client's name, by the address that the relay has for it. */
const flows = new Map<string, Set<number>>()
const echo = createSocket('udp4').bind(targetPort, '127.0.0.1')
echo.on('message', (datagram, from) => {
  const name = datagram.toString()
  flows.set(name, (flows.get(name) ?? new Set()).add(from.port))
  echo.send(datagram, from.port, from.address)
})

const folder = mkdtempSync(join(tmpdir(), 'lb-restarts-'))
const generations: ChildProcess[] = []
async function start(): Promise<void> {
  const child = fork(generation, [folder, String(port), String(targetPort)], { execArgv: [] })
  generations.push(child)
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('a generation of the relay has ended before it served')
    }),
  ])
}

const count = { connections: 0, resets: 0, timeouts: 0, otherFailures: 0, flowsMoved: 0, unanswered: 0 }

const open = new Set<Promise<void>>()

function dial(): void {
  count.connections++
  const over = Promise.withResolvers<void>()
  open.add(over.promise)
  const socket = connect(port, '127.0.0.1')
  let isDone = false
  const done = (failure?: 'resets' | 'timeouts' | 'otherFailures') => {
    if (isDone) return
    isDone = true
    clearTimeout(timer)
    if (failure !== undefined) count[failure]++
    socket.destroy()
    open.delete(over.promise)
    over.resolve()
  }
  const timer = setTimeout(() => done('timeouts'), patienceMs)
  socket.on('data', () => done())
  socket.on('error', (error: NodeJS.ErrnoException) =>
    done(error.code === 'ECONNRESET' ? 'resets' : 'otherFailures'),
  )
  socket.on('close', () => done('otherFailures'))
}

await start()
const clients = Array.from({ length: 20 }, (_, name) => {
  let waits = 0
  const socket = createSocket('udp4').on('message', () => (waits = 0))
  return {
    ask() {
      if (waits++ > 0) count.unanswered++
      socket.send(String(name), port, '127.0.0.1')
    },
    close: () => socket.close(),
  }
})
const began = performance.now()
// By the clock: a timer that comes late thins nothing out.
const dialling = setInterval(() => {
  const due = ((performance.now() - began) * perSecond) / 1000
  while (count.connections < due) dial()
}, 10)
const asking = setInterval(() => {
  for (const client of clients) client.ask()
}, 100)
try {
  for (let restart = 0; restart < restarts; restart++) {
    await sleep((seconds * 1000) / (restarts + 1))
    await start()
  }
  await sleep((seconds * 1000) / (restarts + 1))
} finally {
  clearInterval(dialling)
  clearInterval(asking)
  await Promise.all(open)
  for (const client of clients) client.close()
  echo.close()
  target.close()
  for (const child of generations) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
count.flowsMoved = [...flows.values()].filter((ports) => ports.size > 1).length
process.stdout.write(JSON.stringify(count satisfies RestartCount))
process.exit()

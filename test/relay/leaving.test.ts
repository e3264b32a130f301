import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { VirtualClock } from '../../src/lib/clock.ts'
import type { RelayFrontend } from '../../src/relay/frontend.ts'
import type { LocalRelay } from '../../src/relay/local-relay.ts'
import { client, closed, relayOf, target, until } from './bed.ts'

interface Row {
  readonly name: string
  readonly drainMs?: number
  readonly leave: (relay: LocalRelay, frontend: RelayFrontend) => Promise<unknown>
  /** When its time is over. */
  readonly ended: boolean
}

const without = (frontend: RelayFrontend): RelayFrontend => ({ ...frontend, routes: [{ targets: [] }] })
const ofOthers = (frontend: RelayFrontend): RelayFrontend => ({
  ...frontend,
  routes: frontend.routes.map((route) => ({ ...route, sources: ['192.0.2.0/24'] })),
})

const rows: readonly Row[] = [
  { name: 'the target', drainMs: 5000, leave: (relay, f) => relay.change([without(f)], []), ended: true },
  { name: 'the route', drainMs: 5000, leave: (relay, f) => relay.change([ofOthers(f)], []), ended: true },
  { name: 'the frontend', drainMs: 5000, leave: (relay, f) => relay.change([], [f.id]), ended: true },
  { name: 'the frontend, without a limit', leave: (relay, f) => relay.change([], [f.id]), ended: false },
  { name: 'the target, without a limit', leave: (relay, f) => relay.change([without(f)], []), ended: false },
  {
    name: 'the target, for a moment',
    drainMs: 5000,
    leave: async (relay, f) => {
      await relay.change([without(f)], [])
      await relay.change([{ ...f }], [])
    },
    ended: false,
  },
]

for (const { name, drainMs, leave, ended } of rows)
  test(`what has gone keeps its connections for its time: ${name}`, async (t) => {
    const clock = new VirtualClock()
    const { relay, frontend, socket } = await open(t, clock, drainMs)
    let over = false
    void closed(socket).then(() => (over = true))
    await leave(relay, frontend)
    await clock.advance(4999)
    assert.equal(over, false)
    await clock.advance(1)
    if (ended) await until(() => over, 'the end of the connection')
    else assert.equal(over, false)
    socket.destroy()
  })

async function open(
  t: TestContext,
  clock: VirtualClock,
  drainMs: number | undefined,
): Promise<{ relay: LocalRelay; frontend: RelayFrontend; socket: Socket }> {
  const held = await target(t, (socket) => void socket.write('.'))
  const { relay, frontend, port } = await relayOf(
    t,
    { routes: [{ targets: [held] }], ...(drainMs === undefined ? {} : { drainMs }) },
    { clock },
  )
  const socket = client(t, port)
  await new Promise((resolve) => socket.once('data', resolve))
  return { relay, frontend, socket }
}

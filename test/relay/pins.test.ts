import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { VirtualClock } from '../../src/lib/clock.ts'
import { HandoverPlane } from '../../src/node-proxy/userspace/handover-plane.ts'
import { UserspacePlane } from '../../src/node-proxy/userspace/plane.ts'
import { silentLog } from '../../src/observe/log.ts'
import { Balancer } from '../../src/relay/balancer.ts'
import type { RelayPins } from '../../src/relay/frontend.ts'
import { LocalRelay } from '../../src/relay/local-relay.ts'
import { keepPins, takePins, youngest } from '../../src/relay/pin-file.ts'
import { tableOf, row } from '../node-proxy/userspace/rows.ts'
import { freePort } from '../support/free-port.ts'
import { frontendOn, named, talk } from './bed.ts'

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lb-pins-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const some: RelayPins = [
  [
    'f',
    [
      ['192.0.2.1', '10.0.0.1 80', 5000],
      ['2001:db8::1', '10.0.0.2 80', 0],
    ],
  ],
]

test('pins: who was pinned in the process before keeps its target for the rest of its time', async () => {
  const clock = new VirtualClock()
  const names = ['10.0.0.1', '10.0.0.2', '10.0.0.3']
  const routes = [{ targets: names.map((address) => ({ address, port: 80 })) }]
  const balancer = new Balancer(clock, Math.random, [
    ['over', '10.0.0.3 80', 10_000],
    ['late', '10.0.0.3 80', 9_000],
    ['gone', '10.0.0.9 80', 1],
    ['early', '10.0.0.2 80', 1],
  ])
  balancer.update(frontendOn(80, { routes, affinitySeconds: 10, scheduler: 'round-robin' }))
  const name = (client: string) => balancer.choose({ client, destination: '' })?.address
  assert.deepEqual(
    balancer.pins.map(([client, to, ageMs]) => `${client} ${to} ${ageMs}`),
    ['late 10.0.0.3 80 9000', 'early 10.0.0.2 80 1'],
  )
  assert.equal(name('early'), '10.0.0.2')
  await clock.advance(1000)
  assert.equal(name('late'), '10.0.0.1', 'its time was over: chosen anew, in turn')
})

test('pins: a file hands them over once, to this user alone, and time goes on meanwhile', async (t) => {
  const folder = temporary(t)
  await keepPins(folder, some, () => 70_000)
  assert.equal(statSync(join(folder, 'affinity')).mode & 0o777, 0o600)
  const [[id, pins] = []] = await takePins(folder, () => 72_500)
  assert.equal(id, 'f')
  assert.deepEqual(
    pins?.map(([, , ageMs]) => ageMs),
    [7500, 2500],
  )
  assert.deepEqual(await takePins(folder), [])
  assert.deepEqual(readdirSync(folder), [])
})

test('pins: nothing is taken from before the machine was started, nor from what is not ours', async (t) => {
  const folder = temporary(t)
  await keepPins(folder, some, () => 70_000)
  assert.deepEqual(await takePins(folder, () => 10), [])
  const texts = [
    '',
    'null',
    '[]',
    '{"version":2,"atMs":1,"pins":[]}',
    '{"version":1,"atMs":1,"pins":[["f",[1]]]}',
  ]
  for (const text of texts) {
    writeFileSync(join(folder, 'affinity'), text)
    assert.deepEqual(await takePins(folder, () => 100), [], text)
  }
})

const pin = (n: number) => [`${n}`, 'a 1', 100 - n] as const

test('pins: of too many those who came last are kept, of each frontend the same part', () => {
  const pins: RelayPins = [
    ['f', [1, 2, 3, 4].map(pin)],
    ['g', [5, 6].map(pin)],
  ]
  assert.equal(youngest(pins, 6), pins)
  assert.deepEqual(
    youngest(pins, 4).map(([id, each]) => `${id} ${each.map(([client]) => client).join()}`),
    ['f 3,4', 'g 5,6'],
  )
})

/** A plane whose relay takes targets in turn, beginning elsewhere than another one. */
function planeOf(t: TestContext, folder: string, first: number) {
  const relay = new LocalRelay({ sharePorts: true, random: () => first })
  t.after(() => relay.drain(0))
  const inner = new UserspacePlane({ relay, settings: {}, log: silentLog, drainMs: 0 })
  return new HandoverPlane(inner, { relay, folder, log: silentLog, onSuperseded: () => {} })
}

for (const overlap of [true, false])
  test(`pins: a client keeps its target over a restart, ${overlap ? 'the next one there before the end' : 'one after the other'}`, async (t) => {
    const folder = temporary(t)
    const targets = await Promise.all(['a', 'b'].map((name) => named(t, name)))
    const { signal } = new AbortController()
    const table = tableOf([
      row({
        clusterAddress: '127.0.0.1',
        port: await freePort(),
        affinitySeconds: 60,
        cluster: targets.map((target) => ({ ...target, local: true })),
      }),
    ])
    const { port = 0 } = [...table.rows.values()][0] ?? {}
    const seen: string[] = []
    // Without what was handed over each of them would choose another target.
    let before: HandoverPlane | undefined
    for (const first of [0, 0.999, 0]) {
      if (!overlap) await before?.stop()
      const plane = planeOf(t, folder, seen.length === 0 ? 0 : first)
      t.after(() => plane.stop())
      assert.deepEqual(await plane.apply(table, 'all', signal), { failures: [] })
      if (overlap) await before?.stop()
      seen.push(await talk(port))
      before = plane
    }
    assert.equal(new Set(seen).size, 1, seen.join())
  })

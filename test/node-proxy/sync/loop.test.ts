import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle, VirtualClock } from '../../../src/lib/clock.ts'
import type { IpFamily } from '../../../src/lib/ip.ts'
import type { Applied, Changed, DataPlane, FamilyFailure } from '../../../src/node-proxy/data-plane.ts'
import type { FamilySettings, ProxyTable } from '../../../src/node-proxy/table/row.ts'
import { SyncHealth } from '../../../src/node-proxy/health/sync-health.ts'
import { SyncLoop } from '../../../src/node-proxy/sync/loop.ts'
import { silentLog } from '../../../src/observe/log.ts'

const web = 'shop/web:http/TCP/IPv4'
const api = 'shop/api:http/TCP/IPv4'
const web6 = 'shop/web:http/TCP/IPv6'

/** What was written, as `at: what`; its answers are what a row sets. */
class Plane implements DataPlane {
  readonly name = 'nftables'
  readonly written: string[] = []
  readonly #clock: VirtualClock
  failures: readonly FamilyFailure[] = []
  thrown: Error | undefined
  whole = true
  tookMs = 0
  checks = 0

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }
  start = async (): Promise<void> => {}
  stop = async (): Promise<void> => {}
  cleanup = async (): Promise<void> => {}
  async intact(): Promise<boolean> {
    this.checks++
    return this.whole
  }
  async apply(_table: ProxyTable, changed: Changed): Promise<Applied> {
    this.written.push(
      `${this.#clock.now()}: ${changed === 'all' ? 'all' : [...changed].toSorted().join(' ')}`,
    )
    if (this.tookMs > 0) await this.#clock.sleep(this.tookMs)
    if (this.thrown !== undefined) throw this.thrown
    return { failures: this.failures }
  }
}

interface Bench {
  readonly clock: VirtualClock
  readonly plane: Plane
  readonly health: SyncHealth
  readonly change: (...keys: readonly string[]) => void
  readonly run: (ms: number) => Promise<void>
}

/** A loop that has written everything once, at 0; then `act`. */
async function withLoop(
  act: (bench: Bench) => Promise<void>,
  families: readonly IpFamily[] = ['IPv4', 'IPv6'],
): Promise<void> {
  const clock = new VirtualClock(0)
  const plane = new Plane(clock)
  const health = new SyncHealth(clock, clock, 60_000)
  const stop = new AbortController()
  let changed = new Set<string>()
  const table: ProxyTable = {
    rows: new Map(),
    healthChecks: new Map(),
    families: Object.fromEntries(families.map((family) => [family, {} as FamilySettings])),
  }
  const loop = new SyncLoop({
    clock,
    log: silentLog,
    plane,
    health,
    checkMs: 30_000,
    minMs: 1_000,
    random: () => 0,
    source: {
      take() {
        const taken = changed
        changed = new Set()
        return { table, changed: taken }
      },
    },
  })
  const running = loop.run(stop.signal)
  await settle()
  plane.written.length = 0
  await act({
    clock,
    plane,
    health,
    change(...keys) {
      for (const key of keys) changed.add(key)
      loop.changed()
    },
    run: (ms) => clock.advance(ms),
  })
  stop.abort()
  await running
}

test('a change after a quiet time is written at once; those that follow join until the period is over', () =>
  withLoop(async ({ plane, change, run }) => {
    await run(5_000)
    change(web)
    await run(10)
    change(api)
    await run(10)
    change(web)
    await run(2_000)
    assert.deepEqual(plane.written, [`5000: ${web}`, `6000: ${api} ${web}`])
  }))

test('a slow write is followed by as long a pause', () =>
  withLoop(async ({ plane, change, run }) => {
    await run(5_000)
    plane.tookMs = 2_000
    change(web)
    await run(1)
    change(api)
    await run(10_000)
    assert.deepEqual(plane.written, [`5000: ${web}`, `9000: ${api}`])
  }))

test('a change that changes no row is not written', () =>
  withLoop(async ({ plane, change, run, health }) => {
    await run(5_000)
    change()
    await run(100_000)
    assert.deepEqual(plane.written, [])
    assert.ok(health.healthy)
  }))

test('everything is written anew each hour', () =>
  withLoop(async ({ plane, run }) => {
    await run(7_300_000)
    assert.deepEqual(plane.written, ['3600000: all', '7200000: all'])
  }))

test('what somebody removed is back within a period', () =>
  withLoop(async ({ plane, run }) => {
    plane.whole = false
    await run(29_999)
    assert.deepEqual(plane.written, [])
    await run(1)
    plane.whole = true
    assert.deepEqual(plane.written, ['30000: all'])
    await run(60_000)
    assert.equal(plane.written.length, 1)
  }))

test('after an error everything is written, again and again, later and later, at least each period', () =>
  withLoop(async ({ plane, change, run, health }) => {
    await run(5_000)
    plane.thrown = new Error('nft ended with 1')
    change(web)
    await run(40_000)
    assert.deepEqual(plane.written, [
      `5000: ${web}`,
      '6000: all',
      '8000: all',
      '12000: all',
      '20000: all',
      '36000: all',
    ])
    assert.ok(health.healthy, 'it waits for less than a minute')
    await run(25_001)
    assert.equal(health.healthy, false)
    plane.thrown = undefined
    await run(30_000)
    assert.equal(plane.written.at(-1), '96000: all')
    assert.ok(health.healthy)
  }))

test('a family that fails is tried again whole; the other one gets its changes meanwhile', () =>
  withLoop(async ({ plane, change, run, health }) => {
    await run(5_000)
    plane.failures = [{ family: 'IPv6', message: 'no ip6 tables' }]
    change(web, web6)
    await run(500)
    change(api, web6)
    await run(1_400)
    assert.deepEqual(plane.written, [`5000: ${web} ${web6}`, '6000: all'])
    change(api, web6)
    await run(1_000)
    assert.deepEqual(plane.written.slice(2), [`7000: ${api}`])
    await run(70_000)
    assert.equal(health.families.get('IPv6')?.healthy, false)
    assert.equal(health.families.get('IPv4')?.healthy, true)
    plane.failures = []
    await run(30_000)
    assert.ok(health.healthy)
    const tries = plane.written.length
    await run(60_000)
    assert.equal(plane.written.length, tries)
  }))

test('a row that cannot be served is tried again alone, and does not make its family unhealthy', () =>
  withLoop(async ({ plane, change, run, health }) => {
    await run(5_000)
    plane.failures = [{ family: 'IPv4', message: 'port 80 is taken', keys: [web] }]
    change(web, api)
    await run(1_500)
    change(api)
    await run(5_000)
    assert.deepEqual(plane.written, [`5000: ${api} ${web}`, `6000: ${web}`, `7000: ${api}`, `8000: ${web}`])
    await run(100_000)
    assert.ok(health.healthy)
    plane.failures = []
    await run(60_000)
    const tries = plane.written.length
    await run(60_000)
    assert.equal(plane.written.length, tries)
  }))

test('what fails as it must is not tried again', () =>
  withLoop(async ({ plane, change, run }) => {
    await run(5_000)
    plane.failures = [{ family: 'IPv4', message: 'no address of this machine', keys: [web], expected: true }]
    change(web)
    await run(100_000)
    assert.deepEqual(plane.written, [`5000: ${web}`])
  }))

test('a change that comes while one is written is not counted as written', () =>
  withLoop(async ({ plane, change, run, health }) => {
    await run(5_000)
    plane.tookMs = 50
    change(web)
    await run(10)
    plane.tookMs = 200_000
    change(api)
    await run(61_000)
    assert.equal(health.healthy, false)
    await run(200_000)
    assert.ok(health.healthy)
    assert.deepEqual(plane.written, [`5000: ${web}`, `6000: ${api}`])
  }))

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle, VirtualClock, type Clock } from '../../src/lib/clock.ts'
import { KubeError } from '../../src/kube/errors.ts'
import { Lease, type LeaseObject } from '../../src/kube/lease.ts'
import { leases, type ObjectRef, type ResourceType } from '../../src/kube/port.ts'
import type { KubeObject } from '../../src/model/objects.ts'
import { silentLog, type Log } from '../../src/observe/log.ts'
import { MemoryCluster } from './memory.ts'

const ref = { namespace: 'kube-system', name: 'lb-controller' }

interface Contender {
  lease: Lease
  told: string[]
  /** Ends without giving back, as a killed process does. */
  kill: () => void
  stop: () => Promise<void>
}

interface Bench {
  cluster: MemoryCluster
  clock: VirtualClock
  join: (identity: string, opts?: { api?: MemoryCluster; clock?: Clock }) => Promise<Contender>
  lease: () => LeaseObject
}

async function withElection(run: (bench: Bench) => Promise<void>) {
  const cluster = new MemoryCluster()
  const clock = new VirtualClock()
  const all: Contender[] = []
  const join: Bench['join'] = async (identity, opts = {}) => {
    const told: string[] = []
    const link = opts.api ?? linkTo(cluster)
    const lease = new Lease({
      ...ref,
      api: link,
      clock: opts.clock ?? clock,
      identity,
      random: () => 0.5,
      onAcquired: () => told.push('acquired'),
      onLost: (why) => told.push(why),
    })
    const end = new AbortController()
    const running = lease.start(end.signal)
    await settle()
    const contender: Contender = {
      lease,
      told,
      kill() {
        link.before = () => new Promise(() => {})
      },
      async stop() {
        end.abort()
        await settle()
        await clock.advance(8_000)
        await running
      },
    }
    all.push(contender)
    return contender
  }
  try {
    await run({ cluster, clock, join, lease: () => cluster.all<LeaseObject>(leases)[0]! })
  } finally {
    for (const contender of all) await contender.stop()
    assert.equal(clock.nextAt, undefined, 'a timer was left')
  }
}

const fail = () => {
  throw new Error('handler')
}

/** The same cluster behind a line of its own, with faults of its own. */
function linkTo(cluster: MemoryCluster): MemoryCluster {
  const link = new MemoryCluster()
  const through = <T>(verb: string, signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> => {
    const work = (async () => {
      await link.before(verb, leases, {})
      const answer = await call()
      if (verb !== 'get') await link.afterWrite(verb)
      return answer
    })()
    const { promise, reject } = Promise.withResolvers<never>()
    const stop = () => reject(new KubeError(0, 'Timeout', 'no answer'))
    if (signal?.aborted === true) stop()
    signal?.addEventListener('abort', stop, { once: true })
    return Promise.race([work, promise])
  }
  link.get = <T extends KubeObject>(type: ResourceType, ref: ObjectRef, signal?: AbortSignal) =>
    through('get', signal, () => cluster.get<T>(type, ref))
  link.create = (type, object, signal?: AbortSignal) =>
    through('create', signal, () => cluster.create(type, object))
  link.update = (type, object, signal?: AbortSignal) =>
    through('update', signal, () => cluster.update(type, object))
  return link
}

test('lease: the first one leads at once and keeps it', () =>
  withElection(async ({ clock, join, lease }) => {
    const a = await join('a')
    assert.deepEqual([a.lease.held, a.told, a.lease.holder], [true, ['acquired'], 'a'])
    for (let minute = 0; minute < 10; minute++) {
      await clock.advance(60_000)
      assert.ok(a.lease.heldUntil() - clock.now() >= 24_000 - 1)
    }
    assert.deepEqual([a.told, lease().spec?.leaseTransitions], [['acquired'], 0])
    assert.match(lease().spec?.renewTime ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  }))

test('lease: of two that start together one leads, and never both', () =>
  withElection(async ({ clock, join }) => {
    const [a, b] = await Promise.all([join('a'), join('b')])
    for (let i = 0; i < 60; i++) {
      assert.equal(Number(a.lease.held) + Number(b.lease.held), 1)
      await clock.advance(1_000)
    }
  }))

test('lease: given back on stop, the other leads within seconds', () =>
  withElection(async ({ clock, join, lease }) => {
    const a = await join('a')
    const b = await join('b')
    await a.stop()
    assert.deepEqual([a.lease.held, a.told], [false, ['acquired', 'stopped']])
    await clock.advance(1_000)
    assert.deepEqual([b.lease.held, lease().spec?.leaseTransitions, b.lease.transitions], [true, 1, 1])
  }))

test('lease: a killed holder is followed after a full duration, not before', () =>
  withElection(async ({ clock, join }) => {
    const a = await join('a')
    const b = await join('b')
    await clock.advance(10_000)
    a.kill()
    const until = a.lease.heldUntil()
    while (!b.lease.held) {
      await clock.advance(500)
      assert.equal(a.lease.held && b.lease.held, false)
    }
    assert.deepEqual(a.told, ['acquired', 'expired'])
    assert.ok(clock.now() >= until + 2_000, 'too early')
    assert.ok(clock.now() <= until + 2_000 + 8_000, 'too late')
  }))

test('lease: a holder without answers gives up before the others may start', () =>
  withElection(async ({ clock, join }) => {
    const a = await join('a')
    const until = a.lease.heldUntil()
    a.kill()
    await clock.advance(until - clock.now() - 1)
    assert.equal(a.lease.held, true)
    await clock.advance(1)
    assert.deepEqual([a.lease.held, a.lease.heldUntil(), a.told], [false, 0, ['acquired', 'expired']])
  }))

test('lease: a holder whose process was paused knows at once that its time is over', () =>
  withElection(async ({ cluster, clock, join }) => {
    // A clock of its own whose timers never fire: what a stopped process sees when it goes on.
    const paused: Clock = {
      now: () => clock.now(),
      sleep: () => new Promise(() => {}),
      after: () => () => {},
    }
    const lease = new Lease({ ...ref, api: cluster, clock: paused, identity: 'a' })
    void lease.start(new AbortController().signal)
    await settle()
    assert.equal(lease.held, true)
    const b = await join('b')
    await clock.advance(45_000)
    assert.deepEqual([lease.held, b.lease.held], [false, true])
  }))

test('lease: an answer that comes after its own time makes no leader', () =>
  withElection(async ({ cluster, clock, join }) => {
    cluster.put(leases, { metadata: ref, spec: { holderIdentity: '' } } as LeaseObject)
    const late: Clock = { now: () => clock.now(), sleep: clock.sleep.bind(clock), after: () => () => {} }
    const link = linkTo(cluster)
    link.afterWrite = async () => clock.sleep(29_000)
    const a = await join('a', { api: link, clock: late })
    await clock.advance(29_500)
    assert.deepEqual([a.lease.held, a.told], [false, []])
    link.afterWrite = () => {}
  }))

test('lease: a conflict by another field of the same holder is no loss', () =>
  withElection(async ({ cluster, clock, join, lease }) => {
    const a = await join('a')
    cluster.put(leases, { ...lease(), metadata: { ...lease().metadata, labels: { touched: 'yes' } } })
    await clock.advance(5_000)
    assert.deepEqual([a.told, lease().metadata.labels], [['acquired'], { touched: 'yes' }])
    assert.ok(a.lease.heldUntil() > clock.now() + 20_000)
  }))

test('lease: taken by another, it is lost at the next renewal', () =>
  withElection(async ({ cluster, clock, join, lease }) => {
    const a = await join('a')
    cluster.put(leases, { ...lease(), spec: { ...lease().spec, holderIdentity: 'thief' } } as LeaseObject)
    await clock.advance(4_000)
    assert.deepEqual([a.lease.held, a.told, a.lease.holder], [false, ['acquired', 'taken'], 'thief'])
  }))

test('lease: a renewal that arrived but was not answered is no loss', () =>
  withElection(async ({ clock, join }) => {
    const link = linkTo(new MemoryCluster())
    const a = await join('a', { api: link })
    link.afterWrite = () => new Promise(() => {})
    await clock.advance(4_000 + 8_000)
    link.afterWrite = () => {}
    await clock.advance(5_000)
    assert.deepEqual([a.told, a.lease.held], [['acquired'], true])
    assert.ok(a.lease.heldUntil() > clock.now() + 20_000)
  }))

test('lease: 40 minutes of 500s and resets in turn, shorter than the lease, lose nothing', () =>
  withElection(async ({ clock, join }) => {
    const link = linkTo(new MemoryCluster())
    const a = await join('a', { api: link })
    let calls = 0
    link.before = () => {
      if (++calls % 3 !== 0) throw new KubeError(calls % 2 === 0 ? 500 : 0, 'Reset', 'bad luck')
    }
    await clock.advance(40 * 60_000)
    assert.deepEqual(a.told, ['acquired'])
  }))

for (const skewMs of [-3_600_000, 3_600_000])
  test(`lease: a clock ${skewMs > 0 ? 'ahead' : 'behind'} by an hour changes nothing`, () =>
    withElection(async ({ clock, join }) => {
      const skewed: Clock = {
        now: () => clock.now() + skewMs,
        sleep: clock.sleep.bind(clock),
        after: clock.after.bind(clock),
      }
      const a = await join('a')
      const b = await join('b', { clock: skewed })
      await clock.advance(120_000)
      assert.deepEqual([a.lease.held, b.lease.held], [true, false])
      await a.stop()
      await clock.advance(5_000)
      const c = await join('c')
      await clock.advance(120_000)
      assert.deepEqual([b.lease.held, c.lease.held], [true, false])
    }))

test('lease: a deleted lease is made again by its holder', () =>
  withElection(async ({ cluster, clock, join, lease }) => {
    const a = await join('a')
    cluster.remove(leases, ref)
    await clock.advance(4_000)
    assert.deepEqual([a.told, lease().spec?.holderIdentity], [['acquired'], 'a'])
  }))

for (const { theirs, waitS } of [
  { theirs: 90, waitS: 90 },
  { theirs: 1, waitS: 30 },
])
  test(`lease: a contender waits the longer of its own 30 s and the holder's ${theirs} s`, () =>
    withElection(async ({ cluster, clock, join }) => {
      const spec = { holderIdentity: 'gone', leaseDurationSeconds: theirs }
      cluster.put(leases, { metadata: ref, spec } as LeaseObject)
      const a = await join('a')
      await clock.advance((waitS - 1) * 1_000)
      assert.equal(a.lease.held, false)
      await clock.advance(6_000)
      assert.equal(a.lease.held, true)
    }))

test('lease: handlers that throw lose nothing', () =>
  withElection(async ({ cluster, clock }) => {
    const stop = new AbortController()
    const lease = new Lease({ ...ref, api: cluster, clock, identity: 'a', onAcquired: fail, onLost: fail })
    const running = lease.start(stop.signal)
    await settle()
    assert.equal(lease.held, true)
    stop.abort()
    await running
    assert.equal(lease.holder, 'a')
    assert.equal(cluster.all<LeaseObject>(leases)[0]?.spec?.holderIdentity, '')
  }))

test('lease: who may not have it is told what allows it', async () => {
  const clock = new VirtualClock()
  const lines: unknown[] = []
  const link = new MemoryCluster()
  link.before = () => Promise.reject(new KubeError(403, 'Forbidden', 'no'))
  const log: Log = { ...silentLog, warn: (message, fields) => lines.push([message, fields?.['hint']]) }
  const end = new AbortController()
  const running = new Lease({ ...ref, api: link, clock, identity: 'a', log }).start(end.signal)
  await settle()
  end.abort()
  await settle()
  await clock.advance(8_000)
  await running
  assert.deepEqual(lines[0], [
    'a lease request failed',
    'bind to this account the Role of the manifests, and let it name this lease, kube-system/lb-controller',
  ])
})

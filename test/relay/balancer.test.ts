import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../src/lib/clock.ts'
import { Affinity } from '../../src/relay/affinity.ts'
import { Balancer, type Target } from '../../src/relay/balancer.ts'
import { ipv4Number, plainAddress } from '../../src/relay/client-address.ts'
import type { RelayFrontend, RelayTarget } from '../../src/relay/frontend.ts'
import { sourcesOf } from '../../src/relay/sources.ts'
import { frontendOn } from './bed.ts'

const hour = 3_600_000
const to = (...names: string[]): RelayTarget[] =>
  names.map((name) => {
    const [address = '', weight] = name.split('*')
    return { address, port: 80, ...(weight === undefined ? {} : { weight: Number(weight) }) }
  })

function balancerOf(more: Partial<RelayFrontend>, clock = new VirtualClock()) {
  const balancer = new Balancer(clock, Math.random)
  const update = (changed: Partial<RelayFrontend>) =>
    balancer.update(frontendOn(80, { scheduler: 'round-robin', ...changed }))
  assert.ok(update(more).ok)
  const choose = (client = '192.0.2.1', failed?: ReadonlySet<Target>) =>
    balancer.choose({ client, destination: '' }, failed)
  return { balancer, clock, update, choose, name: (client?: string) => choose(client)?.address }
}

test('balancer: the first route that holds the client decides, also when it has no target', () => {
  const { name } = balancerOf({
    routes: [
      { sources: ['192.0.2.0/24', '2001:db8::/32'], targets: to('a') },
      { sources: ['192.0.0.0/16'], targets: [] },
      { sources: [], targets: to('never') },
      { targets: to('b') },
    ],
  })
  assert.equal(name('192.0.2.9'), 'a')
  assert.equal(name('2001:db8::9'), 'a')
  assert.equal(name('192.0.3.9'), undefined)
  assert.equal(name('198.51.100.1'), 'b')
})

test('balancer: a range that is none refuses the change, and what was there stays', () => {
  const { update, name } = balancerOf({ routes: [{ targets: to('a') }] })
  const refused = update({ routes: [{ sources: ['10.0.0.0/8', '10.0.0.1'], targets: to('b') }] })
  assert.ok(!refused.ok)
  assert.match(refused.error, /routes\[0\]\.sources: .*10\.0\.0\.1/)
  assert.equal(name(), 'a')
})

test('balancer: weight 0 takes no new connections', () => {
  const { name } = balancerOf({ routes: [{ targets: to('a*0', 'b') }] })
  assert.deepEqual([name(), name(), name()], ['b', 'b', 'b'])
})

test('balancer: what failed in this connection is not tried again', () => {
  const { choose } = balancerOf({ routes: [{ targets: to('a', 'b') }] })
  const failed = new Set<Target>()
  const first = choose()
  failed.add(first!)
  const second = choose(undefined, failed)
  failed.add(second!)
  assert.deepEqual([first?.address, second?.address, choose(undefined, failed)], ['a', 'b', undefined])
})

test('balancer: connections stay counted when the list around their target changes', () => {
  const { balancer, update, choose } = balancerOf({
    routes: [{ targets: to('a', 'b') }],
    scheduler: 'least-connections',
  })
  const held = [choose(), choose(), choose(), choose()]
  update({ routes: [{ targets: to('c', 'b', 'a') }], scheduler: 'least-connections' })
  assert.deepEqual([choose()?.address, choose()?.address], ['c', 'c'])
  for (const target of held) if (target?.address === 'b') balancer.release(target)
  assert.equal(choose()?.address, 'b')
})

test('balancer: the rotation goes on when a target comes or goes', () => {
  const { update, name } = balancerOf({ routes: [{ targets: to('a', 'b', 'c', 'd') }] })
  assert.deepEqual([name(), name()], ['a', 'b'])
  update({ routes: [{ targets: to('a', 'c', 'd') }] })
  assert.deepEqual([name(), name(), name(), name()], ['c', 'd', 'a', 'c'])
})

test('affinity: a client keeps its target until its time is over; only new connections renew it', async () => {
  const { clock, name } = balancerOf({ routes: [{ targets: to('a', 'b') }], affinitySeconds: 10 })
  assert.deepEqual([name('x'), name('y'), name('x'), name('x')], ['a', 'b', 'a', 'a'])
  await clock.advance(9_999)
  assert.equal(name('x'), 'a')
  await clock.advance(9_999)
  assert.equal(name('x'), 'a')
  await clock.advance(10_000)
  assert.deepEqual([name('z'), name('x')], ['a', 'b'], 'chosen anew, in turn')
})

test('affinity: goes with its target, or when that takes nothing new, and with a failure', () => {
  const affine = { affinitySeconds: 10 }
  const { update, choose, name } = balancerOf({ ...affine, routes: [{ targets: to('a', 'b', 'c') }] })
  assert.equal(name('x'), 'a')
  update({ ...affine, routes: [{ targets: to('b', 'c') }] })
  assert.equal(name('x'), 'b')
  update({ ...affine, routes: [{ targets: to('a', 'b', 'c') }] })
  assert.equal(name('x'), 'b', 'kept while others come')
  update({ ...affine, routes: [{ targets: to('b*0', 'c') }] })
  assert.equal(name('x'), 'c')
  update({ ...affine, routes: [{ targets: to('d', 'c') }] })
  const failed = new Set([choose('x')!])
  assert.equal(choose('x', failed)?.address, 'd')
  assert.equal(name('x'), 'd', 'pinned to what answered')
})

test('affinity: who comes back is not who was there', () => {
  const affine = { affinitySeconds: 10 }
  const { balancer, update, name } = balancerOf({ ...affine, routes: [{ targets: to('a') }] })
  name('x')
  assert.equal(balancer.pins.length, 1)
  update({ ...affine, routes: [{ targets: to('b') }] })
  assert.deepEqual(balancer.pins, [])
  update({ routes: [{ targets: to('b') }] })
  name('x')
  update({ ...affine, routes: [{ targets: to('b') }] })
  assert.deepEqual(balancer.pins, [], 'nobody is remembered where nobody asked for it')
})

test('affinity: a pin to a target of another route does not hold', () => {
  const { update, name } = balancerOf({ affinitySeconds: 10, routes: [{ targets: to('a') }] })
  assert.equal(name('192.0.2.1'), 'a')
  update({
    affinitySeconds: 10,
    routes: [{ sources: ['192.0.2.0/24'], targets: to('b') }, { targets: to('a') }],
  })
  assert.equal(name('192.0.2.1'), 'b')
})

test('affinity: is bounded, forgets the oldest first, and lets a clock that was set back keep nobody', async () => {
  const clock = new VirtualClock()
  const affinity = new Affinity<string>(clock, 3)
  for (const client of ['a', 'b', 'c', 'a', 'd']) affinity.pin(client, client, hour)
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((client) => affinity.find(client, hour)),
    ['a', undefined, 'c', 'd'],
  )
  await clock.advance(hour)
  affinity.pin('e', 'e', hour)
  assert.equal(affinity.size, 1)
  await clock.advance(-1000)
  assert.equal(affinity.find('e', hour), undefined)
})

const told: readonly (readonly [string, string])[] = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::1', '::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:1', '::ffff:1'],
]
for (const [from, is] of told) test(`plain address: ${from}`, () => assert.equal(plainAddress(from), is))

test('sources: the edges of ranges, in both families', () => {
  const sources = sourcesOf(['10.0.0.0/9', '255.255.255.255/32', '0.0.0.0/32', '2001:db8:8000::/33'])
  assert.ok(sources.ok)
  const inside = ['10.0.0.0', '10.127.255.255', '255.255.255.255', '0.0.0.0', '2001:db8:ffff::']
  const outside = [
    '9.255.255.255',
    '10.128.0.0',
    '255.255.255.254',
    '0.0.0.1',
    '2001:db8:7fff::',
    '',
    'x',
    '10.1',
  ]
  for (const client of inside) assert.equal(sources.value?.(client), true, client)
  for (const client of outside) assert.equal(sources.value?.(client), false, client)
})

for (const [ranges, holds] of [
  [['10.0.0.0/8'], false],
  [['2001:db8:1::/48', '2001:db8::/48'], true],
  [['2001:db8:1::/48', '2001:db8:2::/48'], false],
  [['10.0.0.0/8', '::/0'], true],
] as const)
  test(`sources: an IPv6 client needs one range that holds it: ${ranges.join(', ')}`, () => {
    const sources = sourcesOf(ranges)
    assert.ok(sources.ok)
    assert.equal(sources.value?.('2001:db8::1'), holds)
  })

test('client address: only dotted decimals are IPv4', () => {
  for (const text of ['', '1', '1.2.3', '1.2.3.', '1.2.3.256', '1..2.3', '1.2.3.4.5', '1.2.3.x', '::1'])
    assert.equal(ipv4Number(text), undefined, text)
  assert.equal(ipv4Number('255.255.255.255'), 2 ** 32 - 1)
})

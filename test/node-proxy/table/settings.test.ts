import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NodePortAddresses } from '../../../src/node-proxy/table/row.ts'
import { familiesOf, readNodePortAddresses } from '../../../src/node-proxy/table/settings.ts'
import { readAddress, readRange } from '../../../src/node-proxy/table/address.ts'
import { node, settings } from '../objects.ts'

interface Row {
  readonly name: string
  readonly given: string
  readonly v4: NodePortAddresses
  readonly v6: NodePortAddresses
}

const all: NodePortAddresses = { ranges: 'all', localhost: false }
const only = (...ranges: readonly string[]): NodePortAddresses => ({ ranges, localhost: false })
const looping = (one: NodePortAddresses): NodePortAddresses => ({ ...one, localhost: true })
const primary4 = '192.0.2.1/32'
const primary6 = '2001:db8::1/128'

const rows: readonly Row[] = [
  { name: 'nothing: primary', given: '', v4: only(primary4), v6: only(primary6) },
  { name: 'primary', given: 'primary', v4: only(primary4), v6: only(primary6) },
  { name: 'all, without loopback', given: 'all', v4: all, v6: all },
  { name: 'localhost alone', given: 'localhost', v4: looping(only()), v6: looping(only()) },
  { name: 'all and localhost', given: 'all, localhost', v4: looping(all), v6: looping(all) },
  {
    name: 'a range of one family leaves the other open',
    given: '198.51.100.0/24',
    v4: only('198.51.100.0/24'),
    v6: all,
  },
  {
    name: 'ranges of both',
    given: '198.51.100.0/24,2001:db8::/64,198.51.101.0/24',
    v4: only('198.51.100.0/24', '198.51.101.0/24'),
    v6: only('2001:db8::/64'),
  },
  { name: 'a zero-length range', given: '198.51.100.0/24,0.0.0.0/0', v4: all, v6: all },
  {
    name: 'primary and a range',
    given: 'primary,198.51.100.0/24',
    v4: only(primary4, '198.51.100.0/24'),
    v6: only(primary6),
  },
  {
    name: 'a loopback range asks for localhost',
    given: '127.0.0.0/8,::1/128',
    v4: looping(only()),
    v6: looping(only()),
  },
  {
    name: 'localhost and a range of one family: the other has loopback alone',
    given: 'localhost,198.51.100.0/24',
    v4: looping(only('198.51.100.0/24')),
    v6: looping(only()),
  },
  {
    name: 'zeros, host bits and blanks',
    given: ' 198.051.100.007/24 ',
    v4: only('198.51.100.0/24'),
    v6: all,
  },
]

for (const { name, given, v4, v6 } of rows)
  test(`node port addresses: ${name}`, () => {
    const families = familiesOf(settings({ nodePorts: given }), node(), [])
    assert.deepEqual([families.IPv4?.nodePorts, families.IPv6?.nodePorts], [v4, v6])
  })

for (const bad of ['everything', '198.51.100.1', '198.51.100.0/33', 'PRIMARY'])
  test(`node port addresses: ${bad} is told what would be accepted`, () => {
    const read = readNodePortAddresses(['primary', bad])
    assert.match(
      read.ok ? 'accepted' : read.error,
      /is neither a range such as .* nor all, primary or localhost/,
    )
  })

test('families: the node’s own addresses, internal ones first, then what the machine has besides', () => {
  const families = familiesOf(settings(), node(), [], ['192.0.2.1', '198.51.100.9', 'fe80::1%eth0'])
  assert.deepEqual(families.IPv4?.nodeAddresses, ['192.0.2.1', '203.0.113.1', '198.51.100.9'])
  assert.deepEqual(families.IPv6?.nodeAddresses, ['2001:db8::1'])
})

test('families: without a Node there is no primary address, and nothing answers on node ports', () => {
  const families = familiesOf(settings(), undefined, [], ['172.17.0.1'])
  assert.deepEqual(families.IPv4?.nodePorts, only())
  assert.deepEqual(families.IPv4?.pods, { by: 'none' })
})

function podsWith(given: Parameters<typeof settings>[0]) {
  const { IPv4, IPv6 } = familiesOf(settings(given), node(), [])
  return [IPv4?.pods, IPv6?.pods]
}

test('families: pods by the ranges of the Node, by given ones, by interface', () => {
  assert.deepEqual(podsWith({}), [
    { by: 'ranges', ranges: ['10.1.0.0/24'] },
    { by: 'ranges', ranges: ['fd00:1::/64'] },
  ])
  assert.deepEqual(podsWith({ pods: { by: 'ranges', ranges: ['10.0.0.0/8'] } }), [
    { by: 'ranges', ranges: ['10.0.0.0/8'] },
    { by: 'none' },
  ])
  const veth = { by: 'interface', prefix: 'veth' } as const
  assert.deepEqual(podsWith({ pods: veth }), [veth, veth])
})

const cidr = (...cidrs: string[]) => ({ metadata: { name: 'x' }, spec: { cidrs } })

test('families: service ranges of the cluster outrank the given ones', () => {
  const objects = [
    cidr('10.97.0.0/16', 'fd00:97::/112'),
    cidr('10.96.0.0/16'),
    { metadata: { name: 'empty' } },
  ]
  assert.deepEqual(familiesOf(settings(), node(), objects).IPv4?.serviceRanges, [
    '10.96.0.0/16',
    '10.97.0.0/16',
  ])
  assert.deepEqual(familiesOf(settings(), node(), []).IPv4?.serviceRanges, ['10.96.0.0/16'])
  const only = settings({ onlyLoadBalancer: true })
  assert.deepEqual(familiesOf(only, node(), objects).IPv4?.serviceRanges, [])
  // What it does not know there, the other proxy may.
  const named = settings({ serviceProxyName: 'mine' })
  assert.deepEqual(familiesOf(named, node(), objects).IPv4?.serviceRanges, [])
})

const address = (text: string) => readAddress(text)?.text

test('addresses: as kube-proxy reads them', () => {
  assert.equal(address('010.001.002.003'), '10.1.2.3')
  assert.equal(address(' 10.0.0.1 '), '10.0.0.1')
  assert.equal(address('2001:0db8::0001'), '2001:db8::1')
  for (const none of [
    '',
    '10.0.0',
    '10.0.0.256',
    '0256.1.1.1',
    '1.2.3.4.5',
    'fe80::1%eth0',
    '::ffff:1.2.3.4',
  ])
    assert.equal(address(none), undefined, none)
  assert.equal(readRange(' 010.0.0.1/08 ')?.text, '10.0.0.0/8')
  for (const none of ['10.0.0.1', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/8/8', '/8', '10.0.0.0/-1'])
    assert.equal(readRange(none), undefined, none)
})

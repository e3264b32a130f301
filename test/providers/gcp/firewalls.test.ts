import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalFirewall } from '../../../providers/gcp/kinds/firewall-form.ts'
import { asked, planned, said, service } from './world.ts'

const walls = (of: ReturnType<typeof asked>) =>
  of.resources
    .filter(({ kind }) => kind === 'firewall')
    .map(({ key, spec }) => {
      const { priority, sourceRanges, destinationRanges, allowed, denied } = canonicalFirewall(spec)
      return `${key} ${JSON.stringify(priority)} ${JSON.stringify({ sourceRanges, destinationRanges, allowed, denied })}`
    })

const both = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }
const address = '{"$ref":{"stack":"shop/web","kind":"address","key":"external/IPv4","out":"address"}}'
const health =
  'health/IPv4 999 {"sourceRanges":["130.211.0.0/22","209.85.152.0/22","209.85.204.0/22","35.191.0.0/16"],"allowed":[{"IPProtocol":"tcp","ports":["10256"]}]}'

test('clients and health checks are let in, at the address of the load balancer', () => {
  const ports = [80, 81, 82, 443].map((port) => ({ name: `p${port}`, port, protocol: 'TCP' }))
  assert.deepEqual(walls(asked(service({ ports }))), [
    `allow/IPv4 1000 {"sourceRanges":["0.0.0.0/0"],"destinationRanges":[${address}],"allowed":[{"IPProtocol":"tcp","ports":["80-82","443"]}]}`,
    health,
  ])
})

test('what is denied is denied after what is allowed', () => {
  const of = service({ loadBalancerSourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] })
  assert.deepEqual(walls(asked(of, {}, { denyRules: true })), [
    `allow/IPv4 999 {"sourceRanges":["10.0.0.0/8","192.0.2.0/24"],"destinationRanges":[${address}],"allowed":[{"IPProtocol":"tcp","ports":["80"]}]}`,
    `deny/IPv4 1000 {"sourceRanges":["0.0.0.0/0"],"destinationRanges":[${address}],"denied":[{"IPProtocol":"all"}]}`,
    health,
  ])
  const order = planned([of], {}, { denyRules: true }).plan.steps.map(({ kind, key }) => `${kind} ${key}`)
  const at = (what: string): number => order.indexOf(what)
  assert.ok(at('firewall allow/IPv4') < at('firewall deny/IPv4'))
  assert.ok(at('firewall deny/IPv4') < at('forwarding-rule external/IPv4'))
})

test('ranges of one family open nothing to the other', () => {
  const of = asked(service({ ...both, loadBalancerSourceRanges: ['10.0.0.0/8'] }))
  const keys = of.resources.filter(({ kind }) => kind === 'firewall').map(({ key }) => key)
  assert.deepEqual(keys, ['allow/IPv4', 'health/IPv4', 'health/IPv6'])
})

test('one bad range refuses the Service', () => {
  const of = asked(service({ loadBalancerSourceRanges: ['10.0.0.0/8', '10.0.0.0/33'] }))
  assert.deepEqual(said(of), ['error LB_SOURCE_RANGE_INVALID spec.loadBalancerSourceRanges[1]'])
  assert.deepEqual(of.resources, [])
})

test('more than a hundred ranges of ports are refused', () => {
  const ports = Array.from({ length: 101 }, (_, at) => ({
    name: `p${at}`,
    port: 1000 + 2 * at,
    protocol: 'TCP',
  }))
  assert.ok(said(asked(service({ ports }))).includes('error LB_GCP_FIREWALL_PORTS spec.ports'))
})

const spellings: readonly (readonly [string, string])[] = [
  ['0::0/0', '::/0'],
  ['2001:DB8:0:0::1/32', '2001:db8::/32'],
  ['10.1.2.9/29', '10.1.2.9/29'],
  ['nonsense::/x', 'nonsense::/x'],
]
for (const [text, canonical] of spellings)
  test(`${text} reads as ${canonical}`, () =>
    assert.deepEqual(canonicalFirewall({ sourceRanges: [text] })['sourceRanges'], [canonical]))

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf, rulesOf } from '../../../../providers/azure/security-group/rule.ts'
import type { JsonObject } from '../../../../src/lib/json.ts'
import { ref, unknown } from '../../../../src/plan/resource.ts'
import { type Case, decide } from './group.ts'

/** `Allow Tcp AzureCloud -> 203.0.113.10 : 443,80`. */
function line(rule: JsonObject): string {
  const text = (value: unknown): string =>
    Array.isArray(value)
      ? value.map(text).join(',')
      : typeof value === 'string'
        ? value
        : JSON.stringify(value)
  const sources = text(rule['sourceAddressPrefix'] ?? rule['sourceAddressPrefixes'])
  const destinations = text(rule['destinationAddressPrefix'] ?? rule['destinationAddressPrefixes'])
  const ports = text(rule['destinationPortRange'] ?? rule['destinationPortRanges'])
  return `${text(rule['access'])} ${text(rule['protocol'])} ${sources} -> ${destinations} : ${ports}`
}

interface Row extends Case {
  readonly title: string
  readonly rules: readonly string[]
  /** `severity CODE`, notes left out. */
  readonly told?: readonly string[]
}

const dual = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' } as const
const both = ['203.0.113.10', '2001:db8::10']

const rows: readonly Row[] = [
  { title: 'a public Service is open', rules: ['Allow Tcp Internet -> 203.0.113.10 : 80'] },
  {
    title: 'ports of one protocol share a rule, sorted as text',
    ports: [
      ['TCP', 80],
      ['TCP', 443],
      ['UDP', 53],
      ['TCP', 53],
    ],
    rules: ['Allow Tcp Internet -> 203.0.113.10 : 443,53,80', 'Allow Udp Internet -> 203.0.113.10 : 53'],
  },
  {
    title: 'an internal Service needs no rule: its virtual network is let in',
    annotations: { 'load-balancer-internal': 'true' },
    rules: [],
  },
  {
    title: 'an internal Service for everybody says so',
    annotations: { 'load-balancer-internal': 'true' },
    spec: { loadBalancerSourceRanges: ['0.0.0.0/0'] },
    rules: ['Allow Tcp 0.0.0.0/0 -> 203.0.113.10 : 80'],
  },
  {
    title: 'ranges, the fewest that say the same',
    spec: { loadBalancerSourceRanges: ['10.0.1.0/24', '10.0.0.0/24', '10.0.0.7/32', '192.0.2.0/24'] },
    rules: ['Allow Tcp 10.0.0.0/23,192.0.2.0/24 -> 203.0.113.10 : 80'],
  },
  {
    title: 'service tags each in a rule of their own, ranges after them',
    annotations: { 'allowed-service-tags': 'AzureCloud,Storage', 'allowed-ip-ranges': '10.0.0.0/8' },
    rules: [
      'Allow Tcp AzureCloud -> 203.0.113.10 : 80',
      'Allow Tcp Storage -> 203.0.113.10 : 80',
      'Allow Tcp 10.0.0.0/8 -> 203.0.113.10 : 80',
    ],
  },
  {
    title: 'each family has rules of its own',
    spec: { ...dual, loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00::/8'] },
    frontends: both,
    rules: ['Allow Tcp 10.0.0.0/8 -> 203.0.113.10 : 80', 'Allow Tcp fd00::/8 -> 2001:db8::10 : 80'],
  },
  {
    title: 'a family without a range lets nobody in',
    spec: { ...dual, loadBalancerSourceRanges: ['10.0.0.0/8'] },
    frontends: both,
    rules: ['Allow Tcp 10.0.0.0/8 -> 203.0.113.10 : 80'],
  },
  {
    title: 'deny all others, in the virtual network too',
    annotations: { 'deny-all-except-load-balancer-source-ranges': 'true' },
    spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] },
    rules: ['Allow Tcp 10.0.0.0/8 -> 203.0.113.10 : 80', 'Deny * * -> 203.0.113.10 : *'],
  },
  {
    title: 'deny all without ranges would deny everybody',
    annotations: { 'deny-all-except-load-balancer-source-ranges': 'true' },
    rules: ['Allow Tcp Internet -> 203.0.113.10 : 80'],
    told: ['warning LB_DENY_ALL_UNUSED'],
  },
  {
    title: 'two lists of ranges are refused',
    annotations: { 'allowed-ip-ranges': '10.0.0.0/8' },
    spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
    rules: ['Allow Tcp 10.0.0.0/8,192.0.2.0/24 -> 203.0.113.10 : 80'],
    told: ['error LB_SOURCE_RANGES_TWICE'],
  },
  {
    title: 'service tags beside ranges of the field',
    annotations: { 'allowed-service-tags': 'AzureCloud' },
    spec: { loadBalancerSourceRanges: ['192.0.2.0/24'] },
    rules: ['Allow Tcp AzureCloud -> 203.0.113.10 : 80', 'Allow Tcp 192.0.2.0/24 -> 203.0.113.10 : 80'],
    told: ['warning LB_SERVICE_TAGS_BESIDE_RANGES'],
  },
  {
    title: 'a range of a family that the Service has not',
    annotations: { 'allowed-ip-ranges': 'fd00::/8' },
    rules: [],
    told: ['error LB_SOURCE_RANGE_FAMILY'],
  },
  {
    title: 'no rules at all',
    annotations: { 'disable-load-balancer-nsg-rule': 'true', 'allowed-ip-ranges': '10.0.0.0/8' },
    rules: [],
    told: ['warning LB_SECURITY_RULES_DISABLED'],
  },
  {
    title: 'further addresses',
    annotations: { 'additional-public-ips': '203.0.113.20,203.0.113.9' },
    rules: ['Allow Tcp Internet -> 203.0.113.10,203.0.113.20,203.0.113.9 : 80'],
  },
  {
    title: 'without floating IP packets are for nodes and node ports',
    annotations: { 'disable-load-balancer-floating-ip': 'true' },
    nodes: ['10.1.0.4', '10.1.0.5', 'fd00::4'],
    rules: ['Allow Tcp Internet -> 10.1.0.4,10.1.0.5 : 30080'],
  },
  {
    title: 'nodes that are not known, and a node port that is not chosen',
    annotations: { 'disable-load-balancer-floating-ip': 'true' },
    ports: [['TCP', 80]],
    nodesUnknown: 'no nodes were given',
    rules: [
      'Allow Tcp Internet -> {"$unknown":"the addresses of the nodes"} : {"$unknown":"the node port of port 80"}',
    ],
  },
  {
    title: 'an address that is not made yet',
    frontends: [ref({ stack: 's', kind: 'public-ip', key: 'ip' }, 'ipAddress')],
    rules: [
      'Allow Tcp Internet -> {"$ref":{"stack":"s","kind":"public-ip","key":"ip","out":"ipAddress"}} : 80',
    ],
  },
  {
    title: 'an address that nobody knows before',
    frontends: [unknown('the address that Azure chooses')],
    rules: ['Allow Tcp Internet -> {"$unknown":"the address that Azure chooses"} : 80'],
  },
]

for (const row of rows)
  test(`security rules: ${row.title}`, () => {
    const { resource, problems } = decide(row)
    assert.deepEqual(
      rulesOf(resource?.parts ?? {})
        .map(fieldsOf)
        .map(line),
      row.rules,
    )
    const told = problems.filter(({ severity }) => severity !== 'note')
    assert.deepEqual(
      told.map(({ severity, code }) => `${severity} ${code}`),
      row.told ?? [],
    )
  })

test('a rule has the name that cloud-provider-azure gives it', () => {
  const { resource } = decide({
    ports: [
      ['TCP', 80],
      ['TCP', 443],
      ['TCP', 53],
    ],
  })
  assert.deepEqual(Object.keys(resource?.parts ?? {}), [
    'k8s-azure-lb_allow_IPv4_cbb88dd91c3e7c61c639448625f96b71/203.0.113.10',
  ])
})

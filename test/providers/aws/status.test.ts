import assert from 'node:assert/strict'
import test from 'node:test'
import { statusFor } from '../../../providers/aws/status.ts'
import type { LoadBalancerStatus } from '../../../src/model/objects.ts'
import type { Observed } from '../../../src/plan/resource.ts'

const edge = { uid: 'u', name: 'shop/edge' }

const balancer = (dns: string): Observed => ({
  stack: 'u',
  kind: 'load-balancer',
  key: 'internal',
  id: dns,
  owners: [edge],
  spec: {},
  out: { dns },
  state: 'ready',
  serving: true,
  depth: 'read',
  asOf: 0,
})

const named = (...names: readonly string[]): LoadBalancerStatus => ({
  ingress: names.map((hostname) => ({ hostname })),
})
const host = 'k8s-a-1.elb.us-east-1.amazonaws.com'
const old = 'k8s-b-2.elb.us-east-1.amazonaws.com'

const rows = [
  { name: 'not in place yet: nothing is published', seen: [host], converged: false, current: {}, status: {} },
  { name: 'in place', seen: [host.toUpperCase()], converged: true, current: {}, status: named(host) },
  {
    name: 'a failed edit keeps it',
    seen: [host],
    converged: false,
    current: named(host),
    status: named(host),
  },
  {
    name: 'not seen for a moment: kept',
    seen: [],
    converged: false,
    current: named(host),
    status: named(host),
  },
  { name: 'gone for good', seen: [], converged: true, current: named(host), status: {} },
  {
    name: 'moved: the old one stays until the new one is in place',
    seen: [host, old],
    converged: false,
    current: named(old),
    status: named(old),
  },
  {
    name: 'deleting: kept while it is there',
    seen: [host],
    deleting: true,
    converged: false,
    current: named(host),
    status: named(host),
  },
  { name: 'deleted', seen: [], deleting: true, converged: true, current: named(host), status: {} },
]

for (const row of rows)
  test(`status: ${row.name}`, () => {
    const outcome = { converged: row.converged, deleting: row.deleting ?? false }
    assert.deepEqual(statusFor(edge, row.seen.map(balancer), outcome, row.current), row.status)
  })

const listener = (port: number, protocol: string, uid = edge.uid): Observed => ({
  ...balancer(''),
  kind: 'listener',
  key: `internal/${port}`,
  owners: [{ uid, name: `shop/${uid}` }],
  within: { stack: 'u', kind: 'load-balancer', key: 'internal' },
  spec: { Port: port, Protocol: protocol },
  out: {},
})

const seen = [
  balancer(host),
  listener(443, 'TLS'),
  listener(53, 'TCP_UDP'),
  listener(80, 'HTTP', 'other'),
  { ...listener(8080, 'TCP'), within: { stack: 'u', kind: 'load-balancer', key: 'internet-facing' } },
]
const ports = [
  { port: 53, protocol: 'TCP' },
  { port: 53, protocol: 'UDP' },
  { port: 443, protocol: 'TCP' },
]
const done = { converged: true, deleting: false }

test('status: the ports of the Service, and of no other in the group', () =>
  assert.deepEqual(statusFor(edge, seen, done, {}), { ingress: [{ hostname: host, ports }] }))

test('status: a failed edit keeps the ports too, and those of an older version, which had none', () => {
  const failed = { ...done, converged: false }
  const before = { ingress: [{ hostname: host, ports: ports.slice(0, 1) }] }
  assert.deepEqual(statusFor(edge, seen, failed, before), before)
  assert.deepEqual(statusFor(edge, seen, failed, named(host)), named(host))
})

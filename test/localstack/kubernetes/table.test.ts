import assert from 'node:assert/strict'
import { test } from 'node:test'
import { durationText } from '../../../localstack/kubernetes/table/age.ts'
import type { AnyObject, ResourceName } from '../../../localstack/kubernetes/object.ts'
import { tableOf } from '../../../localstack/kubernetes/table/table.ts'

const now = Date.UTC(2026, 0, 1, 1)
const created = { creationTimestamp: '2026-01-01T00:00:00Z' }

const rows: readonly { name: string; resource: ResourceName; object: object; cells: string }[] = [
  {
    name: 'a Service that waits for its address',
    resource: 'services',
    object: {
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.0.0.1',
        ports: [{ port: 80, protocol: 'TCP', nodePort: 30080 }],
      },
    },
    cells: 'x | LoadBalancer | 10.0.0.1 | <pending> | 80:30080/TCP | 60m | <none>',
  },
  {
    name: 'a Service with two addresses',
    resource: 'services',
    object: {
      spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1', selector: { b: '2', a: '1' } },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'a.example' }] } },
    },
    cells: 'x | LoadBalancer | 10.0.0.1 | 192.0.2.1,a.example | <none> | 60m | a=1,b=2',
  },
  {
    name: 'an ExternalName',
    resource: 'services',
    object: { spec: { type: 'ExternalName', externalName: 'a.example' } },
    cells: 'x | ExternalName | <none> | a.example | <none> | 60m | <none>',
  },
  {
    name: 'a node that is cordoned and has a role',
    resource: 'nodes',
    object: {
      metadata: { name: 'x', ...created, labels: { 'node-role.kubernetes.io/control-plane': '' } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'False' }],
        addresses: [{ type: 'ExternalIP', address: '192.0.2.1' }],
        nodeInfo: { kubeletVersion: 'v1' },
      },
    },
    cells:
      'x | NotReady,SchedulingDisabled | control-plane | 60m | v1 | <none> | 192.0.2.1 | <unknown> | <unknown> | <unknown>',
  },
  {
    name: 'an event of the newer kind',
    resource: 'events',
    object: {
      involvedObject: { kind: 'Service', name: 'web' },
      type: 'Warning',
      reason: 'Failed',
      message: 'no luck\n',
      eventTime: '2026-01-01T00:00:00.000000Z',
      series: { count: 4, lastObservedTime: '2026-01-01T00:59:00.000000Z' },
      reportingComponent: 'lb',
    },
    cells: '60s (x4 over 60m) | Warning | Failed | service/web |  | lb | no luck | 60m | 4 | x',
  },
  {
    name: 'a lease',
    resource: 'leases',
    object: { spec: { holderIdentity: 'one' } },
    cells: 'x | one | 60m',
  },
  {
    name: 'a slice with more endpoints than fit',
    resource: 'endpointslices',
    object: {
      addressType: 'IPv4',
      ports: [{ port: 80 }],
      endpoints: ['a', 'b', 'c', 'd'].map((address) => ({ addresses: [address] })),
    },
    cells: 'x | IPv4 | 80 | a,b,c + 1 more... | 60m',
  },
  {
    name: 'a pod that goes',
    resource: 'pods',
    object: {
      metadata: { name: 'x', ...created, deletionTimestamp: '2026-01-01T00:59:00Z' },
      spec: { containers: [{}, {}], nodeName: 'n1' },
      status: { phase: 'Running', containerStatuses: [{ ready: true, restartCount: 2 }, { ready: false }] },
    },
    cells: 'x | 1/2 | Terminating | 2 | 60m | <none> | n1 | <none> | <none>',
  },
  {
    name: 'a config map',
    resource: 'configmaps',
    object: { data: { a: '1', b: '2' } },
    cells: 'x | 2 | 60m',
  },
]

for (const row of rows)
  test(`a row of kubectl get: ${row.name}`, () => {
    const object = { metadata: { name: 'x', ...created }, ...row.object } as AnyObject
    const table = tableOf(row.resource, [object], {}, now, () => undefined)
    assert.equal(table.rows[0]?.cells.join(' | '), row.cells)
    assert.equal(table.rows[0]?.cells.length, table.columnDefinitions.length)
  })

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const ages: readonly (readonly [ms: number, text: string])[] = [
  [-5 * second, '<invalid>'],
  [0, '0s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [9 * minute + 5 * second, '9m5s'],
  [100 * minute, '100m'],
  [3 * hour + 5 * minute, '3h5m'],
  [30 * hour, '30h'],
  [3 * day + 4 * hour, '3d4h'],
  [100 * day, '100d'],
  [800 * day, '2y70d'],
  [4000 * day, '10y'],
]

for (const [ms, text] of ages) test(`an age: ${text}`, () => assert.equal(durationText(ms), text))

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trimOwnNode, trimService, trimServiceCidr, trimSlice } from '../../../src/node-proxy/table/trim.ts'
import { build, endpoint, node, service, settings, slice } from '../objects.ts'

const heavy = {
  managedFields: [{ manager: 'kubectl', fieldsV1: {} }],
  annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  finalizers: ['x'],
  resourceVersion: '7',
  creationTimestamp: '2026-01-01T00:00:00Z',
}

const full = service(
  {
    type: 'LoadBalancer',
    clusterIPs: ['10.96.0.1'],
    selector: { app: 'web' },
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
    externalIPs: ['198.51.100.5'],
    loadBalancerSourceRanges: ['10.0.0.0/8'],
    externalTrafficPolicy: 'Local',
    internalTrafficPolicy: 'Local',
    healthCheckNodePort: 31000,
    loadBalancerClass: 'x',
    ipFamilies: ['IPv4'],
  },
  {
    labels: { app: 'web' },
    ports: [
      { name: 'http', port: 80, targetPort: 8080, nodePort: 30080, protocol: 'TCP', appProtocol: 'http' },
    ],
    ingress: [{ ip: '192.0.2.9', ipMode: 'VIP', ports: [{ port: 80, protocol: 'TCP' }] }, { hostname: 'x' }],
  },
)
const services = [{ ...full, metadata: { ...full.metadata, ...heavy } }]
const slices = [
  slice([
    {
      ...endpoint('10.1.0.1 here', { forZones: [{ name: 'a' }] }),
      targetRef: { kind: 'Pod', name: 'web-1' },
    },
    endpoint('10.1.0.2 n2', { forZones: [{ name: 'b' }] }),
    endpoint('10.1.0.3 n2 ending'),
  ]),
]
const cidrs = [{ metadata: { name: 'kubernetes', ...heavy }, spec: { cidrs: ['10.96.0.0/16'] } }]

test('trim: the table is the same, and what nothing reads is gone', () => {
  const own = node({ zone: 'a' })
  const whole = { services, slices, node: own, serviceCidrs: cidrs }
  const light = {
    services: services.map(trimService),
    slices: slices.map(trimSlice),
    node: trimOwnNode(own),
    serviceCidrs: cidrs.map(trimServiceCidr),
  }
  assert.deepEqual(build(light, settings()), build(whole, settings()))
  assert.doesNotMatch(
    JSON.stringify(light),
    /managedFields|last-applied|finalizers|selector|targetPort|targetRef|"app"/,
  )
  assert.equal(light.services[0]?.metadata.resourceVersion, '7')
})

test('trim: labels that keep a Service or a slice from us stay', () => {
  const labels = { 'service.kubernetes.io/service-proxy-name': '', app: 'web' }
  assert.deepEqual(Object.keys(trimService(service({}, { labels })).metadata.labels ?? {}), [
    'service.kubernetes.io/service-proxy-name',
  ])
  const headless = slice([], { labels: { 'service.kubernetes.io/headless': '' } })
  assert.deepEqual(Object.keys(trimSlice(headless).metadata.labels ?? {}), [
    'kubernetes.io/service-name',
    'service.kubernetes.io/headless',
  ])
})

test('trim: a slice keeps when its change was first seen; a node what says that it ends', () => {
  const seen = { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z' }
  const one = slice([])
  assert.deepEqual(
    trimSlice({ ...one, metadata: { ...one.metadata, annotations: { ...seen, other: 'x' } } }).metadata
      .annotations,
    seen,
  )
  const taints = [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }]
  const going = { ...node({ spec: { taints } }) }
  const trimmed = trimOwnNode({ ...going, metadata: { ...going.metadata, deletionTimestamp: 'now' } })
  assert.deepEqual(trimmed.spec?.taints, taints)
  assert.equal(trimmed.metadata.deletionTimestamp, 'now')
})

test('trim: lists that the API wrote as null', () => {
  assert.deepEqual(trimSlice({ ...slice([]), endpoints: null, ports: null }).endpoints, [])
  assert.deepEqual(trimService({ metadata: { name: 'x' } }), { metadata: { name: 'x' } })
})

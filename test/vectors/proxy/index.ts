import type { ServiceObject, EndpointSliceObject } from '../../../src/model/objects.ts'
import type { ProxyEndpoint } from '../../../src/node-proxy/table/row.ts'
import { readNodePortAddresses, type TableSettings } from '../../../src/node-proxy/table/settings.ts'
import { tableOf } from '../../../src/node-proxy/table/table.ts'
import type { CloudVectors, Vector, VectorFile } from '../vector.ts'

interface Endpoint {
  readonly address: string
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly local: boolean
  readonly zoneHints: readonly string[]
  readonly nodeHints: readonly string[]
}

interface Case {
  readonly id: string
  readonly node: { readonly name: string; readonly zone: string | null }
  readonly service: {
    readonly internalTrafficPolicy: string
    readonly externalTrafficPolicy: string
    readonly nodePort: number
    readonly externalIPs: readonly string[]
    readonly loadBalancerVIPs: readonly string[]
  }
  readonly endpoints: readonly Endpoint[]
  readonly expect: {
    readonly cluster: readonly string[] | null
    readonly local: readonly string[] | null
    readonly all: readonly string[]
    readonly hasAnyEndpoints: boolean
  }
}

/** The proxy's file is one table in a form of its own; here its cases are read into that of all others. */
export function proxyFiles(beside: VectorFile['beside']): readonly VectorFile[] {
  const name = 'proxy/categorize-endpoints.json'
  const { cases } = beside(name) as { cases: readonly Case[] }
  const read = cases.map((one): Vector => ({
    name: one.id,
    source: { repo: 'kubernetes/kubernetes', file: 'pkg/proxy/topology', test: 'categorize' },
    context: { case: one },
    expected: one.expect,
  }))
  return [{ name, cases: read, beside }]
}

export const proxy: CloudVectors = {
  cloud: 'proxy',
  graded: () => 'proxy',
  compare: () => categorize,
  listed: {},
}

/** By the whole way of the data: objects of a cluster in, rows out. */
function categorize({ context }: Vector): readonly string[] {
  const one = context['case'] as Case
  const here = one.node.name || 'here'
  const { table } = tableOf(
    {
      services: [serviceOf(one)],
      slices: one.endpoints.map((endpoint, at) => sliceOf(endpoint, at, here)),
      node: {
        metadata: {
          name: here,
          labels: one.node.zone === null ? {} : { 'topology.kubernetes.io/zone': one.node.zone },
        },
      },
    },
    settingsOf(here),
  )
  const [row] = table.rows.values()
  if (row === undefined) return ['the Service has no row']
  const both = new Set([...(row.cluster ?? []), ...(row.local ?? [])].map(text))
  return [
    ...difference('cluster', setOf(row.cluster), sorted(one.expect.cluster)),
    ...difference('local', setOf(row.local), sorted(one.expect.local)),
    ...difference('all', [...both].toSorted(), sorted(one.expect.all)),
    ...difference('hasAnyEndpoints', row.anywhere, one.expect.hasAnyEndpoints),
  ]
}

function difference(what: string, ours: unknown, theirs: unknown): readonly string[] {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)]
  return a === b ? [] : [`${what}: ${a}, expected ${b}`]
}

const text = ({ address, port }: ProxyEndpoint): string => `${address}:${port}`
const setOf = (endpoints: readonly ProxyEndpoint[] | undefined) => sorted(endpoints?.map(text) ?? null)
const sorted = (texts: readonly string[] | null) => texts?.toSorted() ?? null

function serviceOf({ service }: Case): ServiceObject {
  const { nodePort, externalIPs, loadBalancerVIPs, ...policies } = service
  return {
    metadata: { name: 'svc', namespace: 'ns' },
    spec: { clusterIP: '172.30.0.1', ports: [{ name: 'p', port: 80, nodePort }], externalIPs, ...policies },
    status: { loadBalancer: { ingress: loadBalancerVIPs.map((ip) => ({ ip })) } },
  }
}

function sliceOf(endpoint: Endpoint, at: number, here: string): EndpointSliceObject {
  const { address, ready, serving, terminating, local, zoneHints, nodeHints } = endpoint
  const colon = address.lastIndexOf(':')
  return {
    metadata: { name: `svc-${at}`, namespace: 'ns', labels: { 'kubernetes.io/service-name': 'svc' } },
    addressType: 'IPv4',
    ports: [{ name: 'p', port: Number(address.slice(colon + 1)), protocol: 'TCP' }],
    endpoints: [
      {
        addresses: [address.slice(0, colon)],
        conditions: { ready, serving, terminating },
        nodeName: local ? here : 'elsewhere',
        hints: {
          forZones: zoneHints.map((name) => ({ name })),
          forNodes: nodeHints.map((name) => ({ name })),
        },
      },
    ],
  }
}

function settingsOf(nodeName: string): TableSettings {
  const nodePorts = readNodePortAddresses([])
  if (!nodePorts.ok) throw new Error(nodePorts.error)
  return {
    nodeName,
    families: ['IPv4'],
    nodePortAddresses: nodePorts.value,
    pods: { by: 'none' },
    masqueradeAll: false,
    onlyLoadBalancer: false,
    ignoreExternalAddresses: false,
    serviceRanges: [],
  }
}

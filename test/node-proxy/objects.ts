import type {
  EndpointSliceObject,
  LoadBalancerIngress,
  NodeObject,
  ServicePort,
  ServiceObject,
  ServiceSpec,
  SliceEndpoint,
} from '../../src/model/objects.ts'
import { readNodePortAddresses, type TableSettings } from '../../src/node-proxy/table/settings.ts'
import { tableOf, type TableInput } from '../../src/node-proxy/table/table.ts'

/** The node that tests run on. */
export const here = 'n1'

interface ServiceParts {
  readonly name?: string
  readonly namespace?: string
  readonly uid?: string
  readonly created?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly ports?: readonly ServicePort[]
  readonly ingress?: readonly LoadBalancerIngress[]
}

/** A Service that the API server has seen; `web` at 10.96.0.1:80 unless told otherwise. */
export function service(spec: ServiceSpec = {}, parts: ServiceParts = {}): ServiceObject {
  const { name = 'web', namespace = 'default', uid = `uid-${name}`, created, labels, ports, ingress } = parts
  return {
    metadata: {
      name,
      namespace,
      uid,
      ...(created === undefined ? {} : { creationTimestamp: created }),
      ...(labels === undefined ? {} : { labels }),
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      ports: ports ?? [{ name: 'http', port: 80 }],
      ...spec,
    },
    ...(ingress === undefined ? {} : { status: { loadBalancer: { ingress } } }),
  }
}

interface SliceParts {
  readonly name?: string
  readonly of?: string
  readonly namespace?: string
  readonly addressType?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly ports?: EndpointSliceObject['ports']
}

export function slice(endpoints: readonly SliceEndpoint[], parts: SliceParts = {}): EndpointSliceObject {
  const { of = 'web', name = `${of}-1`, namespace = 'default', addressType = 'IPv4', labels } = parts
  return {
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': of, ...labels } },
    addressType,
    endpoints,
    ports: parts.ports === undefined ? [{ name: 'http', port: 8080, protocol: 'TCP' }] : parts.ports,
  }
}

/** `10.1.0.1 here`, `10.1.0.2 there ending`: an address, its node, and its state if that is not ready. */
export function endpoint(text: string, hints?: SliceEndpoint['hints']): SliceEndpoint {
  const [address = '', node, state = 'ready'] = text.split(' ')
  const conditions = states[state]
  if (conditions === undefined) throw new Error(`no state is called ${state}`)
  return {
    addresses: [address],
    ...(node === undefined || node === '-' ? {} : { nodeName: node === 'here' ? here : node }),
    conditions,
    ...(hints === undefined ? {} : { hints }),
  }
}

const states: Readonly<Record<string, SliceEndpoint['conditions'] & object>> = {
  ready: { ready: true, serving: true, terminating: false },
  unready: { ready: false, serving: false, terminating: false },
  serving: { ready: false, serving: true, terminating: false },
  ending: { ready: false, serving: true, terminating: true },
  dead: { ready: false, serving: false, terminating: true },
  published: { ready: true, serving: true, terminating: true },
}

export const node = (
  parts: Partial<Pick<NodeObject, 'spec' | 'status'>> & { zone?: string } = {},
): NodeObject => ({
  metadata: {
    name: here,
    labels: parts.zone === undefined ? {} : { 'topology.kubernetes.io/zone': parts.zone },
  },
  spec: { podCIDRs: ['10.1.0.0/24', 'fd00:1::/64'], ...parts.spec },
  status: {
    addresses: [
      { type: 'ExternalIP', address: '203.0.113.1' },
      { type: 'InternalIP', address: '192.0.2.1' },
      { type: 'InternalIP', address: '2001:db8::1' },
      { type: 'Hostname', address: here },
    ],
    ...parts.status,
  },
})

export function settings(
  given: Partial<Omit<TableSettings, 'nodePortAddresses'>> & { nodePorts?: string } = {},
): TableSettings {
  const { nodePorts = '', ...rest } = given
  const wish = readNodePortAddresses([nodePorts])
  if (!wish.ok) throw new Error(wish.error)
  return {
    nodeName: here,
    families: ['IPv4', 'IPv6'],
    nodePortAddresses: wish.value,
    pods: { by: 'node' },
    masqueradeAll: false,
    onlyLoadBalancer: false,
    ignoreExternalAddresses: false,
    serviceRanges: ['10.96.0.0/16', 'fd00:96::/112'],
    ...rest,
  }
}

export const build = (input: Partial<TableInput>, given: TableSettings = settings()) =>
  tableOf({ services: [], slices: [], node: node(), ...input }, given)

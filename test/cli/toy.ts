import * as v from 'valibot'
import type { AnnotationTable } from '../../src/model/annotations.ts'
import { emulated, error, type Problem } from '../../src/model/problem.ts'
import { portable } from '../../src/model/portable.ts'
import { boolean } from '../../src/model/value-boolean.ts'
import { choice } from '../../src/model/value-choice.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { ref, unknown, type Part, type Resource } from '../../src/plan/resource.ts'
import type { Kind } from '../../src/provider/kind.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import type { Provider } from '../../src/provider/provider.ts'

const never = (): Promise<never> => Promise.reject(new Error('a dry run called the cloud'))

const kind = (name: string): Kind => ({
  name,
  canonical: (spec) => spec,
  immutable: [],
  kept: [],
  refs: [],
  defaults: {},
  replace: 'beside',
  absorbs: [],
  lock: 'self',
  nameIsUnique: true,
  servesTraffic: true,
  partsListed: true,
  settleMs: 0,
  list: never,
  read: never,
  find: never,
  create: never,
  update: never,
  delete: never,
})

/** Rows of every verdict, and a portable key. */
const annotations: AnnotationTable = {
  internal: {
    key: 'toy.example/internal',
    type: boolean,
    portable: portable.internal,
    verdict: { is: 'implemented' },
    doc: 'Whether only the network reaches it.',
    default: 'false',
    example: 'true',
  },
  sticky: {
    key: 'toy.example/sticky',
    type: boolean,
    verdict: { is: 'ignored', why: 'a toy forgets' },
    doc: 'Whether clients stay on one node.',
    default: 'false',
    example: 'true',
  },
  quic: {
    key: 'toy.example/quic',
    type: boolean,
    verdict: { is: 'refused', why: 'a toy is not that quick' },
    doc: 'Whether it speaks QUIC.',
    default: 'false',
    example: 'true',
  },
  scheme: {
    key: 'service.beta.kubernetes.io/aws-load-balancer-scheme',
    type: choice(['internal', 'internet-facing']),
    verdict: { is: 'implemented' },
    doc: 'Whether the load balancer has public addresses.',
    default: 'internet-facing',
    example: 'internal',
  },
}

/** A balancer per Service, a pool per port with the nodes as parts, and one firewall that all Services share. */
export const toy: Provider = {
  name: 'toy',
  annotations,
  can: {
    mixedProtocols: true,
    sourceRanges: true,
    internal: true,
    tls: true,
    proxyProtocol: true,
    udp: true,
    ipv6: true,
    dualStack: true,
    sctp: false,
    requestedAddress: true,
    sessionAffinity: true,
  },
  kinds: { balancer: kind('balancer'), pool: kind('pool'), 'fire-wall': kind('fire-wall') },
  foreignFinalizers: [],
  classes: [],
  facts: {
    schema: async () => v.strictObject({ network: v.optional(v.string()) }),
    answer: ({ key, what }, { network }) =>
      network === undefined ? { key, unknown: what } : { key, value: network },
  },
  lookups: () => [{ key: 'toy/network', what: 'the network' }],
  lookup: never,
  desired: (lb, context) => ({ resources: resourcesOf(lb, context), problems: problemsOf(lb) }),
  shared: () => {
    throw new Error('the toy shares by parts only')
  },
  follow: () => [],
  statusOf: (_owner, _observed, _outcome, current) => current,
}

/** Affinity by other means, and two ports that it will not have. */
const problemsOf = (lb: LoadBalancer): readonly Problem[] => [
  ...(lb.affinity === undefined
    ? []
    : [emulated('spec.sessionAffinity', 'each node keeps its clients; the balancer does not know them')]),
  ...lb.ports.flatMap(({ port, index }) =>
    port === 666
      ? [
          error('LB_PORT_RANGE', `spec.ports[${index}].port`, 'a toy does not go there', {
            hint: 'go elsewhere',
          }),
        ]
      : [],
  ),
]

const schemeOf = ({ settings }: LoadBalancer): string =>
  settings.internal?.value === true ? 'internal' : (settings.scheme?.raw ?? 'internet-facing')

function resourcesOf(lb: LoadBalancer, context: Context): readonly Resource[] {
  const owners = [lb.owner]
  const network = context.facts.get('toy/network')
  const balancer: Resource = {
    stack: lb.owner.uid,
    kind: 'balancer',
    key: 'main',
    owners,
    purpose: 'where clients connect',
    origins: lb.settings.scheme === undefined ? {} : { scheme: lb.settings.scheme.path },
    spec: {
      name: `k8s-${lb.namespace}-${lb.name}-${lb.uid ?? '<uid>'}`,
      scheme: schemeOf(lb),
      network: network !== undefined && 'value' in network ? network.value : unknown('the network'),
    },
  }
  const pools = lb.ports.map((port): Resource => {
    const parts: Record<string, Part> = {}
    for (const node of context.nodes) parts[`node ${node.name}`] = { spec: { zone: node.zone ?? '' }, owners }
    return {
      stack: lb.owner.uid,
      kind: 'pool',
      key: `${port.port}/${port.protocol}`,
      owners,
      purpose: `sends port ${port.port} to the nodes`,
      origins: { port: `spec.ports[${port.index}]`, 'check.every': 'spec.externalTrafficPolicy' },
      spec: {
        balancer: ref(balancer, 'id'),
        port: port.nodePort ?? unknown('the API server allocates the nodePort'),
        check: { every: lb.trafficPolicy === 'Local' ? '1s' : '10s', path: '' },
      },
      parts:
        context.nodesUnknown === undefined
          ? parts
          : { nodes: { spec: unknown(context.nodesUnknown), owners } },
    }
  })
  const rules: Record<string, Part> = {}
  for (const { cidr, path } of lb.sourceRanges) rules[`from ${cidr}`] = { spec: {}, owners, path }
  const firewall: Resource = {
    stack: 'shared',
    kind: 'fire-wall',
    key: 'nodes',
    owners,
    purpose: 'lets clients in',
    spec: { direction: 'in' },
    parts: rules,
  }
  return lb.sourceRanges.length === 0 ? [balancer, ...pools] : [balancer, ...pools, firewall]
}

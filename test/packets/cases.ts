/**
 * The table of all packets: Services in every state and policy, who sends, and where to. What is sent is the product of
 * these, less the rows of `pruned` and `impossible`.
 */
import { at, type Family, type NodeName, type Space } from './addresses.ts'
import type { EndpointState, From, Policy, To } from './contract.ts'

export const zones: Readonly<Record<NodeName, string>> = { n1: 'zone-1', n2: 'zone-2' }

/** Pods `a` and `b` live on node 1 and 2. Packets meet node 1, so "here" is node 1. */
const a = { pod: 'a', node: 'n1' } as const
const b = { pod: 'b', node: 'n2' } as const
const ending = { ready: false, serving: true, terminating: true }

export const states: Readonly<Record<string, readonly EndpointState[]>> = {
  'both nodes': [a, b],
  'only here': [a],
  'only on the other node': [b],
  'all are ending, and serve': [
    { ...a, ...ending },
    { ...b, ...ending },
  ],
  'the one here is ending': [{ ...a, ...ending }, b],
  'the other one is ending': [a, { ...b, ...ending }],
  'ending, only on the other node': [{ ...b, ...ending }],
  'not ready, or ending without serving': [
    { ...a, ready: false, serving: true, terminating: false },
    { ...b, ready: false, serving: false, terminating: true },
  ],
  'none at all': [],
  'hints name the node': [
    { ...a, nodeHint: 'n1', zoneHint: 'zone-1' },
    { ...b, nodeHint: 'n2', zoneHint: 'zone-2' },
  ],
  'hints name the zone, of the far one': [
    { ...a, zoneHint: 'zone-2' },
    { ...b, zoneHint: 'zone-1' },
  ],
  'one has no hint': [{ ...a, zoneHint: 'zone-1' }, b],
  'no hint names this place': [
    { ...a, nodeHint: 'n2', zoneHint: 'zone-2' },
    { ...b, nodeHint: 'n2', zoneHint: 'zone-2' },
  ],
}

export const ranges: Readonly<Record<string, readonly string[]>> = {
  'one client': ['192.0.2.21/32', '2001:db8:1::21/128'],
  'pods and this node, not the clients': [
    '10.244.0.0/16',
    '192.0.2.11/32',
    '192.0.2.111/32',
    '2001:db8:244::/48',
    '2001:db8:1::11/128',
    '2001:db8:1::111/128',
  ],
  'of IPv6 alone': ['2001:db8::/32'],
}

export interface ServiceRow {
  readonly name: string
  readonly state: string
  readonly external: Policy
  readonly internal: Policy
  readonly ranges?: string
  readonly affinity?: boolean
}

const policies: readonly Policy[] = ['Cluster', 'Local']

const product: readonly ServiceRow[] = Object.keys(states).flatMap((state) =>
  policies.map((policy) => ({ name: '', state, external: policy, internal: policy })),
)

/** That one policy does not act where the other one belongs. */
const crossed: readonly ServiceRow[] = ['both nodes', 'only on the other node'].flatMap((state) =>
  policies.map((external) => ({
    name: '',
    state,
    external,
    internal: external === 'Local' ? 'Cluster' : 'Local',
  })),
)

const ranged: readonly ServiceRow[] = Object.keys(ranges).flatMap((name) =>
  ['both nodes', 'only on the other node', 'none at all'].flatMap((state) =>
    policies.map((external): ServiceRow => ({
      name: '',
      state,
      external,
      internal: 'Cluster',
      ranges: name,
    })),
  ),
)

const affine: readonly ServiceRow[] = ['both nodes', 'all are ending, and serve'].flatMap((state) =>
  policies.map((policy) => ({ name: '', state, external: policy, internal: policy, affinity: true })),
)

export const services: readonly ServiceRow[] = [...product, ...crossed, ...ranged, ...affine].map(
  (row, n) => ({
    ...row,
    name: `svc-${n + 1}`,
  }),
)

export interface Sender {
  readonly name: string
  readonly space: Space
  readonly from: From
  readonly address: (family: Family) => string
  /** It is this endpoint. */
  readonly pod?: string
  /** Why it sends to some addresses only. */
  readonly only?: { readonly to: readonly To[]; readonly why: string }
}

const farther = {
  to: ['node-port'],
  why: "of another node's senders only NodePorts reach this node: all else is decided at home",
} as const

/** As node 1 sees them. Whoever has several addresses sends from the one that it would not by itself. */
export const senders: readonly Sender[] = [
  { name: 'outside', space: 'client', from: 'outside', address: (family) => at('lan', 21, family) },
  {
    name: "outside's other address",
    space: 'client',
    from: 'outside',
    address: (family) => at('lan', 22, family),
  },
  { name: 'pod', space: 'q1', from: 'pod', address: (family) => at('q1', 211, family) },
  {
    name: 'the endpoint itself',
    space: 'p1',
    from: 'pod',
    pod: 'a',
    address: (family) => at('p1', 11, family),
  },
  { name: 'node', space: 'n1', from: 'node', address: (family) => at('lan', 111, family) },
  {
    name: 'other node',
    space: 'n2',
    from: 'outside',
    address: (family) => at('lan', 112, family),
    only: farther,
  },
  {
    name: 'pod of the other node',
    space: 'p2',
    from: 'outside',
    pod: 'b',
    address: (family) => at('p2', 11, family),
    only: farther,
  },
]

export const targets: readonly To[] = ['cluster', 'external', 'load-balancer', 'node-port']
export const protocols = ['TCP', 'UDP'] as const

/** The first that holds says why a combination is not sent. */
export const pruned: readonly {
  readonly why: string
  readonly holds: (row: ServiceRow, sender: Sender, to: To) => boolean
}[] = [
  {
    why: "of another node's senders only NodePorts reach this node: all else is decided at home",
    holds: (_, sender, to) => sender.only !== undefined && !sender.only.to.includes(to),
  },
  {
    why: 'a second address outside tells nothing where no ranges are',
    holds: (row, sender) => sender.name === "outside's other address" && row.ranges === undefined,
  },
  {
    why: 'pod a is no endpoint of the Service, so it does not ask itself',
    holds: (row, sender) => sender.pod === 'a' && states[row.state]?.some(({ pod }) => pod === 'a') !== true,
  },
]

/** What cannot be sent at all here. */
export const impossible: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'SCTP',
    why: 'this kernel may have no SCTP sockets and Node has none; its rules are rendered and loaded elsewhere',
  },
]

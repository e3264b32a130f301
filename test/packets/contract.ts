/**
 * What becomes of a packet, said a second time: read off the tables of kube-proxy's behaviour (forwarding rules, endpoint
 * selection, source ranges), and not by asking the proxy's own code. A packet, the proxy's `--explain` and this must agree.
 */
import { contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'
import type { Family, NodeName } from './addresses.ts'

export type Policy = 'Cluster' | 'Local'

/** An endpoint as its slice tells of it. Conditions that are left out mean what Kubernetes says they mean. */
export interface EndpointState {
  readonly pod: string
  readonly node: NodeName
  readonly ready?: boolean
  readonly serving?: boolean
  readonly terminating?: boolean
  readonly nodeHint?: string
  readonly zoneHint?: string
}

/** As the node that the packet meets sees its sender. */
export type From = 'outside' | 'pod' | 'node'
export type To = 'cluster' | 'external' | 'load-balancer' | 'node-port'

export interface Question {
  /** Who the packet meets, and where that node is. */
  readonly node: NodeName
  readonly zone: string
  readonly from: From
  /** The sender's own address. */
  readonly sender: string
  /** The sender is this endpoint itself. */
  readonly senderPod?: string
  readonly to: To
  readonly family: Family
  readonly external: Policy
  readonly internal: Policy
  readonly endpoints: readonly EndpointState[]
  readonly ranges?: readonly string[]
}

export type Expected =
  | { readonly verdict: 'forward'; readonly pods: readonly string[]; readonly source: 'kept' | 'masqueraded' }
  | { readonly verdict: 'reject' | 'drop' }

const reject: Expected = { verdict: 'reject' }
const drop: Expected = { verdict: 'drop' }
const forward = (endpoints: readonly EndpointState[], source: 'kept' | 'masqueraded'): Expected => ({
  verdict: 'forward',
  pods: endpoints.map(({ pod }) => pod).toSorted(),
  source,
})

export function fateByContract(question: Question): Expected {
  const { from, to, external, internal, endpoints, node } = question
  if (to === 'load-balancer' && !mayCome(question)) return drop
  const all = withTopology(question)
  const here = usable(endpoints.filter((one) => one.node === node))
  if (usable(endpoints).length === 0) return reject
  const local = (source: 'kept' | 'masqueraded') => (here.length === 0 ? drop : forward(here, source))
  if (to === 'cluster') {
    const source = from === 'pod' ? 'kept' : 'masqueraded'
    return internal === 'Local' ? local(source) : forward(all, source)
  }
  if (external === 'Cluster') return forward(all, 'masqueraded')
  if (from === 'outside') return local('kept')
  // Who is inside takes the short way: as if there were no policy.
  return forward(all, from === 'pod' ? 'kept' : 'masqueraded')
}

const isReady = ({ ready }: EndpointState) => ready !== false

function usable(endpoints: readonly EndpointState[]): readonly EndpointState[] {
  const ready = endpoints.filter(isReady)
  return ready.length > 0
    ? ready
    : endpoints.filter(({ serving, terminating }) => serving !== false && terminating === true)
}

/** Hints count when every ready endpoint has one and one of them names this place: the node first, then the zone. */
function withTopology({ endpoints, node, zone }: Question): readonly EndpointState[] {
  const ready = endpoints.filter(isReady)
  for (const [hint, place] of [
    ['nodeHint', node],
    ['zoneHint', zone],
  ] as const) {
    const near = ready.filter((one) => one[hint] === place)
    if (near.length > 0 && ready.every((one) => one[hint] !== undefined)) return near
  }
  return usable(endpoints)
}

/** Ranges of the other family alone let nobody of this one in. */
function mayCome({ ranges, sender }: Question): boolean {
  const address = parseAddress(sender)
  if (!address.ok) throw new Error(`${sender} is no address`)
  return (
    ranges === undefined ||
    ranges.some((text) => {
      const range = parseCidr(text)
      return range.ok && contains(range.value, address.value)
    })
  )
}

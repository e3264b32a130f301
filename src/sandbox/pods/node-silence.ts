import { timeText } from '../../../localstack/kubernetes/metadata.ts'
import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import type { NodeObject } from '../../model/objects.ts'

/** As the node controller puts it when a kubelet is no longer heard of. */
const silence = {
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
} as const
const unreachable = 'node.kubernetes.io/unreachable'

/**
 * Writes that a node is no longer heard of. The answer takes that back: the node is then, byte for byte, what it was, but
 * for what others changed meanwhile.
 */
export function silenceNode(state: ClusterState, name: string): () => void {
  const before = structuredClone(state.get('nodes', { name }))
  const now = timeText(state.clock.now())
  const conditions = (before.status?.conditions ?? []).map((condition) => ({
    ...condition,
    ...silence,
    status: 'Unknown',
    lastTransitionTime: now,
  }))
  const ours = ['NoSchedule', 'NoExecute'].map((effect) => ({ key: unreachable, effect, timeAdded: now }))
  write(state, name, [...(before.spec?.taints ?? []), ...ours], conditions)
  return () => {
    const latest = state.find('nodes', { name })
    if (latest === undefined) return
    const others = (latest.spec?.taints ?? []).filter(({ key }) => key !== unreachable)
    write(state, name, others, before.status?.conditions ?? [])
  }
}

/** What a node is and how it is are two writes, as for everybody. */
function write(state: ClusterState, name: string, taints: readonly Taint[], conditions: Conditions): void {
  const { taints: _, ...spec } = state.get('nodes', { name }).spec ?? {}
  const tainted = taints.length === 0 ? spec : { ...spec, taints }
  const asked = state.update('nodes', { ...state.get('nodes', { name }), spec: tainted })
  state.update('nodes', { ...asked, status: { ...asked.status, conditions } }, { subresource: 'status' })
}

type Taint = NonNullable<NonNullable<NodeObject['spec']>['taints']>[number]
type Conditions = NonNullable<NonNullable<NodeObject['status']>['conditions']>

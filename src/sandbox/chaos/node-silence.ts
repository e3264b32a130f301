import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { timeText } from '../../../localstack/kubernetes/metadata.ts'
import type { NodeObject } from '../../model/objects.ts'

/** As the node controller puts it when a kubelet is no longer heard of. */
const silence = {
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
} as const
const unreachable = 'node.kubernetes.io/unreachable'

/** Writes that a node is no longer heard of. The answer puts back, byte for byte, what stood there before. */
export function silenceNode(state: ClusterState, name: string): () => void {
  const before = structuredClone(state.get('nodes', { name })) as NodeObject
  const now = timeText(state.clock.now())
  state.edit('nodes', { name }, (draft) => {
    const node = draft as { spec?: { taints?: unknown[] }; status?: NodeObject['status'] }
    node.spec = {
      ...node.spec,
      taints: [
        ...(node.spec?.taints ?? []),
        { key: unreachable, effect: 'NoSchedule', timeAdded: now },
        { key: unreachable, effect: 'NoExecute', timeAdded: now },
      ],
    }
    node.status = {
      ...node.status,
      conditions: (node.status?.conditions ?? []).map((condition) => ({
        ...condition,
        ...silence,
        status: 'Unknown',
        lastTransitionTime: now,
      })),
    }
  })
  return () => {
    if (state.find('nodes', { name }) === undefined) return
    state.edit('nodes', { name }, (draft) => {
      const node = draft as { spec?: unknown; status?: unknown }
      node.spec = before.spec
      node.status = before.status
    })
  }
}

import type { NodeObject, Taint } from '../../../src/model/objects.ts'
import { matchesLabels } from '../apps/selector.ts'
import type { PodObject, Toleration } from '../workload-objects.ts'

const tolerates = (toleration: Toleration, taint: Taint): boolean =>
  (toleration.key === undefined || toleration.key === taint.key) &&
  (toleration.effect === undefined || toleration.effect === taint.effect) &&
  (toleration.operator === 'Exists' ||
    (toleration.key !== undefined && (toleration.value ?? '') === (taint.value ?? '')))

/** Why a node does not take a pod, in the words of the real scheduler; undefined when it does. */
export function refusal(node: NodeObject, pod: PodObject): string | undefined {
  const tolerations = pod.spec?.tolerations ?? []
  const isReady = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
  if (isReady !== true) return 'node(s) had untolerated taint {node.kubernetes.io/not-ready: }'
  if (node.spec?.unschedulable === true) return 'node(s) were unschedulable'
  const taint = node.spec?.taints?.find(
    (one) =>
      one.effect !== 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, one)),
  )
  if (taint !== undefined) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`
  return matchesLabels(pod.spec?.nodeSelector ?? {}, node.metadata.labels ?? {})
    ? undefined
    : "node(s) didn't match Pod's node affinity/selector"
}

export interface Load {
  /** Pods of the same owner on the node, and all. */
  readonly siblings: number
  readonly all: number
}

export type Placement = { readonly node: string } | { readonly why: string }

/** Spreads pods: the node with the fewest pods of the same owner, then with the fewest at all, then by name. */
export function placementOf(
  pod: PodObject,
  nodes: readonly NodeObject[],
  loadOf: (node: string) => Load,
): Placement {
  const judged = nodes.map((node) => ({ name: node.metadata.name, why: refusal(node, pod) }))
  const fitting = judged
    .filter(({ why }) => why === undefined)
    .map(({ name }) => ({ name, ...loadOf(name) }))
    .toSorted((a, b) => a.siblings - b.siblings || a.all - b.all || (a.name < b.name ? -1 : 1))
  const best = fitting[0]
  if (best !== undefined) return { node: best.name }
  const reasons = [...Map.groupBy(judged, ({ why }) => why)].map(([why, some]) => `${some.length} ${why}`)
  const detail = reasons.length === 0 ? 'no nodes available to schedule pods' : reasons.toSorted().join(', ')
  return { why: nodes.length === 0 ? detail : `0/${nodes.length} nodes are available: ${detail}.` }
}

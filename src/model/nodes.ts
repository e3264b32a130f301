import type { NodeObject } from './objects.ts'

/** A node that may receive traffic. */
export interface TargetNode {
  readonly name: string
  /** As the cloud's node controller wrote it: `aws:///us-east-1a/i-0abc`. Empty until it has. */
  readonly providerID: string
  readonly addresses: readonly { readonly type: string; readonly address: string }[]
  readonly labels: Readonly<Record<string, string>>
  readonly zone?: string
}

const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers'
const autoscalerTaint = 'ToBeDeletedByClusterAutoscaler'

/** Go's strconv.ParseBool: the texts that mean false. Anything else on the exclusion label excludes (k/k #131085). */
const falseTexts = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/**
 * Why a node is no target, or undefined if it is one: the stable node set of KEP-3458. Readiness and cordons are not
 * asked: the load balancer's health checks decide, and a moment of NotReady must not cut connections.
 */
export function whyExcluded(node: NodeObject): string | undefined {
  if (node.metadata.deletionTimestamp !== undefined) return 'is being deleted'
  const label = node.metadata.labels?.[excludeLabel]
  if (label !== undefined && !falseTexts.has(label)) return `carries the label ${excludeLabel}`
  if (node.spec?.taints?.some((taint) => taint.key === autoscalerTaint) === true)
    return `carries the taint ${autoscalerTaint}`
  return undefined
}

/** The eligible nodes, sorted by name, trimmed to what a target needs. */
export function targetNodes(nodes: Iterable<NodeObject>): readonly TargetNode[] {
  const targets: TargetNode[] = []
  for (const node of nodes) {
    if (whyExcluded(node) !== undefined) continue
    const labels = node.metadata.labels ?? {}
    const zone = labels['topology.kubernetes.io/zone']
    targets.push({
      name: node.metadata.name,
      providerID: node.spec?.providerID ?? '',
      addresses: node.status?.addresses ?? [],
      labels,
      ...(zone === undefined ? {} : { zone }),
    })
  }
  return targets.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

import type { TargetNode } from '../../src/model/nodes.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { splitList } from '../../src/model/value-list.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import type { AwsSettings } from './annotations.ts'
import type { TargetType } from './config.ts'
import type { Layout } from './layout.ts'
import { labelled } from './targets.ts'

interface Choosing {
  readonly settings: Pick<AwsSettings, 'targetNodeLabels'>
  readonly layout: Layout
  readonly context: Pick<Context, 'nodes' | 'nodesUnknown'>
}

/** The nodes that labels leave as targets: cloud-provider-aws takes a key without a value for any value of it. */
export function chosenNodes({
  settings: { targetNodeLabels },
  layout,
  context: { nodes },
}: Choosing): readonly TargetNode[] {
  return targetNodeLabels === undefined
    ? nodes
    : labelled(nodes, targetNodeLabels.value, layout.style === 'nodes')
}

/** A label as it chooses nodes: with its value, or alone where any does. */
export const labelText = ({ style }: Layout, key: string, value: string): string =>
  style === 'nodes' && value === '' ? key : `${key}=${value}`

/** The AWS Load Balancer Controller knows no key without a value; taken for an empty one it would choose no node. */
export function labelProblems(
  { targetNodeLabels }: Choosing['settings'],
  { style }: Layout,
  targetType: TargetType,
): readonly Problem[] {
  if (targetNodeLabels === undefined || style === 'nodes' || targetType !== 'instance') return []
  const { key, path, raw } = targetNodeLabels
  return splitList(raw)
    .filter((item) => !item.includes('='))
    .map((item) =>
      error('LB_ANNOTATION_MAP', path, `${JSON.stringify(item)} has no "="`, {
        value: raw,
        accepted: 'key=value pairs between commas',
        hint: `write ${item}= for nodes whose label ${item} is empty; only types nlb and classic take ${key} with a key alone`,
      }),
    )
}

/** Labels that no node has leave the load balancer without targets. */
export function unmatchedLabels(wish: Choosing & { readonly targetType: TargetType }): readonly Problem[] {
  const { targetNodeLabels } = wish.settings
  const { nodes, nodesUnknown } = wish.context
  if (targetNodeLabels === undefined || wish.targetType !== 'instance') return []
  if (nodesUnknown !== undefined || nodes.length === 0 || chosenNodes(wish).length > 0) return []
  return [
    warning(
      'LB_AWS_NO_NODES',
      targetNodeLabels.path,
      'no node has these labels, so the load balancer has nothing to send to',
      {
        value: targetNodeLabels.raw,
        accepted: 'labels of nodes that can serve',
        hint: '`kubectl get nodes --show-labels` shows them; nodes that join with them are added at once',
      },
    ),
  ]
}

import { stableText } from '../../src/lib/json.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import { type Owner, type Part, type Parts, unknown } from '../../src/plan/resource.ts'
import type { NodeGroups } from './facts.ts'
import { allocated } from './routes.ts'
import { type InstanceNode, instancesOf } from './instances.ts'

export const targetKey = (id: string, port: number): string => `${id}:${port}`

export function targetPart(id: string, port: number, owners: readonly Owner[], node?: string): Part {
  return { spec: { Id: id, Port: port }, owners, ...(node === undefined ? {} : { path: `node/${node}` }) }
}

const existing = new WeakMap<readonly TargetNode[], WeakMap<NodeGroups, readonly InstanceNode[]>>()

/** Nodes whose instance exists: AWS refuses a whole registration for one instance that it does not know. */
function living(nodes: readonly TargetNode[], facts: NodeGroups | undefined): readonly InstanceNode[] {
  const { list } = instancesOf(nodes)
  if (facts === undefined) return list
  const byFacts = existing.get(nodes) ?? new WeakMap<NodeGroups, readonly InstanceNode[]>()
  existing.set(nodes, byFacts)
  const found = byFacts.get(facts) ?? list.filter((instance) => instance.id in facts.instances)
  byFacts.set(facts, found)
  return found
}

/** Every node as a target on one port. */
export function targetsOn(
  port: number,
  nodes: readonly TargetNode[],
  facts: NodeGroups | undefined,
  owners: readonly Owner[],
): Parts {
  const parts: Record<string, Part> = {}
  for (const { id, node } of living(nodes, facts))
    parts[targetKey(id, port)] = targetPart(id, port, owners, node)
  return parts
}

/** Stands for the targets where the nodes or the port are not known. */
export const unknownTargets = (
  port: number | undefined,
  gap: string,
  why: string,
  owners: readonly Owner[],
): Parts => ({
  [`<node>:${port ?? `<${gap}>`}`]: {
    spec: { Id: unknown(why), Port: port ?? unknown(allocated(gap)) },
    owners,
  },
})

const chosen = new WeakMap<readonly TargetNode[], Map<string, readonly TargetNode[]>>()

/** Nodes that bear all labels; with `any` an empty value stands for every one. Computed once per array and labels. */
export function labelled(
  nodes: readonly TargetNode[],
  labels: Readonly<Record<string, string>>,
  any: boolean,
): readonly TargetNode[] {
  const byLabels = chosen.get(nodes) ?? new Map<string, readonly TargetNode[]>()
  chosen.set(nodes, byLabels)
  const id = `${any} ${stableText(labels)}`
  const known = byLabels.get(id)
  if (known !== undefined) return known
  const fits = (node: TargetNode): boolean =>
    Object.entries(labels).every(([key, value]) =>
      any && value === '' ? node.labels[key] !== undefined : node.labels[key] === value,
    )
  const found = nodes.filter(fits)
  byLabels.set(id, found)
  return found
}

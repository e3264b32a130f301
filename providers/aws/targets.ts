import { stableText } from '../../src/lib/json.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import { type Part, type Parts, unknown } from '../../src/plan/resource.ts'
import type { NodeGroups } from './facts.ts'
import { type InstanceNode, instancesOf } from './instances.ts'
import { leadingSet } from './target-sets.ts'

/** A target that has a port of its own: a pod, or whatever else somebody registered beside what the group asks. */
export const targetKey = (id: string, port: number): string => `${id}:${port}`

/** An instance on the port of its target group, as AWS takes one that is registered without a port. */
const instancePart = ({ id, node, zone }: InstanceNode): Part => ({
  spec: { Id: id },
  owners: [],
  path: `node/${node}`,
  ...(zone === undefined ? {} : { zone }),
})

const sets = new WeakMap<readonly TargetNode[], WeakMap<NodeGroups, Parts>>()
const anyGroups: NodeGroups = { groups: {}, instances: {} }

/**
 * Every node as a target on the group's port: one set of parts for all target groups, however many there are. Nodes
 * whose instance does not exist are left out: AWS refuses a whole registration for one that it does not know.
 */
export function nodeTargets(nodes: readonly TargetNode[], facts: NodeGroups | undefined): Parts {
  const byFacts = sets.get(nodes) ?? new WeakMap<NodeGroups, Parts>()
  sets.set(nodes, byFacts)
  const known = byFacts.get(facts ?? anyGroups)
  if (known !== undefined) return known
  const { list } = instancesOf(nodes)
  const living = facts === undefined ? list : list.filter((instance) => instance.id in facts.instances)
  const parts = leadingSet(Object.fromEntries(living.map((one) => [one.id, instancePart(one)])))
  byFacts.set(facts ?? anyGroups, parts)
  return parts
}

/** Stands for the targets where the nodes are not known. */
export const unknownTargets = (why: string): Parts => ({
  '<node>': { spec: { Id: unknown(why) }, owners: [] },
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

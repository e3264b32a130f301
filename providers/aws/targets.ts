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

const sets = new WeakMap<readonly TargetNode[], WeakMap<NodeGroups, WeakMap<Parts, Parts>>>()
const anyGroups: NodeGroups = { groups: {}, instances: {} }
const noParts: Parts = {}

/**
 * Every node as a target on the group's port: one set of parts for all target groups, however many there are. Nodes
 * whose instance does not exist are left out: AWS refuses a whole registration for one that it does not know. `held`:
 * the targets that there are. One of them stays while its node does, for a list that lacks it may only be late.
 */
export function nodeTargets(
  nodes: readonly TargetNode[],
  facts: NodeGroups | undefined,
  held: Parts = noParts,
): Parts {
  const byFacts = sets.get(nodes) ?? new WeakMap<NodeGroups, WeakMap<Parts, Parts>>()
  sets.set(nodes, byFacts)
  const byHeld = byFacts.get(facts ?? anyGroups) ?? new WeakMap<Parts, Parts>()
  byFacts.set(facts ?? anyGroups, byHeld)
  const { list } = instancesOf(nodes)
  const lives = ({ id }: InstanceNode): boolean => facts === undefined || id in facts.instances
  const any = byHeld.get(noParts) ?? setOf(list.filter(lives))
  byHeld.set(noParts, any)
  if (Object.keys(any).length === list.length) return any
  const known = byHeld.get(held)
  if (known !== undefined) return known
  const late = list.some((one) => one.id in held && !lives(one))
  const parts = late ? setOf(list.filter((one) => lives(one) || one.id in held)) : any
  byHeld.set(held, parts)
  return parts
}

const setOf = (list: readonly InstanceNode[]): Parts =>
  leadingSet(Object.fromEntries(list.map((one) => [one.id, instancePart(one)])))

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

import type { Observed, Resource } from '../../src/plan/resource.ts'
import { instanceParts, withoutInstances } from './classic/instances.ts'
import { classicKind } from './classic/name.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { factOf } from '../../src/provider/facts.ts'
import { type NodeGroups, nodeGroupsKey } from './facts.ts'
import { instancesOf } from './instances.ts'
import { nodeTargets } from './targets.ts'

/** A Service whose input nobody can read keeps what it has, as it is; only its targets go with the nodes. */
export function followNodes(observed: readonly Observed[], context: Context): readonly Resource[] {
  const key = nodeGroupsKey(instancesOf(context.nodes).hash)
  const fact = factOf<NodeGroups>(context.facts, key, '')
  const facts = 'value' in fact ? fact.value : undefined
  return observed.map(({ stack, kind, key, spec, parts, owners, within, body }) => ({
    stack,
    kind,
    key,
    spec,
    owners,
    ...(within === undefined ? {} : { within }),
    ...(body === undefined ? {} : { body }),
    ...(kind === classicKind
      ? { parts: { ...withoutInstances(parts), ...instanceParts(context.nodes, facts, owners) } }
      : kind === 'target-group' && spec['TargetType'] === 'instance'
        ? { parts: nodeTargets(context.nodes, facts) }
        : parts === undefined
          ? {}
          : { parts }),
  }))
}

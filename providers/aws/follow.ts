import { takesTraffic } from '../../src/model/endpoints.ts'
import type { Observed, Parts, Resource } from '../../src/plan/resource.ts'
import { instanceParts, withoutInstances } from './classic/instances.ts'
import { classicKind } from './classic/name.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { factOf } from '../../src/provider/facts.ts'
import { type Network, networkKey, type NodeGroups, nodeGroupsKey } from './facts.ts'
import { instancesOf } from './instances.ts'
import { podTargets } from './pod-targets.ts'
import { serviceIn } from './shares.ts'
import { nodeTargets } from './targets.ts'

/** A Service whose input nobody can read keeps what it has, as it is; only its targets go with the nodes and the pods. */
export function followTargets(observed: readonly Observed[], context: Context): readonly Resource[] {
  const key = nodeGroupsKey(instancesOf(context.nodes).hash)
  const fact = factOf<NodeGroups>(context.facts, key, '')
  const facts = 'value' in fact ? fact.value : undefined
  return observed.map((object) => {
    const { stack, kind, key, spec, owners, within, body } = object
    const parts = targetsOf(object, context, facts)
    return {
      stack,
      kind,
      key,
      spec,
      owners,
      ...(within === undefined ? {} : { within }),
      ...(body === undefined ? {} : { body }),
      ...(parts === undefined ? {} : { parts }),
    }
  })
}

/** The Services whose pods are targets of what is there. */
export function podsBehind(observed: readonly Observed[]): readonly string[] {
  const ofPods = observed.filter(({ kind, spec }) => kind === 'target-group' && spec['TargetType'] === 'ip')
  return [...new Set(ofPods.flatMap((group) => serviceIn(group.key) ?? ownNames(group)))].toSorted()
}

const ownNames = ({ owners }: Observed): readonly string[] =>
  owners.map(({ name }) => name.slice(name.indexOf('/') + 1))

function targetsOf(
  { kind, key, spec, parts, owners }: Observed,
  context: Context,
  facts: NodeGroups | undefined,
): Parts | undefined {
  if (kind === classicKind)
    return { ...withoutInstances(parts), ...instanceParts(context.nodes, facts, owners) }
  if (kind !== 'target-group') return parts
  if (spec['TargetType'] === 'instance') return nodeTargets(context.nodes, facts)
  if (spec['TargetType'] !== 'ip') return parts
  const service = serviceIn(key)
  const of = service === undefined ? context : context.others?.get(service)
  const endpoints = of !== undefined && 'endpoints' in of ? of.endpoints : undefined
  if (endpoints === undefined || parts === undefined) return parts
  const network = factOf<Network>(context.facts, networkKey, '')
  // Where pods name their port, the group's own says nothing: those that targets have tell which is meant.
  const ports = new Set([spec['Port'], ...Object.values(parts).map((part) => part.spec['Port'])])
  const ipv6 = spec['IpAddressType'] === 'ipv6'
  const fitting = endpoints.filter(
    (endpoint) =>
      takesTraffic(endpoint) && ports.has(endpoint.port) && endpoint.address.includes(':') === ipv6,
  )
  return podTargets(fitting, 'value' in network ? network.value.ranges : undefined)
}

import { type Problem, warning } from '../../src/model/problem.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { factOf } from '../../src/provider/facts.ts'
import type { AwsConfig } from './config.ts'
import { type NodeGroups, nodeGroupsKey } from './facts.ts'
import { instancesOf } from './instances.ts'
import { chooseGroups } from './node-groups.ts'

interface NodesKnown {
  readonly facts: NodeGroups | undefined
  readonly groups: readonly string[] | undefined
  readonly problems: readonly Problem[]
}

/** The groups of the nodes, in which rules let traffic in. */
export function nodesFor(context: Context, config: AwsConfig, clusterName: string): NodesKnown {
  const instances = instancesOf(context.nodes)
  const fact = factOf<NodeGroups>(context.facts, nodeGroupsKey(instances.hash), 'the nodes')
  const facts = 'value' in fact ? fact.value : undefined
  const problems: Problem[] = 'problem' in fact ? [fact.problem] : []
  const configured = config.nodeSecurityGroups
  if (configured.length > 0) return { facts, groups: configured, problems }
  // Without a node there is nothing to let in; rules that exist stay until there is one again.
  if (context.nodesUnknown === undefined && instances.ids.length === 0)
    return { facts, groups: groupsInUse(context), problems }
  if (facts === undefined) return { facts, groups: undefined, problems }
  const { groups, doubts } = chooseGroups(facts, clusterName, config.nodeGroupTags)
  const warnings = doubts.map((doubt) => warning('LB_NODE_GROUPS', 'spec.type', doubt))
  return { facts, groups, problems: [...problems, ...warnings] }
}

const groupsInUse = (context: Context): readonly string[] =>
  context.observed
    .filter((item) => item.kind === 'security-group' && item.body === 'foreign')
    .map((item) => item.key)

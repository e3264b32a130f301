import type { JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { type Problem, warning } from '../../src/model/problem.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { type AwsKeyed, awsKeyed, type AwsSettings, awsSettings } from './annotations.ts'
import type { AwsConfig, Scheme } from './config.ts'
import { factOf, type Network, networkKey, type NodeGroups, nodeGroupsKey, type SubnetFact } from './facts.ts'
import { instancesOf } from './instances.ts'
import { type Layout, layoutOf } from './layout.ts'
import { loadBalancerName, type NameOf } from './names.ts'
import { chooseGroups } from './node-groups.ts'
import { type Route, routesOf } from './routes.ts'
import { chooseSubnets } from './subnets.ts'
import { tagsFor } from './tags.ts'

/** One Service with everything decided that more than one of its objects depends on. */
export interface Wish {
  readonly lb: LoadBalancer
  readonly settings: AwsSettings
  readonly keyed: AwsKeyed
  readonly layout: Layout
  readonly config: AwsConfig
  /** In `kubernetes.io/cluster/<name>` tags. */
  readonly clusterName: string
  readonly context: Context
  readonly scheme: Scheme
  readonly schemePath: string | undefined
  readonly names: NameOf
  /** The load balancer's own name, which rules carry in their descriptions. */
  readonly name: string
  readonly vpcId: string | undefined
  /** Undefined while the network is not known: `why` then says what is missing. */
  readonly subnets: readonly SubnetFact[] | undefined
  readonly why: string
  readonly nodeGroups: NodeGroups | undefined
  /** Undefined while the nodes are not known. */
  readonly groups: readonly string[] | undefined
  readonly routes: readonly Route[]
  tags(key: string): JsonObject
  readonly problems: readonly Problem[]
}

export function wishFor(lb: LoadBalancer, context: Context, config: AwsConfig): Wish {
  const settings = awsSettings(lb)
  const { scheme, schemePath } = schemeOf(settings, config)
  const clusterName = config.clusterName ?? context.cluster.name
  const names = { clusterUid: context.cluster.uid, uid: lb.uid, namespace: lb.namespace, name: lb.name }
  const network = factOf<Network>(context.facts, networkKey, 'the VPC and its subnets')
  const known = 'value' in network ? network.value : undefined
  const problems: Problem[] = 'problem' in network ? [network.problem] : []
  const subnets =
    known === undefined
      ? undefined
      : chooseSubnets(known, {
          scheme,
          clusterName,
          inUse: subnetsInUse(context, scheme),
          schemePath: schemePath ?? 'spec.type',
          ...(settings.subnets === undefined ? {} : { named: settings.subnets }),
        })
  const routes = routesOf(lb, settings)
  const nodes = nodesOf(context, config, clusterName)
  const more = { ...config.tags, ...settings.resourceTags?.value }
  return {
    lb,
    settings,
    keyed: awsKeyed(lb),
    layout: layoutOf(lb, settings),
    config,
    clusterName,
    context,
    scheme,
    schemePath,
    names,
    name: loadBalancerName(names, scheme),
    vpcId: known?.vpcId ?? config.vpcId,
    subnets: subnets?.subnets,
    why: 'unknown' in network ? network.unknown : 'the VPC and its subnets',
    nodeGroups: nodes.facts,
    groups: nodes.groups,
    routes: routes.routes,
    tags: (key) => tagsFor(lb, key, { cluster: context.cluster, clusterName, more }),
    problems: [...problems, ...routes.problems, ...(subnets?.problems ?? []), ...nodes.problems],
  }
}

function schemeOf(
  { scheme, internal }: AwsSettings,
  config: AwsConfig,
): { scheme: Scheme; schemePath: string | undefined } {
  if (scheme !== undefined) return { scheme: scheme.value, schemePath: scheme.path }
  if (internal !== undefined)
    return { scheme: internal.value ? 'internal' : 'internet-facing', schemePath: internal.path }
  return { scheme: config.defaultScheme, schemePath: undefined }
}

function subnetsInUse(context: Context, scheme: Scheme): ReadonlySet<string> {
  const found = context.observed.find((item) => item.kind === 'load-balancer' && item.key === scheme)
  return new Set((found?.spec['Subnets'] ?? []) as readonly string[])
}

interface NodesKnown {
  readonly facts: NodeGroups | undefined
  readonly groups: readonly string[] | undefined
  readonly problems: readonly Problem[]
}

function nodesOf(context: Context, config: AwsConfig, clusterName: string): NodesKnown {
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
  const { groups, doubts } = chooseGroups(facts, clusterName)
  const warnings = doubts.map((doubt) => warning('LB_NODE_GROUPS', 'spec.type', doubt))
  return { facts, groups, problems: [...problems, ...warnings] }
}

const groupsInUse = (context: Context): readonly string[] =>
  context.observed.filter((item) => item.kind === 'security-group').map((item) => item.key)

import type { JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { type AwsKeyed, awsKeyed, type AwsSettings, awsSettings } from './annotations.ts'
import type { AwsConfig, Scheme, TargetType } from './config.ts'
import { type NodeGroups, type SubnetFact } from './facts.ts'
import { type Families, familiesOf } from './families.ts'
import { type Layout, layoutOf, placeOf } from './layout.ts'
import { loadBalancerName, type NameOf } from './names.ts'
import { networkFor } from './network.ts'
import { labelProblems } from './node-labels.ts'
import { nodesFor } from './nodes.ts'
import { type Source, sourcesFor } from './ranges.ts'
import { type Route, routesOf } from './routes.ts'
import { schemeOf } from './scheme.ts'
import { shareOf, type Share } from './share.ts'
import { tagsFor } from './tags.ts'
import { targetTypeOf } from './target-type.ts'

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
  readonly families: Families
  readonly targetType: TargetType
  readonly names: NameOf
  /** The load balancer's own name, which rules carry in their descriptions. */
  readonly name: string
  /** Whose the load balancer is: this Service's alone, or that of a group. */
  readonly share: Share
  readonly vpcId: string | undefined
  readonly region: string | undefined
  /** Undefined while the network is not known: `why` then says what is missing. */
  readonly subnets: readonly SubnetFact[] | undefined
  /** The zone of every subnet of the VPC. */
  readonly zoneOf: Readonly<Record<string, string>>
  /** Ranges of the VPC; undefined while they are not known. */
  readonly vpcRanges: readonly string[] | undefined
  /** Where addresses of the VPC lie; undefined while nobody knows. */
  readonly addressRanges: readonly string[] | undefined
  readonly why: string
  readonly nodeGroups: NodeGroups | undefined
  /** The groups of the nodes; undefined while the nodes are not known. */
  readonly groups: readonly string[] | undefined
  /** Who may connect. */
  readonly sources: readonly Source[]
  readonly routes: readonly Route[]
  tags(key: string): JsonObject
  readonly problems: readonly Problem[]
}

export function wishFor(lb: LoadBalancer, context: Context, config: AwsConfig): Wish {
  const settings = awsSettings(lb)
  const layout = layoutOf(lb, settings, config)
  const clusterName = config.clusterName ?? context.cluster.name
  const names = { clusterUid: context.cluster.uid, uid: lb.uid, namespace: lb.namespace, name: lb.name }
  const asked = schemeOf(settings, config)
  const { scheme } = asked
  const families = familiesOf(lb, settings)
  const target = targetTypeOf(settings, layout, config)
  const routes = routesOf(lb, settings, target.targetType)
  const nodes = nodesFor(context, config, clusterName)
  const sources = sourcesFor(lb, settings, families.families)
  const own = settings.resourceTags?.value
  const more = config.tagsOutrank ? { ...own, ...config.tags } : { ...config.tags, ...own }
  const marks = { cluster: context.cluster, clusterName, more }
  const place = placeOf(scheme, { settings, layout, config })
  const share = shareOf(lb, settings, { place, marks, usual: loadBalancerName(names, place) })
  const network = networkFor(context, config, settings, { ...asked, families, clusterName, share })
  return {
    lb,
    settings,
    keyed: awsKeyed(lb),
    layout,
    config,
    clusterName,
    context,
    scheme,
    schemePath: asked.schemePath,
    families,
    targetType: target.targetType,
    names,
    name: standingName(context, share) ?? share.name,
    share,
    vpcId: network.vpcId,
    region: network.region,
    subnets: network.subnets,
    zoneOf: network.zoneOf,
    vpcRanges: network.vpcRanges,
    addressRanges: network.addressRanges,
    why: network.why,
    nodeGroups: nodes.facts,
    groups: nodes.groups,
    sources: sources.sources,
    routes: routes.routes,
    tags: (key) => tagsFor(lb, key, marks),
    problems: [
      ...asked.problems,
      ...target.problems,
      ...labelProblems(settings, layout, target.targetType),
      ...families.problems,
      ...network.problems,
      ...routes.problems,
      ...sources.problems,
      ...nodes.problems,
      ...tagProblems(settings, config),
    ],
  }
}

/** A name is kept as it was given, also by whom the load balancer was taken over from. */
function standingName({ observed }: Context, { stack, place }: Share): string | undefined {
  const seen = observed.find(
    (item) => item.kind === 'load-balancer' && item.stack === stack && item.key === place,
  )
  return typeof seen?.spec['Name'] === 'string' ? seen.spec['Name'] : undefined
}

/** Tags that somebody else manages would be fought over. */
function tagProblems({ resourceTags }: AwsSettings, { externalTags }: AwsConfig): readonly Problem[] {
  if (resourceTags === undefined) return []
  return Object.keys(resourceTags.value)
    .filter((key) => externalTags.includes(key))
    .map((key) =>
      error(
        'LB_TAG_EXTERNAL',
        resourceTags.path,
        `the configuration says that somebody else manages the tag ${key}`,
        {
          value: key,
          hint: 'leave it out, or take it off aws.externalTags',
        },
      ),
    )
}

import { failed, ok, skipped, warned, type Check } from '../../src/provider/checkup.ts'
import type { ProviderError } from '../../src/provider/errors.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import type { AwsConfig, Scheme } from './config.ts'
import { regionOfZone, type Network, type NodeGroups } from './facts.ts'
import { instancesOf } from './instances.ts'
import { chooseGroups } from './node-groups.ts'
import { mostRules } from './prefix-lists.ts'
import { chooseSubnets } from './subnets.ts'

export type Answer<T> = { readonly value: T } | { readonly refused: ProviderError }

export interface Quotas {
  readonly limits: Readonly<Record<string, number>>
  readonly used: Readonly<Record<string, number>>
}

/** What AWS answered. What was not asked, because an earlier refusal holds for all, is absent. */
export interface Found {
  readonly config: AwsConfig
  readonly clusterName: string
  readonly nodes: readonly TargetNode[]
  readonly quotas: Answer<Quotas>
  readonly groups?: Answer<NodeGroups>
  /** Undefined where nothing tells which VPC it is. */
  readonly network?: Answer<Network | undefined>
  readonly rules?: Answer<Readonly<Record<string, number>>>
  readonly writes?: Answer<true>
}

const policy = 'manifests/aws/iam-policy.json lists what must be allowed'

function refusal(name: string, { kind, code, message }: ProviderError): Check {
  const unsent = code === 'RegionMissing' || code === 'CredentialsProviderError'
  return kind === 'denied' && !unsent ? failed(name, message, policy) : failed(name, message)
}

export function judge(found: Found): readonly Check[] {
  const { quotas, groups, network, rules, writes } = found
  return [
    access(found),
    ...('value' in quotas && network !== undefined ? [judgeNetwork(found, network)] : []),
    ...(network !== undefined && 'value' in network && network.value !== undefined
      ? subnets(found, network.value)
      : []),
    ...(groups === undefined ? [] : [nodeGroups(found, groups)]),
    ...(rules === undefined ? [] : nodeRules(rules)),
    ...(writes === undefined ? [] : [mayWrite(writes)]),
    ...('value' in quotas ? limits(quotas.value) : []),
  ]
}

/** The first call of all: it tells whether there are credentials and a region. */
function access({ config, quotas, network }: Found): Check {
  if ('refused' in quotas) return refusal('credentials and region', quotas.refused)
  const zone = network !== undefined && 'value' in network ? network.value?.subnets[0]?.zone : undefined
  const region = config.region ?? (zone === undefined ? undefined : regionOfZone(zone))
  return ok(
    'credentials and region',
    `AWS answers${region === undefined ? '' : ` in ${region}`}${config.endpoint === undefined ? '' : `, at ${config.endpoint}`}`,
  )
}

function judgeNetwork({ config }: Found, network: Answer<Network | undefined>): Check {
  if ('refused' in network) return refusal('VPC', network.refused)
  if (network.value === undefined)
    return warned(
      'VPC',
      'no node is known that is an EC2 instance, and no VPC is configured',
      'set aws.vpcId, or let a node join',
    )
  const { vpcId, subnets: all } = network.value
  if (all.length === 0)
    return failed('VPC', `${vpcId} has no subnet that can be seen`, 'is aws.vpcId of this region?')
  const zones = new Set(all.map(({ zone }) => zone)).size
  const how = config.vpcId === undefined ? 'that of the nodes' : 'as configured'
  return ok('VPC', `${vpcId}, ${how}: ${all.length} subnets in ${zones} zones`)
}

const schemes: readonly Scheme[] = ['internet-facing', 'internal']

/** Where load balancers of Services that name no subnets would stand. */
function subnets({ config, clusterName }: Found, network: Network): readonly Check[] {
  return schemes.map((scheme) => {
    const name = `subnets, ${scheme}`
    const chosen = chooseSubnets(network, {
      scheme,
      clusterName,
      inUse: new Set(),
      schemePath: '',
      byRoutes: config.subnetDiscovery === 'tags-and-routes',
      ofOtherClusters: config.subnetsOfOtherClusters,
    })
    const [problem] = chosen.problems
    if (problem !== undefined) return warned(name, problem.message, problem.hint)
    const said = chosen.subnets.map(({ id, zone, freeAddresses }) => `${id} (${zone}, ${freeAddresses} free)`)
    if (said.length === 1)
      return warned(name, said.join(', '), 'one zone only: tag a subnet in a second one for the day it fails')
    return ok(name, said.join(', '))
  })
}

function nodeGroups({ config, clusterName, nodes }: Found, groups: Answer<NodeGroups>): Check {
  const name = 'security groups of nodes'
  if ('refused' in groups) return refusal(name, groups.refused)
  const { list } = instancesOf(nodes)
  if (list.length === 0) return skipped(name, 'no node is known that is an EC2 instance')
  const missing = list.filter(({ id }) => !(id in groups.value.instances)).map(({ node }) => node)
  if (missing.length === list.length)
    return failed(name, 'EC2 knows none of the nodes', 'is this the region and account of the cluster?')
  const lacks = missing.length === 0 ? '' : `; EC2 does not know ${missing.slice(0, 3).join(', ')}`
  if (config.nodeSecurityGroups.length > 0)
    return ok(name, `${config.nodeSecurityGroups.join(', ')}, as configured${lacks}`)
  const chosen = chooseGroups(groups.value, clusterName, config.nodeGroupTags)
  if (chosen.groups.length === 0)
    return failed(name, `no node is in a group${lacks}`, 'set aws.nodeSecurityGroups')
  const said = `rules go to ${chosen.groups.join(', ')}${lacks}`
  const [doubt] = chosen.doubts
  if (doubt !== undefined)
    return warned(
      name,
      doubt,
      `tag one with kubernetes.io/cluster/${clusterName}, or set aws.nodeSecurityGroups`,
    )
  return lacks === '' ? ok(name, said) : warned(name, said)
}

function nodeRules(rules: Answer<Readonly<Record<string, number>>>): readonly Check[] {
  if ('refused' in rules) return [refusal('rules of nodes', rules.refused)]
  return Object.entries(rules.value).map(([id, count]) => {
    const said = `${id} has ${count} of ${mostRules} rules, the usual quota`
    if (count < mostRules * 0.8) return ok('rules of nodes', said)
    return warned('rules of nodes', said, 'type external needs one rule for all Services; or raise the quota')
  })
}

function mayWrite(writes: Answer<true>): Check {
  const name = 'writing'
  if ('refused' in writes) return refusal(name, writes.refused)
  return ok(
    name,
    'EC2 would let rules be written; Elastic Load Balancing does not say beforehand what it would allow',
  )
}

function limits({ limits: all, used }: Quotas): readonly Check[] {
  return Object.entries(used).flatMap(([what, count]) => {
    const most = all[what]
    if (most === undefined) return []
    const name = what.replaceAll('-', ' ')
    const said = `${count} of ${most}`
    if (count >= most) return failed(name, said, 'the quota is used up: raise it in Service Quotas')
    return count < most * 0.8 ? ok(name, said) : warned(name, said, 'raise the quota in Service Quotas')
  })
}

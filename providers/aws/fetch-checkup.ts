/**
 * What `doctor` looks at in AWS. Everything is asked first, each answer or refusal on its own; what it means is decided
 * by pure functions (`checkup.ts`).
 */
import type { Cluster } from '../../src/provider/blueprint.ts'
import type { Check } from '../../src/provider/checkup.ts'
import { ProviderError } from '../../src/provider/errors.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import type { AwsApi } from './api.ts'
import type { AwsConfig } from './config.ts'
import { chooseGroups } from './node-groups.ts'
import { describeInstances, fetchNodeGroups } from './fetch-node-groups.ts'
import { fetchNetwork } from './fetch-network.ts'
import { instancesOf } from './instances.ts'
import { pagesByMarker, pagesByToken } from './pages.ts'
import { judge, type Answer, type Found, type Quotas } from './checkup.ts'

export async function checkup(
  api: AwsApi,
  config: AwsConfig,
  cluster: Cluster,
  nodes: readonly TargetNode[],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const clusterName = config.clusterName ?? cluster.name
  const quotas = await answer(() => fetchQuotas(api, signal))
  const found: Found = { config, clusterName, nodes, quotas }
  // Without credentials or a region every other answer would be the same refusal again.
  if ('refused' in quotas && quotas.refused.kind !== 'denied' && quotas.refused.kind !== 'throttled')
    return judge(found)
  if ('refused' in quotas && withoutCredentials.test(quotas.refused.code)) return judge(found)
  const { ids } = instancesOf(nodes)
  const groups = await answer(() => fetchNodeGroups(api, ids, signal))
  const network = await answer(async () => {
    const vpcId = config.vpcId ?? (await describeInstances(api, ids.slice(0, 3), signal))[0]?.VpcId
    return vpcId === undefined ? undefined : fetchNetwork(api, vpcId, signal)
  })
  const chosen = 'value' in groups ? groupsOf(config, groups.value, clusterName) : []
  const rules = await answer(() => countRules(api, chosen, signal))
  const [group] = chosen
  const writes = group === undefined ? undefined : await answer(() => tryToWrite(api, group, signal))
  return judge({ ...found, groups, network, rules, ...(writes === undefined ? {} : { writes }) })
}

const withoutCredentials = /Credentials|Token|Signature|Expired|AuthFailure|UnrecognizedClient/

function groupsOf(
  config: AwsConfig,
  facts: Parameters<typeof chooseGroups>[0],
  clusterName: string,
): readonly string[] {
  if (config.nodeSecurityGroups.length > 0) return config.nodeSecurityGroups
  return chooseGroups(facts, clusterName, config.nodeGroupTags).groups
}

async function answer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await ask() }
  } catch (error) {
    if (error instanceof ProviderError) return { refused: error }
    throw error
  }
}

async function fetchQuotas(api: AwsApi, signal: AbortSignal): Promise<Quotas> {
  const limits = await pagesByMarker(async (page) => {
    const { Limits, NextMarker } = await api.call('DescribeAccountLimits', page, signal)
    return { items: Limits ?? [], next: NextMarker }
  })
  const balancers = await pagesByMarker(async (page) => {
    const { LoadBalancers, NextMarker } = await api.call('DescribeLoadBalancers', page, signal)
    return { items: LoadBalancers ?? [], next: NextMarker }
  })
  const targets = await pagesByMarker(async (page) => {
    const { TargetGroups, NextMarker } = await api.call('DescribeTargetGroups', page, signal)
    return { items: TargetGroups ?? [], next: NextMarker }
  })
  return {
    limits: Object.fromEntries(limits.map(({ Name = '', Max }) => [Name, Number(Max)])),
    used: {
      'network-load-balancers': balancers.filter(({ Type }) => Type === 'network').length,
      'application-load-balancers': balancers.filter(({ Type }) => Type === 'application').length,
      'target-groups': targets.length,
    },
  }
}

/** Group id -> rules for what comes in. */
async function countRules(
  api: AwsApi,
  groups: readonly string[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const id of groups) {
    const rules = await pagesByToken(async (page) => {
      const Filters = [{ Name: 'group-id', Values: [id] }]
      const found = await api.call('DescribeSecurityGroupRules', { Filters, ...page }, signal)
      return { items: found.SecurityGroupRules ?? [], next: found.NextToken }
    })
    counts[id] = rules.filter(({ IsEgress }) => IsEgress !== true).length
  }
  return counts
}

/** EC2 says whether it would have let a write through. Elastic Load Balancing has no such question. */
async function tryToWrite(api: AwsApi, GroupId: string, signal: AbortSignal): Promise<true> {
  const IpPermissions = [
    {
      IpProtocol: 'tcp',
      FromPort: 1,
      ToPort: 1,
      IpRanges: [{ CidrIp: '192.0.2.1/32', Description: 'doctor' }],
    },
  ]
  try {
    await api.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions, DryRun: true }, signal)
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'DryRunOperation') throw error
  }
  return true
}

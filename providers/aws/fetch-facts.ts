import type { Json } from '../../src/lib/json.ts'
import type { Fact, Lookup } from '../../src/provider/blueprint.ts'
import type { AwsApi } from './api.ts'
import type { AwsConfig } from './config.ts'
import { elasticAddressesKey, networkKey, nodeGroupsKey, prefixListsKey, securityGroupsKey } from './facts.ts'
import { fetchAddresses } from './fetch-addresses.ts'
import { fetchPrefixLists, fetchSecurityGroups } from './fetch-groups.ts'
import { describeInstances, fetchNodeGroups } from './fetch-node-groups.ts'
import { fetchNetwork } from './fetch-network.ts'

/** Carries lookups out. What AWS refuses is thrown: the caller knows when to ask again. */
export async function fetchFacts(
  api: AwsApi,
  config: AwsConfig,
  asked: readonly Lookup[],
  signal: AbortSignal,
): Promise<readonly Fact[]> {
  const facts: Fact[] = []
  for (const lookup of asked) {
    const ids = (lookup.args ?? []) as readonly string[]
    if (lookup.key === networkKey) facts.push(await networkFact(api, config, ids, signal))
    else if (lookup.key === elasticAddressesKey)
      facts.push({ key: lookup.key, value: (await fetchAddresses(api, signal)) as Json })
    else if (lookup.key.startsWith(securityGroupsKey('')))
      facts.push({ key: lookup.key, value: (await fetchSecurityGroups(api, ids, signal)) as unknown as Json })
    else if (lookup.key.startsWith(prefixListsKey('')))
      facts.push({ key: lookup.key, value: (await fetchPrefixLists(api, signal)) as unknown as Json })
    else if (!lookup.key.startsWith(nodeGroupsKey(''))) facts.push({ key: lookup.key, unknown: lookup.what })
    else if (ids.length === 0)
      facts.push({ key: lookup.key, unknown: 'the security groups of the nodes: there is no node yet' })
    else {
      const value = await fetchNodeGroups(api, ids, signal)
      facts.push({ key: lookup.key, value: value as unknown as Json })
    }
  }
  return facts
}

async function networkFact(
  api: AwsApi,
  config: AwsConfig,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Fact> {
  const vpcId = config.vpcId ?? (await describeInstances(api, ids, signal))[0]?.VpcId
  if (vpcId === undefined)
    return { key: networkKey, unknown: 'the VPC: no node is an instance yet, and no vpcId is configured' }
  return { key: networkKey, value: (await fetchNetwork(api, vpcId, signal)) as unknown as Json }
}

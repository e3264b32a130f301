import type { AwsApi } from './api.ts'
import type { GroupFacts, PrefixLists } from './facts.ts'
import { pagesByToken } from './pages.ts'
import { readTags } from './tags.ts'

const MaxResults = 1000

/**
 * The groups that are named by id or Name tag. Where one of them is not there, all groups of the region, so that people
 * are told what there is; else no others, whose comings and goings would make it another fact each time.
 */
export async function fetchSecurityGroups(
  api: AwsApi,
  names: readonly string[],
  signal: AbortSignal,
): Promise<GroupFacts> {
  const groups = await pagesByToken(async (page) => {
    const answer = await api.call('DescribeSecurityGroups', { MaxResults, ...page }, signal)
    return { items: answer.SecurityGroups ?? [], next: answer.NextToken }
  })
  const all = groups.map(({ GroupId: id, GroupName: name = '', VpcId, Tags }) => {
    const vpcId = VpcId === undefined ? {} : { vpcId: VpcId }
    return [id, { name, ...vpcId, tags: readTags(Tags) }] as const
  })
  const named = all.filter(([id, { tags }]) => names.includes(id) || names.includes(tags['Name'] ?? ''))
  const found = new Set(named.flatMap(([id, { tags }]) => [id, tags['Name']]))
  return Object.fromEntries(names.every((name) => found.has(name)) ? named : all)
}

/** All prefix lists of the region, those of AWS too. */
export async function fetchPrefixLists(api: AwsApi, signal: AbortSignal): Promise<PrefixLists> {
  const lists = await pagesByToken(async (page) => {
    const answer = await api.call('DescribeManagedPrefixLists', { MaxResults: 100, ...page }, signal)
    return { items: answer.PrefixLists ?? [], next: answer.NextToken }
  })
  return Object.fromEntries(
    lists.map(({ PrefixListId = '', PrefixListName: name, AddressFamily: family, MaxEntries = 1 }) => [
      PrefixListId,
      {
        ...(name === undefined ? {} : { name }),
        ...(family === undefined ? {} : { family }),
        maxEntries: MaxEntries,
      },
    ]),
  )
}

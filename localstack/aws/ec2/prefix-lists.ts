import type { DescribeManagedPrefixListsRequest, DescribeManagedPrefixListsResult } from '@aws-sdk/client-ec2'
import type { Action, Actions } from '../action.ts'
import { fault } from '../fault.ts'
import { pageOf } from '../paging.ts'

/** Whoever made it: a list of AWS and one of the account look alike but for their owner. At most 100 on a page. */
const describeManagedPrefixLists: Action<
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult
> = (world, input) => {
  for (const id of input.PrefixListIds ?? [])
    if (!world.prefixLists.has(id))
      throw fault('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`)
  const size = input.MaxResults ?? 100
  if (size < 1 || size > 100)
    throw fault('InvalidParameterValue', `Value ( ${size} ) for parameter maxResults is invalid.`)
  const all = [...world.prefixLists]
    .filter(([id]) => input.PrefixListIds === undefined || input.PrefixListIds.includes(id))
    .map(([id, entries]) => ({
      PrefixListId: id,
      PrefixListArn: `arn:aws:ec2:${world.region}:${world.account}:prefix-list/${id}`,
      PrefixListName: id,
      AddressFamily: 'IPv4',
      MaxEntries: entries,
      OwnerId: world.account,
      State: 'create-complete' as const,
    }))
  const page = pageOf(
    all,
    size,
    input.NextToken,
    (one) => one.PrefixListId,
    () => fault('InvalidParameterValue', 'The token is invalid.'),
  )
  return { NextToken: page.next, PrefixLists: page.items }
}

export const prefixListActions: Actions = { DescribeManagedPrefixLists: describeManagedPrefixLists }

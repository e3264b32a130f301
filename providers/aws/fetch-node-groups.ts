import type { AwsApi } from './api.ts'
import type { Instance } from './api-ec2.ts'
import type { NodeGroups } from './facts.ts'
import { chunks, filterLimit, pagesByToken } from './pages.ts'
import { readTags } from './tags.ts'

const gone = new Set(['shutting-down', 'terminated'])

/** By filter, not by id: an id that does not exist is then absent instead of failing the whole call. */
export async function describeInstances(
  api: AwsApi,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Instance[]> {
  const found: Instance[] = []
  for (const Values of chunks(ids, filterLimit)) {
    const instances = await pagesByToken(async (page) => {
      const answer = await api.call(
        'DescribeInstances',
        { Filters: [{ Name: 'instance-id', Values }], ...page },
        signal,
      )
      const items = (answer.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? [])
      return { items, next: answer.NextToken }
    })
    found.push(...instances.filter((instance) => !gone.has(instance.State?.Name ?? '')))
  }
  return found
}

export async function fetchNodeGroups(
  api: AwsApi,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<NodeGroups> {
  const described = await describeInstances(api, ids, signal)
  const instances: Record<string, readonly string[]> = {}
  for (const instance of described)
    instances[instance.InstanceId] = (instance.SecurityGroups ?? [])
      .flatMap((group) => group.GroupId ?? [])
      .toSorted()
  const groupIds = [...new Set(Object.values(instances).flat())].toSorted()
  const groups: Record<string, NodeGroups['groups'][string]> = {}
  for (const Values of chunks(groupIds, filterLimit)) {
    const found = await pagesByToken(async (page) => {
      const answer = await api.call(
        'DescribeSecurityGroups',
        { Filters: [{ Name: 'group-id', Values }], ...page },
        signal,
      )
      return { items: answer.SecurityGroups ?? [], next: answer.NextToken }
    })
    for (const group of found)
      groups[group.GroupId] = { name: group.GroupName ?? '', tags: readTags(group.Tags) }
  }
  return { instances, groups }
}

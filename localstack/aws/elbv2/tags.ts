import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Action, Actions } from '../action.ts'
import { invalid } from '../fault.ts'
import type { Tags } from '../state/records.ts'
import type { Table } from '../state/table.ts'
import { showTags, withoutTags } from '../state/tags.ts'
import type { World } from '../state/world.ts'
import { checkTags } from './checks.ts'
import { noListener, noLoadBalancer, noTargetGroup } from './find.ts'

interface Tagged {
  readonly arn: string
  readonly tags: Tags
}

function placeOf(world: World, arn: string): { table: Table<Tagged>; item: Tagged } {
  const kind = arn.split(':')[5]?.split('/')[0]
  const [table, refuse] =
    kind === 'loadbalancer'
      ? [world.loadBalancers, () => noLoadBalancer(`Load balancer '${arn}' not found`)]
      : kind === 'targetgroup'
        ? [world.targetGroups, noTargetGroup]
        : kind === 'listener'
          ? [world.listeners, noListener]
          : [undefined, () => invalid(`'${arn}' is not a valid ARN`)]
  const item = table?.get(arn)
  if (table === undefined || item === undefined) throw refuse()
  return { table, item }
}

function retag(world: World, arns: readonly string[] | undefined, change: (tags: Tags) => Tags): void {
  const places = checkedArns(arns).map((arn) => placeOf(world, arn))
  const changed = places.map(({ table, item }) => ({ table, item: { ...item, tags: change(item.tags) } }))
  for (const { table, item } of changed) table.put(item.arn, item)
}

function checkedArns(arns: readonly string[] | undefined): readonly string[] {
  if (arns === undefined || arns.length === 0 || arns.length > 20)
    throw invalid('Between 1 and 20 resource ARNs must be specified')
  return arns
}

const addTags: Action<AddTagsInput, object> = (world, input) => {
  if (input.Tags === undefined || input.Tags.length === 0) throw invalid('At least one tag must be specified')
  retag(world, input.ResourceArns, (tags) => checkTags(world, tags, input.Tags))
  return {}
}

const removeTags: Action<RemoveTagsInput, object> = (world, input) => {
  const keys = new Set(input.TagKeys ?? [])
  retag(world, input.ResourceArns, (tags) => withoutTags(tags, (key) => keys.has(key)))
  return {}
}

const describeTags: Action<DescribeTagsInput, DescribeTagsOutput> = (world, input) => ({
  TagDescriptions: checkedArns(input.ResourceArns).map((arn) => ({
    ResourceArn: arn,
    Tags: showTags(placeOf(world, arn).item.tags),
  })),
})

export const tagActions: Actions = { AddTags: addTags, RemoveTags: removeTags, DescribeTags: describeTags }

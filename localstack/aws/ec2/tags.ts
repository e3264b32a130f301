import type { CreateTagsRequest, DeleteTagsRequest, TagSpecification } from '@aws-sdk/client-ec2'
import type { Action, Actions } from '../action.ts'
import { fault } from '../fault.ts'
import type { Tags } from '../state/records.ts'
import type { Table } from '../state/table.ts'
import { readTags, withoutTags } from '../state/tags.ts'
import type { World } from '../state/world.ts'

/** Tags given at creation; a specification for another kind of resource is refused, as EC2 does. */
export function specifiedTags(
  world: World,
  specifications: readonly TagSpecification[] | undefined,
  kind: string,
): Tags {
  const tags = (specifications ?? []).flatMap((specification) => {
    if (specification.ResourceType !== kind)
      throw fault(
        'InvalidParameterValue',
        `'${specification.ResourceType}' is not a valid taggable resource type.`,
      )
    return specification.Tags ?? []
  })
  return checkTags(world, readTags(tags))
}

function checkTags(world: World, tags: Tags): Tags {
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || key.length > 128 || value.length > 256)
      throw fault('InvalidParameterValue', `Tag key or value is empty or too long: '${key}'.`)
    if (key.toLowerCase().startsWith('aws:'))
      throw fault('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`)
  }
  if (Object.keys(tags).length > world.limits.tagsPerResource)
    throw fault('TagLimitExceeded', 'The maximum number of tags for a resource has been reached.')
  return tags
}

interface Tagged {
  readonly tags: Tags
}

/** Where a resource lives, by the prefix of its id, and what EC2 says when it is not there. */
const kinds: readonly [string, (world: World) => Table<Tagged>, string][] = [
  ['vpc-', (world) => world.vpcs, 'InvalidVpcID.NotFound'],
  ['subnet-', (world) => world.subnets, 'InvalidSubnetID.NotFound'],
  ['rtb-', (world) => world.routeTables, 'InvalidRouteTableID.NotFound'],
  ['sg-', (world) => world.securityGroups, 'InvalidGroup.NotFound'],
  ['sgr-', (world) => world.rules, 'InvalidSecurityGroupRuleId.NotFound'],
  ['i-', (world) => world.instances, 'InvalidInstanceID.NotFound'],
  ['eipalloc-', (world) => world.addresses, 'InvalidAllocationID.NotFound'],
]

function retag(world: World, ids: readonly string[] | undefined, change: (tags: Tags) => Tags): void {
  const found = (ids ?? []).map((id) => {
    const [, tableOf, code] = kinds.find(([prefix]) => id.startsWith(prefix)) ?? []
    if (tableOf === undefined) throw fault('InvalidID', `The ID '${id}' is not valid`)
    const table = tableOf(world)
    const item = table.get(id)
    if (item === undefined) throw fault(code ?? 'InvalidID', `The ID '${id}' does not exist`)
    return { table, id, item: { ...item, tags: change(item.tags) } }
  })
  for (const { table, id, item } of found) table.put(id, item)
}

const createTags: Action<CreateTagsRequest, object> = (world, input) => {
  retag(world, input.Resources, (tags) => checkTags(world, { ...tags, ...readTags(input.Tags) }))
  return {}
}

/** A tag named with a value goes only if it has that value; with no tags named, all go. */
const deleteTags: Action<DeleteTagsRequest, object> = (world, input) => {
  const named = input.Tags
  retag(world, input.Resources, (tags) =>
    withoutTags(
      tags,
      (key, value) =>
        named === undefined ||
        named.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value)),
    ),
  )
  return {}
}

export const tagActions: Actions = { CreateTags: createTags, DeleteTags: deleteTags }

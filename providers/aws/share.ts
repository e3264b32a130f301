import type { JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { awsSettings, type AwsSettings } from './annotations.ts'
import { groupName } from './names.ts'
import { groupTags, type TagContext, tagsFor } from './tags.ts'

/** Where the load balancer's own objects are: in the Service's stack, or in that of the group that it shares one with. */
export interface Share {
  readonly stack: string
  /** Set where other Services may have a part in the load balancer. */
  readonly group?: string
  readonly groupPath?: string
  readonly name: string
  /** Key of the load balancer: all that it cannot change in place. What replaces it stands beside it. */
  readonly place: string
  /** What keys of target groups begin with: one serves a single load balancer, also while a Service joins a group. */
  readonly targets: string
  /** Of what the Services of a group have in common: no tag names one of them. */
  tags(key: string): JsonObject
}

interface ShareOptions {
  readonly place: string
  readonly marks: TagContext
  /** The name of a load balancer that belongs to this Service alone. */
  readonly usual: string
}

const stackOf = (group: string): string => `group/${group}`

/** The group that this Service shares a load balancer with. */
export function joinedBy(lb: LoadBalancer): readonly string[] {
  const { group } = awsSettings(lb)
  return group === undefined ? [] : [stackOf(group.value)]
}

export function shareOf(
  lb: LoadBalancer,
  { group, name }: AwsSettings,
  { place, marks, usual }: ShareOptions,
): Share {
  if (group === undefined)
    return {
      stack: lb.owner.uid,
      name: name?.value ?? usual,
      place,
      targets: place,
      tags: (key) => tagsFor(lb, key, marks),
    }
  return {
    stack: stackOf(group.value),
    group: group.value,
    groupPath: group.path,
    name: name?.value ?? groupName(marks.cluster.uid, group.value, place),
    place,
    targets: `${group.value}/${place}`,
    tags: (key) => groupTags(group.value, key, marks),
  }
}

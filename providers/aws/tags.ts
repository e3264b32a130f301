import type { JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer, Owner } from '../../src/model/load-balancer.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { Cluster } from '../../src/provider/blueprint.ts'
import type { Tag, TagsSeen } from './api-call.ts'

export type Tags = Readonly<Record<string, string>>

/** Our marks. The cluster's uid decides what is ours, the Service's uid whose; the others are for people. */
export const clusterTag = 'lb-controller.io/cluster'
export const uidTag = 'lb-controller.io/service-uid'
export const serviceTag = 'lb-controller.io/service'
export const keyTag = 'lb-controller.io/key'
const groupTag = 'lb-controller.io/group'
/** On a target group in which another cluster has targets too. */
export const sharedTargetsTag = 'lb-controller.io/multi-cluster'
export const clusterNameTag = (name: string): string => `kubernetes.io/cluster/${name}`

export interface TagContext {
  readonly cluster: Cluster
  readonly clusterName: string
  /** From the configuration and the Service; ours win. */
  readonly more: Tags
}

/** The tags of an object of this Service, as its spec asks for them. */
export function tagsFor(lb: LoadBalancer, key: string, context: TagContext): JsonObject {
  return {
    ...clusterTags(context),
    [uidTag]: lb.uid ?? unknown('the uid of the Service'),
    [serviceTag]: lb.owner.name,
    [keyTag]: key,
  }
}

/** Of what the Services of a group share: it is nobody's alone. */
export const groupTags = (group: string, key: string, context: TagContext): JsonObject => ({
  ...clusterTags(context),
  [groupTag]: group,
  [keyTag]: key,
})

/** Of what the whole cluster shares. */
export const clusterTags = ({ cluster, clusterName, more }: TagContext): JsonObject => ({
  ...more,
  [clusterNameTag(clusterName)]: 'owned',
  [clusterTag]: cluster.uid ?? unknown('the uid of the cluster'),
})

export const readTags = (seen: TagsSeen | undefined): Tags =>
  Object.fromEntries((seen ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']))

export const writeTags = (tags: Tags): readonly Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** Whose an object is by its tags; undefined when it is not ours. */
export function ownerOf(tags: Tags, clusterUid: string | undefined): Owner | undefined {
  const uid = tags[uidTag]
  if (clusterUid === undefined || tags[clusterTag] !== clusterUid || uid === undefined) return undefined
  return { uid, name: tags[serviceTag] ?? uid }
}

/** Whose an object of a group is: no Service's alone, so that none takes it away. */
export function groupOf(tags: Tags, clusterUid: string | undefined): Owner | undefined {
  const group = tags[groupTag]
  if (clusterUid === undefined || tags[clusterTag] !== clusterUid || group === undefined) return undefined
  return { uid: `group/${group}`, name: `group ${group}` }
}

/** Of what the whole cluster shares: no Service's, so that none takes it away. */
export const clusterOf = (tags: Tags, clusterUid: string | undefined): Owner | undefined =>
  clusterUid === undefined || tags[clusterTag] !== clusterUid
    ? undefined
    : { uid: clusterUid, name: 'the cluster' }

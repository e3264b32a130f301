import type { JsonObject } from '../../src/lib/json.ts'
import type { Owner } from '../../src/model/load-balancer.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { Cluster } from '../../src/provider/blueprint.ts'

/** A tag `key=value` as key -> value; one without `=` has an empty value. */
export type Tags = Readonly<Record<string, string>>

/** Our marks. Uids decide; the rest is for people, and for cloud-provider-openstack should it take over again. */
export const clusterTag = 'lb-controller.io/cluster'
export const uidTag = 'lb-controller.io/service-uid'
export const serviceTag = 'lb-controller.io/service'
export const stackTag = 'lb-controller.io/stack'
export const keyTag = 'lb-controller.io/key'
export const keepTag = 'lb-controller.io/keep'
export const hostnameTag = 'lb-controller.io/hostname'

/** The part of a shared object that says a Service is on it. */
export const ownerKey = (service: string): string => `service ${service}`

export function readTags(wire: unknown): Tags {
  const list = Array.isArray(wire) ? wire.filter((tag): tag is string => typeof tag === 'string') : []
  return Object.fromEntries(
    list.map((tag): [string, string] => {
      const at = tag.indexOf('=')
      return at < 0 ? [tag, ''] : [tag.slice(0, at), tag.slice(at + 1)]
    }),
  )
}

/** As the APIs take them. */
export const writeTags = (tags: Tags): readonly string[] =>
  Object.entries(tags)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .toSorted()

interface Marked {
  readonly cluster: Cluster
  readonly stack: string | undefined
  readonly key: string
}

/** Of an object that several Services may share. */
export const sharedTags = ({ cluster, stack, key }: Marked): JsonObject => ({
  [clusterTag]: cluster.uid ?? unknown('the uid of the cluster'),
  [stackTag]: stack ?? unknown('the uid of the Service'),
  [keyTag]: key,
})

/** Of an object of one Service. */
export const ownTags = (
  marked: Marked,
  owner: { readonly uid: string | undefined; readonly name: string; readonly legacy: string },
): JsonObject => ({
  [owner.legacy]: '',
  ...sharedTags(marked),
  [uidTag]: owner.uid ?? unknown('the uid of the Service'),
  [serviceTag]: owner.name,
})

/** Another cluster's, or nobody's of ours, where the uid of the cluster is not on it. */
export const isOurs = (tags: Tags, cluster: Cluster): boolean =>
  cluster.uid !== undefined && tags[clusterTag] === cluster.uid

export function ownerOf(tags: Tags, cluster: Cluster): Owner | undefined {
  const uid = tags[uidTag]
  return uid === undefined || !isOurs(tags, cluster) ? undefined : { uid, name: tags[serviceTag] ?? uid }
}

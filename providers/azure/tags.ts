import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts'
import type { Observed, Owner } from '../../src/plan/resource.ts'
import { unknown } from '../../src/plan/resource.ts'
import { partialUid } from '../../src/plan/partial-owner.ts'
import type { Cluster } from '../../src/provider/blueprint.ts'
import type { WishBase } from './wish-base.ts'

/** Our marks: keys of tags may hold no slash. The cluster's uid decides what is ours, the Service's whose. */
export const clusterTag = 'lb-controller-cluster'
export const uidTag = 'lb-controller-service-uid'
/** Those of the controller for Azure, for people and for adoption. */
export const serviceTag = 'k8s-azure-service'
export const clusterNameTag = 'k8s-azure-cluster-name'
export const dnsTag = 'k8s-azure-dns-label-service'
export const linkOwnerTag = 'k8s-azure-owner-service'

/** What the controller for Azure called these tags before; it reads them still, and never writes them. */
const before: Readonly<Record<string, string>> = {
  [serviceTag]: 'service',
  [clusterNameTag]: 'kubernetes-cluster-name',
  [dnsTag]: 'kubernetes-dns-label-service',
}

/** By which every object of one Service is known. */
export const marks = ({ lb, context, clusterName }: WishBase): JsonObject => ({
  [clusterNameTag]: clusterName,
  [clusterTag]: context.cluster.uid ?? unknown('the uid of the cluster'),
  [uidTag]: lb.uid ?? unknown('the uid of the Service'),
})

/**
 * Tags from several places, the last of which outranks. Names of tags have no case in Azure: `Env` and `env` are one, and
 * a request with both is refused. One that exists keeps its spelling. Values have case.
 */
export function tagsOn(
  seen: Observed | undefined,
  ...asked: readonly (JsonObject | undefined)[]
): JsonObject {
  const has = seen?.spec['tags']
  const spelling = new Map(Object.keys(isObject(has) ? has : {}).map((name) => [name.toLowerCase(), name]))
  const tags: Record<string, Json> = {}
  for (const [name, value] of asked.flatMap((map) => Object.entries(map ?? {}))) {
    const spelt = spelling.get(name.toLowerCase()) ?? name
    spelling.set(name.toLowerCase(), spelt)
    tags[spelt] = value
  }
  return tags
}

type Tags = Readonly<Record<string, unknown>>

/** One of the tags of the controller for Azure; that of its present name outranks. */
export function tagIn(tags: Tags, key: string): string | undefined {
  const found = tags[key] ?? tags[before[key] ?? key]
  return typeof found === 'string' ? found : undefined
}

/**
 * Whose an object is. Our own tags name owner and cluster; what the controller for Azure made has the name of its
 * cluster, of its Service, and a name that begins with the Service's uid: all three have to be there.
 */
export function ownerByTags(
  tags: Tags,
  stem: string | undefined,
  cluster: Cluster,
  nameTag: string,
): Owner | undefined {
  const name = tagIn(tags, nameTag)
  const uid = tags[uidTag]
  if (name === undefined || name === '') return undefined
  if (tags[clusterTag] !== undefined)
    return cluster.uid !== undefined && tags[clusterTag] === cluster.uid && typeof uid === 'string'
      ? { uid, name }
      : undefined
  const found = stem === undefined ? undefined : ownerOfStem(stem)
  return found === undefined || tagIn(tags, clusterNameTag) !== cluster.name ? undefined : { ...found, name }
}

/** Whose a name is that begins with `a<uid>`; a usual uid lost its last digit there. */
export function ownerOfStem(name: string): Owner | undefined {
  const stem = /^a(?!ks)([0-9a-z]{1,31})(?=-|$)/.exec(name)?.[1]
  if (stem === undefined) return undefined
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{11})$/.exec(stem)
  if (parts === null) return { uid: stem, name: `the Service with uid ${stem}` }
  const begin = parts.slice(1).join('-')
  return { uid: partialUid(begin), name: `the Service with uid ${begin}…` }
}

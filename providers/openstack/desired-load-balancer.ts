import type { JsonObject } from '../../src/lib/json.ts'
import { type Part, type Resource, unknown } from '../../src/plan/resource.ts'
import { groupName, withCluster } from './names.ts'
import { ownerKey } from './tags.ts'
import type { Wish } from './wish.ts'

export function desiredLoadBalancer(wish: Wish): Resource {
  const { root, lb, balancer } = wish
  const parts = { [ownerKey(lb.owner.name)]: ownerPart(wish) }
  const common = { ...balancer, owners: [lb.owner], parts }
  if (root.is === 'foreign')
    return {
      ...common,
      spec: {},
      body: 'foreign',
      purpose: `the load balancer ${root.name ?? ''}, which is there already and stays when the Service goes`,
    }
  return {
    ...common,
    spec: specOf(wish),
    ...formerTags(wish),
    origins: originsOf(wish),
    purpose: purposeOf(wish),
  }
}

/** That the Service is on it: two tags, which go when the Service does. */
export function ownerPart({ lb, legacy, root }: Wish): Part {
  const spec = { name: legacy, uid: lb.uid ?? unknown('the uid of the Service') }
  return { spec, owners: [lb.owner], ...(root.path === undefined ? {} : { path: root.path }) }
}

function specOf(wish: Wish): JsonObject {
  const { root, settings, features, vip, clusterName, lb, legacy, internal } = wish
  const named: JsonObject =
    root.is === 'group' && root.name !== undefined
      ? {
          name: groupName(clusterName, root.name),
          description: `Kubernetes services of group ${root.name} from cluster ${clusterName}`,
        }
      : {
          name: legacy,
          description: `Kubernetes ${internal ? 'internal' : 'external'} service ${lb.owner.name} from cluster ${clusterName}`,
        }
  // What another controller placed stays where it is: only its names and marks become ours.
  if (root.is === 'adopted') return { ...named, tags: wish.sharedTags(root.key) }
  const { flavorId, availabilityZone } = settings
  return {
    ...named,
    provider: features.provider,
    ...vip.spec,
    ...(flavorId === undefined || !features.flavors ? {} : { flavor_id: flavorId.value }),
    ...(availabilityZone === undefined || !features.availabilityZones
      ? {}
      : { availability_zone: availabilityZone.value }),
    tags: wish.sharedTags(root.key),
  }
}

function originsOf({ settings, vip, root, lb }: Wish): Record<string, string> {
  const { flavorId, availabilityZone, internal } = settings
  return {
    name: root.path ?? 'metadata.name',
    description: internal?.path ?? root.path ?? 'metadata.name',
    ...vip.origins,
    ...(flavorId === undefined ? {} : { flavor_id: flavorId.path }),
    ...(availabilityZone === undefined ? {} : { availability_zone: availabilityZone.path }),
    ...(lb.requestedAddress === undefined ? {} : { vip_address: lb.requestedAddress.path }),
    ...tagOrigins(settings),
  }
}

export function tagOrigins({ tags }: Wish['settings']): Record<string, string> {
  if (tags === undefined) return {}
  return Object.fromEntries(Object.keys(tags.value).map((key) => [`tags.${key}`, tags.path]))
}

/** The mark by the name that the cluster had goes, or two clusters would be read from it. */
export function formerTags({ root, legacy, clusterName }: Wish): Pick<Resource, 'forgotten'> {
  if (root.formerCluster === undefined) return {}
  return { forgotten: [`tags.${withCluster(legacy, clusterName, root.formerCluster)}`] }
}

function purposeOf({ root, internal, floating }: Wish): string {
  const reach =
    internal || floating === undefined ? 'that its network reaches' : 'that a floating IP leads to'
  if (root.is === 'adopted')
    return `the load balancer that another controller made for the Service, taken over`
  return root.is === 'group'
    ? `a load balancer ${reach}, shared by the group ${root.name ?? ''}`
    : `a load balancer ${reach}`
}

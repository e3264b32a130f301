import { ownerOf } from '../model/from-service.ts'
import type { ServiceObject } from '../model/objects.ts'
import { refKey, type Resource } from '../plan/resource.ts'
import type { Input } from './accepted.ts'
import { confined, sameAccess } from './confine.ts'
import { stillServing } from './desired.ts'
import { wishAt, type Asking } from './wish-of.ts'

interface Kept {
  readonly resources: readonly Resource[]
  readonly confined: boolean
}

interface Earlier {
  readonly earlier: Input
  /** Says who may connect by now. */
  readonly access: Input
  readonly live: readonly Resource[]
}

/**
 * What an earlier input serves with and the live one does not have. It follows nodes and ports, and lets in whom the
 * live input lets in. What it asked for may not be told today, for want of a fact or by newer rules: then all that is
 * there stays as it is, for clients hang on it.
 */
export async function keptOf(asked: Asking, service: ServiceObject, at: Earlier): Promise<Kept> {
  const { provider, observed, cluster, nodes } = asked.parts
  const { kinds, annotations: table } = provider
  const { earlier, access, live } = at
  const own = (await wishAt(asked, service, earlier, true))?.resources
  const serving = (resources: readonly Resource[]) => stillServing(resources, live, kinds)
  if (own !== undefined && serving(own).length === 0) return { resources: [], confined: true }
  if (own !== undefined && sameAccess(earlier, access, table))
    return { resources: serving(own), confined: true }
  for (const input of confined(earlier, access, table)) {
    const wish = (await wishAt(asked, service, input, true))?.resources
    if (wish === undefined || (own !== undefined && !sameObjects(serving(own), serving(wish)))) continue
    return { resources: serving(wish), confined: true }
  }
  if (own !== undefined) return { resources: serving(own), confined: false }
  const uid = ownerOf(service).uid
  const mine = observed(uid).filter((object) => object.owners.some((owner) => owner.uid === uid))
  const followed = provider.follow(mine, { cluster, nodes, facts: new Map(), observed: mine })
  return { resources: serving(followed), confined: true }
}

/** By what they are: rules within them may differ. */
function sameObjects(a: readonly Resource[], b: readonly Resource[]): boolean {
  const keys = new Set(a.map(refKey))
  return a.length === b.length && b.every((resource) => keys.has(refKey(resource)))
}

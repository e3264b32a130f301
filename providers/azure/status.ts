import type { LoadBalancerStatus } from '../../src/model/objects.ts'
import { isObject, type JsonObject } from '../../src/lib/json.ts'
import type { Observed, Owner } from '../../src/plan/resource.ts'
import type { Outcome } from '../../src/provider/blueprint.ts'
import { sameId } from './arm.ts'

/**
 * What the Service's status should say: the addresses of its frontends, once everything about it is in place. One that
 * was published stays while its frontend exists, also through a failed edit.
 */
export function statusFor(
  owner: Owner,
  observed: readonly Observed[],
  outcome: Outcome,
  current: LoadBalancerStatus,
): LoadBalancerStatus {
  const addresses = observed
    .filter(({ kind }) => kind === 'load-balancer')
    .flatMap((balancer) => addressesOn(balancer, owner, observed))
    .toSorted()
  if (outcome.deleting) return addresses.length === 0 ? {} : current
  const published = new Set((current.ingress ?? []).map(({ ip }) => ip))
  const shown = [...new Set(addresses)].filter((ip) => outcome.converged || published.has(ip))
  if (shown.length === 0) return outcome.converged ? {} : current
  return { ingress: shown.map((ip) => ({ ip })) }
}

function addressesOn(balancer: Observed, owner: Owner, observed: readonly Observed[]): readonly string[] {
  return Object.entries(balancer.parts ?? {}).flatMap(([key, part]) => {
    if (!key.startsWith('frontend/') || !part.owners.some(({ uid }) => uid === owner.uid)) return []
    const own = balancer.out[`address/${key.slice('frontend/'.length)}`]
    return own ?? publicAddress(part.spec, observed) ?? []
  })
}

function publicAddress(frontend: JsonObject, observed: readonly Observed[]): string | undefined {
  const properties = isObject(frontend['properties']) ? frontend['properties'] : {}
  const id = isObject(properties['publicIPAddress']) ? properties['publicIPAddress']['id'] : undefined
  return observed.find((item) => item.kind === 'public-ip' && sameId(item.id, id))?.out['address']
}

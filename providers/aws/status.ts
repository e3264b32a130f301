import type { LoadBalancerStatus } from '../../src/model/objects.ts'
import type { Observed } from '../../src/plan/resource.ts'
import type { Outcome } from '../../src/provider/blueprint.ts'
import { classicKind } from './classic/name.ts'

const balancers: readonly string[] = ['load-balancer', classicKind]

/**
 * What the Service's status should say: the load balancer's host name, once everything about it is in place. A name
 * that was published stays while its load balancer exists, also through a failed edit; only a delete or the load
 * balancer's end takes it away.
 */
export function statusFor(
  observed: readonly Observed[],
  outcome: Outcome,
  current: LoadBalancerStatus,
): LoadBalancerStatus {
  const names = observed
    .filter((item) => balancers.includes(item.kind) && item.owners.length > 0)
    .flatMap((item) => item.out['dns'] ?? [])
    .map((name) => name.toLowerCase())
    .toSorted()
  if (outcome.deleting) return names.length === 0 ? {} : current
  const published = new Set((current.ingress ?? []).map((item) => item.hostname?.toLowerCase()))
  const shown = names.filter((name) => outcome.converged || published.has(name))
  if (shown.length === 0) return outcome.converged ? {} : current
  return { ingress: shown.map((hostname) => ({ hostname })) }
}

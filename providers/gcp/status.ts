import { textOf } from '../../src/lib/json-fields.ts'
import type { LoadBalancerStatus } from '../../src/model/objects.ts'
import type { Observed } from '../../src/plan/resource.ts'
import type { Outcome } from '../../src/provider/blueprint.ts'

/**
 * What the Service's status should say: the addresses of its forwarding rules, IPv4 first, once everything about them
 * is in place. One that was published stays while a rule has it, also through a failed edit.
 */
export function statusFor(
  observed: readonly Observed[],
  outcome: Outcome,
  current: LoadBalancerStatus,
): LoadBalancerStatus {
  const rules = observed.filter(({ kind, owners }) => kind === 'forwarding-rule' && owners.length > 0)
  const addresses = rules.flatMap(({ out }) => out['address'] ?? [])
  // A proxy has connections of its own: what comes from a node to its address must not be cut short on the node.
  const proxied = rules.some(({ spec }) => (textOf(spec['loadBalancingScheme']) ?? '').endsWith('_MANAGED'))
  const ips = [...new Set(addresses)].toSorted(
    (a, b) => Number(a.includes(':')) - Number(b.includes(':')) || (a < b ? -1 : 1),
  )
  if (outcome.deleting) return ips.length === 0 ? {} : current
  const published = new Set((current.ingress ?? []).map(({ ip }) => ip))
  const shown = ips.filter((ip) => outcome.converged || published.has(ip))
  if (shown.length === 0) return outcome.converged ? {} : current
  return { ingress: shown.map((ip) => ({ ip, ipMode: proxied ? 'Proxy' : 'VIP' })) }
}

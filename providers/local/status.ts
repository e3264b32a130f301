import type { LoadBalancerIngress, LoadBalancerStatus, PortStatus } from '../../src/model/objects.ts'
import type { Observed, Owner } from '../../src/plan/resource.ts'
import type { Outcome } from '../../src/provider/blueprint.ts'

/**
 * The address and the ports of this Service on it, once all is in place; what was published stays through a failed edit
 * while its address is there. `ipMode` is always Proxy: nodes see connections to their own NodePorts.
 */
export function statusFor(
  owner: Owner,
  observed: readonly Observed[],
  outcome: Outcome,
  current: LoadBalancerStatus,
): LoadBalancerStatus {
  const listeners = observed.filter(
    ({ kind, owners }) => kind === 'listener' && owners.some(({ uid }) => uid === owner.uid),
  )
  const addresses = observed.filter(
    ({ kind, id, owners }) =>
      kind === 'address' &&
      (owners.some(({ uid }) => uid === owner.uid) || listeners.some(({ spec }) => spec['addressId'] === id)),
  )
  if (outcome.deleting) return addresses.length === 0 ? {} : current
  const published = new Map((current.ingress ?? []).map((item) => [item.ip, item]))
  const ingress = addresses
    .flatMap((address): LoadBalancerIngress | [] => {
      const ip = address.out['address']
      if (ip === undefined) return []
      if (!outcome.converged) return published.get(ip) ?? []
      const ports = portsOf(listeners.filter(({ spec }) => spec['addressId'] === address.id))
      return { ip, ipMode: 'Proxy', ...(ports.length === 0 ? {} : { ports }) }
    })
    .toSorted((a, b) => ((a.ip ?? '') < (b.ip ?? '') ? -1 : 1))
  if (ingress.length === 0) return outcome.converged ? {} : current
  return { ingress }
}

const notServed = 'lb-controller.io/NotServed'

const portsOf = (listeners: readonly Observed[]): readonly PortStatus[] =>
  listeners
    .flatMap(({ spec: { port, protocol }, out }) =>
      typeof port === 'number' && typeof protocol === 'string'
        ? [{ port, protocol, ...((out['failure'] ?? '') === '' ? {} : { error: notServed }) }]
        : [],
    )
    .toSorted((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1))

import type { LoadBalancerIngress, LoadBalancerStatus, PortStatus } from '../../src/model/objects.ts'
import type { Observed, Owner } from '../../src/plan/resource.ts'
import type { Outcome } from '../../src/provider/blueprint.ts'
import { classicKind } from './classic/name.ts'

const balancers: readonly string[] = ['load-balancer', classicKind]

/** Of what listens over what: a Service has ports of TCP and of UDP. */
const transports: Readonly<Record<string, readonly string[]>> = {
  UDP: ['UDP'],
  QUIC: ['UDP'],
  TCP_UDP: ['TCP', 'UDP'],
  TCP_QUIC: ['TCP', 'UDP'],
}

/**
 * What the Service's status should say: the load balancer's host name and the ports on which it listens for this Service,
 * once everything about it is in place. What was published stays while its load balancer exists, also through a failed
 * edit; only a delete or the load balancer's end takes it away.
 */
export function statusFor(
  owner: Owner,
  observed: readonly Observed[],
  outcome: Outcome,
  current: LoadBalancerStatus,
): LoadBalancerStatus {
  const found = observed
    .filter((item) => balancers.includes(item.kind) && item.owners.length > 0)
    .flatMap((item) => {
      const name = item.out['dns']?.toLowerCase()
      // A list does not show what listens: until a read does, what was published stays.
      const ports = item.depth === 'read' ? portsOf(item, observed, owner) : undefined
      return name === undefined ? [] : [{ name, ports }]
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  if (outcome.deleting) return found.length === 0 ? {} : current
  const published = new Map((current.ingress ?? []).map((item) => [item.hostname?.toLowerCase(), item]))
  const shown = found.flatMap(({ name, ports }): LoadBalancerIngress | [] => {
    if (!outcome.converged && !published.has(name)) return []
    if (outcome.converged && ports !== undefined)
      return { hostname: name, ...(ports.length === 0 ? {} : { ports }) }
    const { ports: told } = published.get(name) ?? {}
    return { hostname: name, ...(told === undefined ? {} : { ports: told }) }
  })
  if (shown.length === 0) return outcome.converged ? {} : current
  return { ingress: shown }
}

/** Where several Services share a load balancer each listener is one Service's. */
function portsOf(balancer: Observed, observed: readonly Observed[], { uid }: Owner): readonly PortStatus[] {
  const listeners = observed.filter(
    ({ kind, within, owners }) =>
      kind === 'listener' &&
      within?.stack === balancer.stack &&
      within.key === balancer.key &&
      owners.some((one) => one.uid === uid),
  )
  const listening = listeners.flatMap(({ spec: { Port: port, Protocol: protocol } }) =>
    typeof port === 'number' && typeof protocol === 'string' ? [{ port, protocol }] : [],
  )
  return listening
    .toSorted((a, b) => a.port - b.port)
    .flatMap(({ port, protocol }) =>
      (transports[protocol] ?? ['TCP']).map((transport) => ({ port, protocol: transport })),
    )
}

import { plainText } from './plain-text.ts'
import { parseAddress } from '../../src/lib/ip.ts'
import { isObject } from '../../src/lib/json.ts'
import type { LoadBalancerIngress, LoadBalancerStatus } from '../../src/model/objects.ts'
import type { Observed, Owner } from '../../src/plan/resource.ts'
import type { Outcome } from '../../src/provider/blueprint.ts'
import type { OpenStackConfig } from './config.ts'
import { hostnameTag } from './tags.ts'

interface Published {
  readonly address: string
  /** Of the Service's annotation. */
  readonly hostname: string | undefined
  readonly proxy: boolean
}

/**
 * A host name that the Service asks for stands alone. With PROXY protocol pods need a header that only the load balancer
 * writes, so nodes must not answer for its address: `ipMode: Proxy` says so, or, where that is set, a made-up name.
 */
export function ingressFor(
  { address, hostname, proxy }: Published,
  config: Pick<OpenStackConfig, 'enableIngressHostname' | 'ingressHostnameSuffix'>,
): LoadBalancerIngress {
  if (hostname !== undefined) return { hostname }
  if (proxy && config.enableIngressHostname)
    return { hostname: nameOf(address, config.ingressHostnameSuffix) }
  return { ip: address, ipMode: proxy ? 'Proxy' : 'VIP' }
}

/** `203.0.113.7.nip.io`; colons cannot stand in a name, and such services read dashes in their place. */
function nameOf(address: string, suffix: string): string {
  const parsed = parseAddress(address)
  return `${parsed.ok && parsed.value.family === 'IPv6' ? address.replaceAll(':', '-') : address}.${suffix}`
}

/** The address stands in the status once all is in place, and stays through a failed edit while its load balancer does. */
export function statusFor(
  owner: Owner,
  observed: readonly Observed[],
  { of: outcome, current }: { readonly of: Outcome; readonly current: LoadBalancerStatus },
  config: OpenStackConfig,
): LoadBalancerStatus {
  const mine = (item: Observed): boolean => item.owners.some(({ uid }) => uid === owner.uid)
  const balancers = observed.filter((item) => item.kind === 'load-balancer' && mine(item))
  if (outcome.deleting) return balancers.length === 0 ? {} : current
  const published = (current.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname)
  const ingress = balancers.flatMap((balancer) => {
    const address = addressOf(balancer, observed)
    if (address === undefined) return []
    const within = observed.filter((item) => item.stack === balancer.stack && mine(item))
    const shown = ingressFor({ address, hostname: hostnameIn(within), proxy: speaksProxy(within) }, config)
    return outcome.converged || published.includes(shown.ip ?? shown.hostname) ? [shown] : []
  })
  const sorted = ingress.toSorted((a, b) =>
    (a.ip ?? a.hostname ?? '') < (b.ip ?? b.hostname ?? '') ? -1 : 1,
  )
  if (sorted.length === 0) return outcome.converged ? {} : current
  return { ingress: sorted }
}

/** Outside before inside. */
function addressOf(balancer: Observed, observed: readonly Observed[]): string | undefined {
  const port = balancer.out['vip_port_id']
  const attached = observed.find(
    ({ kind, parts }) =>
      kind === 'floating-ip' && port !== undefined && parts?.['port']?.spec['port_id'] === port,
  )
  return attached?.out['address'] ?? balancer.out['vip_address']
}

function hostnameIn(within: readonly Observed[]): string | undefined {
  for (const { kind, spec } of within) {
    const tags = spec['tags']
    const name = kind === 'listener' && isObject(tags) ? tags[hostnameTag] : undefined
    if (typeof name === 'string') return name
  }
  return undefined
}

const speaksProxy = (within: readonly Observed[]): boolean =>
  within.some(({ kind, spec }) => kind === 'pool' && plainText(spec['protocol']).startsWith('PROXY'))

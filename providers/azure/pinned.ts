import { isObject } from '../../src/lib/json.ts'
import { parseAddress } from '../../src/lib/ip.ts'
import type { Family } from '../../src/model/load-balancer.ts'
import type { Observed } from '../../src/plan/resource.ts'
import { partOf } from './arm.ts'
import { forFamily } from './family-settings.ts'
import { type PublicIP, type PublicIPs, publicIPsOf } from './public-ips.ts'
import { remembered } from './observed-index.ts'
import type { WishBase } from './wish-base.ts'

/** An address that the Service asks for: itself, or by the name of a public IP. */
export interface Asked {
  readonly ip?: string
  readonly name?: string
  readonly path: string
  readonly raw: string
}

export interface Pinned extends Asked {
  /** As people say it. */
  readonly text: string
  /** The public IP, where it is known. */
  readonly publicIP: PublicIP | undefined
  readonly known: PublicIPs
  /** The frontend of a load balancer that has this address. */
  frontendOn(balancer: Observed): string | undefined
}

/** What the Service asks for in one family. An address outranks a name, a key the field `spec.loadBalancerIP`. */
export function askedIn(
  { lb, settings }: Pick<WishBase, 'lb' | 'settings'>,
  family: Family,
): Asked | undefined {
  const own = family === 'IPv4' ? settings.ipv4 : settings.ipv6
  if (own !== undefined) return { ip: own.value.text, path: own.path, raw: own.raw }
  const { address, publicIPName, publicIPNameIPv6 } = settings
  for (const item of address?.value ?? []) {
    const parsed = parseAddress(item)
    if (parsed.ok && parsed.value.family === family)
      return { ip: parsed.value.text, path: address?.path ?? '', raw: item }
  }
  const { requestedAddress } = lb
  const requested = requestedAddress === undefined ? undefined : parseAddress(requestedAddress.value)
  if (requestedAddress !== undefined && requested?.ok === true && requested.value.family === family)
    return { ip: requestedAddress.value, path: requestedAddress.path, raw: requestedAddress.value }
  const name = forFamily({ plain: publicIPName, ipv6: publicIPNameIPv6 }, family, lb.families)
  if (name !== undefined) return { name: name.value, path: name.path, raw: name.raw }
  const names = (address?.value ?? []).filter((item) => !parseAddress(item).ok)
  const named = forFamily({ plain: names[0], ipv6: names[1] }, family, lb.families)
  return named === undefined || address === undefined
    ? undefined
    : { name: named, path: address.path, raw: named }
}

/** The same with what is known of it. */
export function pinnedIn(base: WishBase, family: Family): Pinned | undefined {
  const asked = askedIn(base, family)
  if (asked === undefined) return undefined
  if (base.internal && asked.ip === undefined) return undefined
  const known = base.internal ? { list: [], complete: true } : publicIPsOf(base)
  const publicIP = known.list.find(
    (one) =>
      (asked.ip !== undefined && one.ipAddress === asked.ip) ||
      (asked.name !== undefined && one.name.toLowerCase() === asked.name.toLowerCase()),
  )
  const ip = asked.ip ?? publicIP?.ipAddress
  return {
    ...asked,
    text: asked.ip ?? asked.name ?? '',
    publicIP,
    known,
    frontendOn: (balancer) => {
      const { byPrivateIP, byPublicIP } = frontendsOf(balancer)
      const inside = base.internal && ip !== undefined ? byPrivateIP.get(ip) : undefined
      return inside ?? (publicIP === undefined ? undefined : byPublicIP.get(publicIP.name.toLowerCase()))
    },
  }
}

/** The frontends of an observed load balancer, by the addresses that they have. */
const frontendsOf = remembered((balancer: Observed) => {
  const byPrivateIP = new Map<string, string>()
  const byPublicIP = new Map<string, string>()
  for (const [key, { spec }] of Object.entries(balancer.parts ?? {})) {
    if (!key.startsWith('frontend/') || !isObject(spec['properties'])) continue
    const name = key.slice('frontend/'.length)
    const { privateIPAddress, publicIPAddress } = spec['properties']
    if (typeof privateIPAddress === 'string') byPrivateIP.set(privateIPAddress, name)
    const publicIP = partOf(
      isObject(publicIPAddress) ? publicIPAddress['id'] : undefined,
      'publicIPAddresses',
    )
    if (publicIP !== undefined) byPublicIP.set(publicIP.toLowerCase(), name)
  }
  return { byPrivateIP, byPublicIP }
})

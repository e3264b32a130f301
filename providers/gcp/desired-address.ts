import type { Json } from '../../src/lib/json.ts'
import type { Family } from '../../src/model/load-balancer.ts'
import { emulated, type Problem } from '../../src/model/problem.ts'
import { ref, refOf, type Ref, type Resource, unknown } from '../../src/plan/resource.ts'
import { describe } from './descriptions.ts'
import { sharedStack } from './owners.ts'
import type { Wish } from './wish.ts'

/** What a forwarding rule of one family listens at. */
export interface Front {
  readonly family: Family
  /** The address, or a ref to that of `address`. */
  readonly ip: Json
  /** Of the same text as `ip`; undefined while it is not known. */
  readonly known: string | undefined
  /** The address that is reserved for the Service; absent where the user reserved one. */
  readonly address?: Resource
  readonly needs: readonly Ref[]
  readonly origin?: string
}

export function frontsOf(wish: Wish): readonly Front[] {
  return wish.lb.families.map((family): Front => {
    const chosen = wish.addresses[family]
    const origin = chosen?.path === undefined ? {} : { origin: chosen.path }
    if (chosen?.reserved === true) {
      const ip = chosen.ip ?? unknown(chosen.unknown ?? `the address ${chosen.name ?? ''}`)
      return { family, ip, known: chosen.ip, needs: [], ...origin }
    }
    const address = desiredAddress(wish, family, chosen?.ip)
    const ip = chosen?.ip ?? ref(address, 'address')
    return { family, ip, known: chosen?.ip, address, needs: [refOf(address)], ...origin }
  })
}

/** Held as long as the load balancer is, so that no edit of the rules ever gives the address away. */
function desiredAddress(wish: Wish, family: Family, ip: string | undefined): Resource {
  const { settings, internal, global, tier, subnet, names, lb, region } = wish
  const ipv6 = family === 'IPv6'
  const group = settings.group?.value.toLowerCase()
  const inSubnet = internal || ipv6
  const collection = settings.ipCollection
  const shared = group !== undefined
  const prefixed = `group-${wish.scheme}-${group}`
  return {
    stack: shared ? sharedStack : wish.stack,
    kind: 'address',
    key: shared ? `${prefixed}/${family}` : keyOf(wish, family),
    owners: shared ? [wish.cluster] : wish.owners,
    spec: {
      name: shared
        ? `${names.healthCheck(true).replace(/l4-shared-hc$/, prefixed)}${ipv6 ? '-ipv6' : ''}`.slice(0, 63)
        : names.legacyRule(ipv6),
      ...(global ? {} : { region }),
      addressType: internal ? 'INTERNAL' : 'EXTERNAL',
      ipVersion: ipv6 ? 'IPV6' : 'IPV4',
      ...(internal ? {} : { networkTier: tier }),
      ...(ip === undefined ? {} : { address: ip }),
      ...(inSubnet && !global ? { subnetwork: subnet.path ?? unknown('the subnet of the nodes') } : {}),
      ...(ipv6 && !global ? { prefixLength: 96, ...(internal ? {} : { ipv6EndpointType: 'NETLB' }) } : {}),
      ...(ipv6 && collection !== undefined ? { ipCollection: collection.value } : {}),
      ...(shared && internal ? { purpose: 'SHARED_LOADBALANCER_VIP' } : {}),
      description: describe({ service: shared ? '' : lb.owner.name, uid: shared ? undefined : lb.uid }),
      ...(settings.labels === undefined || shared ? {} : { labels: settings.labels.value }),
    },
    origins: {
      ...(wish.schemePath === undefined ? {} : { addressType: wish.schemePath }),
      ...(wish.tierPath === undefined ? {} : { networkTier: wish.tierPath }),
      ...(subnet.origin === undefined ? {} : { subnetwork: subnet.origin }),
      ...(collection === undefined ? {} : { ipCollection: collection.path }),
      ...labelOrigins(wish),
    },
    purpose: shared
      ? `the ${family} address of the Services of group ${group}`
      : `the ${family} address, held so that no edit gives it away`,
  }
}

/** An address can change nothing but its labels: everything else is part of what makes it this one. */
function keyOf({ scheme, global, tier, subnet, internal, observed }: Wish, family: Family): string {
  const start = `${scheme}/${family}`
  if (global) return `${start}/global`
  if (!internal && tier === 'STANDARD') return `${start}/standard`
  const inSubnet = internal || family === 'IPv6'
  if (!inSubnet) return start
  if (subnet.name !== undefined) return `${start}/${subnet.name}`
  return observed.find(({ kind, key }) => kind === 'address' && key.startsWith(start))?.key ?? start
}

export const labelOrigins = ({ settings: { labels } }: Wish): Record<string, string> =>
  labels === undefined
    ? {}
    : Object.fromEntries(Object.keys(labels.value).map((key) => [`labels.${key}`, labels.path]))

export const groupNotes = ({ settings: { group } }: Wish): readonly Problem[] =>
  group === undefined
    ? []
    : [
        emulated(
          group.path,
          'Services of a group share one address, on which each has forwarding rules and a backend service of its own',
          { value: group.raw },
        ),
      ]

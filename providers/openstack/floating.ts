import { plainText } from './plain-text.ts'
import type { Json } from '../../src/lib/json.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { FloatingIpItem, NetworkFact, SubnetItem } from './facts.ts'
import { listed } from './network.ts'
import type { Places } from './placement.ts'
import { subnetMatcher } from './subnet-match.ts'

/** Where a floating IP comes from. */
export interface Floating {
  readonly networkId: Json
  readonly networkPath?: string
  /** Absent: any subnet of the network. */
  readonly subnetId?: Json
  readonly subnetPath?: string
}

type FloatingChoice =
  | { readonly floating: Floating; readonly problems: readonly Problem[] }
  /** No external network, or a refusal. */
  | { readonly floating: undefined; readonly problems: readonly Problem[] }

const refuse = (problem: Problem): FloatingChoice => ({ floating: undefined, problems: [problem] })

export function floatingFrom(places: Places, facts: NetworkFact | undefined): FloatingChoice {
  const named = places.floatingNetworkId
  if (facts === undefined) {
    const networkId = named?.value ?? unknown('the external network')
    return { floating: { networkId, ...pathOf(named?.path), ...unknownSubnet(places) }, problems: [] }
  }
  const external = facts.networks.filter((one) => one.external)
  const chosen = named === undefined ? external : facts.networks.filter(({ id }) => id === named.value)
  const [network, another] = chosen
  if (named === undefined && network === undefined) return noExternal
  if (network === undefined || !network.external || another !== undefined)
    return refuse(wrongNetwork(named, chosen, external))
  const subnets = facts.subnets.filter(({ networkId }) => networkId === network.id)
  const subnet = subnetOf(places, subnets, network.id)
  if ('problem' in subnet) return refuse(subnet.problem)
  return { floating: { networkId: network.id, ...pathOf(named?.path), ...subnet }, problems: [] }
}

const pathOf = (networkPath: string | undefined) => (networkPath === undefined ? {} : { networkPath })

const noExternal: FloatingChoice = {
  floating: undefined,
  problems: [
    warning(
      'LB_OPENSTACK_FLOATING_NETWORK',
      'spec.type',
      'the project sees no external network, so the load balancer gets no floating IP and is internal',
      { hint: 'name one in loadbalancer.openstack.org/floating-network-id' },
    ),
  ],
}

function wrongNetwork(
  named: Places['floatingNetworkId'],
  chosen: NetworkFact['networks'],
  external: NetworkFact['networks'],
): Problem {
  const [first] = chosen
  const why =
    named === undefined
      ? `there are ${chosen.length} external networks, and nothing says which one floating IPs come from`
      : first === undefined
        ? `the project sees no network ${named.value}`
        : `the network ${first.name} is not external`
  return error('LB_OPENSTACK_FLOATING_NETWORK', named?.path ?? 'spec.type', why, {
    accepted: listed(external),
    ...(named === undefined
      ? { hint: 'name it in loadbalancer.openstack.org/floating-network-id, or in the settings' }
      : { value: named.value }),
  })
}

function unknownSubnet(places: Places): Partial<Floating> {
  const { floatingSubnetId: id, floatingSubnet: name, floatingSubnetTags: tags } = places
  if (id !== undefined) return { subnetId: id.value, ...subnetPath(id.path) }
  const first = name ?? tags
  if (first === undefined) return {}
  const asked = [
    ...(name === undefined ? [] : [`whose name fits ${name.value}`]),
    ...(tags === undefined ? [] : [`with tags ${tags.value}`]),
  ]
  return {
    subnetId: unknown(`the first subnet ${asked.join(' and ')} that has a free address`),
    ...subnetPath(first.path),
  }
}

const subnetPath = (path: string | undefined) => (path === undefined ? {} : { subnetPath: path })

/** Of several that fit, the first with room; how much room there is may not be known. */
function subnetOf(
  places: Places,
  subnets: readonly SubnetItem[],
  networkId: string,
): Partial<Floating> | { readonly problem: Problem } {
  const { floatingSubnetId: id, floatingSubnet: name, floatingSubnetTags: tags } = places
  const place = id ?? name ?? tags
  if (place === undefined) return {}
  const fits = subnetMatcher(name?.value, tags?.value)
  const found = subnets.filter((subnet) =>
    id === undefined ? fits({ name: subnet.name, tags: subnet.tags ?? [] }) : subnet.id === id.value,
  )
  const ordered = found.toSorted((a, b) =>
    a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1,
  )
  const chosen = ordered.find(({ freeAddresses = 1 }) => freeAddresses > 0)
  if (chosen !== undefined) return { subnetId: chosen.id, ...subnetPath(place.path) }
  const asked = [id, name, tags].flatMap((one) => one?.value ?? []).join(' with tags ')
  const message =
    found.length === 0
      ? `no subnet of the external network ${networkId} is ${asked}`
      : `no address is free in ${listed(found)}`
  const room = subnets.filter(({ freeAddresses = 1 }) => freeAddresses > 0)
  const details = { value: asked, accepted: listed(room) }
  return { problem: error('LB_OPENSTACK_FLOATING_SUBNET', place.path ?? 'spec.type', message, details) }
}

/** The floating IP that a Service names: whether it is there, and free. */
export function namedFloating(
  address: { readonly value: string; readonly path: string },
  all: readonly FloatingIpItem[] | undefined,
  of: { readonly networkId: Json; readonly vipPort: string | undefined },
): { readonly exists: boolean | undefined; readonly problems: readonly Problem[] } {
  if (all === undefined) return { exists: undefined, problems: [] }
  const found = all.find((item) => item.address === address.value)
  if (found === undefined) return { exists: false, problems: [] }
  const taken = found.portId !== undefined && found.portId !== of.vipPort
  const elsewhere = typeof of.networkId === 'string' && found.networkId !== of.networkId
  if (!taken && !elsewhere) return { exists: true, problems: [] }
  const message = taken
    ? `the floating IP ${address.value} is attached to port ${found.portId ?? ''}`
    : `the floating IP ${address.value} is of network ${found.networkId}, and asked for is ${plainText(of.networkId)}`
  const free = all.filter(({ portId }) => portId === undefined).map((item) => item.address)
  return {
    exists: true,
    problems: [
      error('LB_OPENSTACK_FLOATING_IP', address.path, message, {
        value: address.value,
        accepted:
          free.length === 0
            ? 'an address that is free'
            : `a free one: ${free.toSorted().slice(0, 6).join(', ')}`,
        hint: taken
          ? 'detach it there first'
          : 'name its network in loadbalancer.openstack.org/floating-network-id',
      }),
    ],
  }
}

import { contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'
import type { Json } from '../../src/lib/json.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { NetworkFact, SubnetItem } from './facts.ts'
import type { Placed } from './placement.ts'

interface Resolved {
  /** An id, or what will be known. */
  readonly id: Json
  readonly subnet?: SubnetItem
  readonly problems: readonly Problem[]
}

const looksLikeId = /^[0-9a-f]{8}-[0-9a-f-]{27}$|^[0-9a-f]{32}$/i

/** A subnet by its id, or, where the project's subnets are known, by a name that only one has. */
export function resolveSubnet(place: Placed, facts: NetworkFact | undefined, byName: boolean): Resolved {
  const { value, path = 'spec' } = place
  if (facts === undefined)
    return !byName || looksLikeId.test(value)
      ? { id: value, problems: [] }
      : { id: unknown(`the id of the subnet ${value}`), problems: [] }
  const found = facts.subnets.filter(({ id, name }) => id === value || name === value)
  const [subnet] = found
  if (subnet !== undefined && found.length === 1) return { id: subnet.id, subnet, problems: [] }
  const message =
    subnet === undefined
      ? `the project has no subnet ${value}`
      : `${found.length} subnets are named ${value}: ${found.map(({ id }) => id).join(', ')}`
  const details =
    subnet === undefined ? { value, accepted: listed(facts.subnets) } : { value, hint: 'use an id' }
  return { id: value, problems: [error('LB_OPENSTACK_SUBNET', path, message, details)] }
}

export function listed(items: readonly { readonly id: string; readonly name: string }[]): string {
  const names = items.map(({ id, name }) => (name === '' ? id : `${id} (${name})`)).toSorted()
  if (names.length === 0) return 'none: there is none'
  return `${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}`
}

export function holds(subnet: SubnetItem, address: string): boolean {
  const range = parseCidr(subnet.cidr)
  const parsed = parseAddress(address)
  return range.ok && parsed.ok && contains(range.value, parsed.value)
}

/** The one subnet that a node stands in: where a load balancer goes when nobody says. */
export function subnetOfNodes(addresses: readonly string[], facts: NetworkFact | undefined): Resolved {
  const what = unknown('the subnet of the nodes')
  const [first] = addresses
  if (facts === undefined || first === undefined) return { id: what, problems: [] }
  const found = facts.subnets.filter((subnet) => holds(subnet, first))
  const [subnet] = found
  if (subnet !== undefined && found.length === 1) return { id: subnet.id, subnet, problems: [] }
  const message =
    subnet === undefined
      ? `no subnet of the project holds ${first}, the address of a node`
      : `${first}, the address of a node, is in the range of ${found.length} subnets`
  return {
    id: what,
    problems: [
      error('LB_OPENSTACK_SUBNET', 'spec.type', message, {
        value: first,
        accepted: listed(subnet === undefined ? facts.subnets : found),
        hint: 'name the subnet in loadbalancer.openstack.org/subnet-id, or in the settings',
      }),
    ],
  }
}

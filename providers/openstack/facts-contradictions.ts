import { contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { GivenFacts } from '../../src/provider/blueprint.ts'
import type { FloatingIpItem, NetworkItem, PortItem, SubnetItem } from './facts.ts'
import { type Lists, listsIn } from './facts-given.ts'

const contradiction = (path: string, message: string, value: string, hint?: string): Problem =>
  error('LB_FACTS_CONTRADICTION', path, message, { value, ...(hint === undefined ? {} : { hint }) })

/** What cannot be true at once. */
export function contradictionsIn(given: GivenFacts): readonly Problem[] {
  const { networks, subnets, floatingIps, ports } = listsIn(given)
  const all: Lists = { networks, subnets, floatingIps, ports }
  const unknownNetwork = (path: string, id: string): readonly Problem[] =>
    given['networks'] === undefined || all.networks.some((one) => one.id === id)
      ? []
      : [contradiction(path, `there is no network ${id} among the networks`, id, 'add it to networks')]
  return [
    ...Object.entries(all).flatMap(([field, items]) => twice(field, items)),
    ...all.subnets.flatMap((subnet, at) => [
      ...unknownNetwork(`subnets[${at}].networkId`, subnet.networkId),
      ...(parseCidr(subnet.cidr).ok
        ? []
        : [contradiction(`subnets[${at}].cidr`, `${JSON.stringify(subnet.cidr)} is no range`, subnet.cidr)]),
    ]),
    ...all.floatingIps.flatMap((item, at) => [
      ...unknownNetwork(`floatingIps[${at}].networkId`, item.networkId),
      ...notExternal(`floatingIps[${at}].networkId`, item, all.networks),
      ...sameAddress(at, all.floatingIps),
    ]),
    ...all.ports.flatMap((port, at) => [
      ...unknownNetwork(`ports[${at}].networkId`, port.networkId),
      ...outside(port, at, all.subnets),
    ]),
  ]
}

function twice(field: string, items: readonly { readonly id: string }[]): readonly Problem[] {
  const first = new Map<string, number>()
  return items.flatMap(({ id }, at) => {
    const other = first.get(id)
    if (other === undefined) first.set(id, at)
    return other === undefined
      ? []
      : [
          contradiction(
            `${field}[${at}].id`,
            `${id} is ${field}[${other}] already`,
            id,
            'remove one of the two',
          ),
        ]
  })
}

function notExternal(path: string, item: FloatingIpItem, all: readonly NetworkItem[]): readonly Problem[] {
  const found = all.find(({ id }) => id === item.networkId)
  return found === undefined || found.external
    ? []
    : [
        contradiction(
          path,
          `${item.address} cannot be of ${found.name}, which is not external`,
          item.networkId,
        ),
      ]
}

function sameAddress(at: number, all: readonly FloatingIpItem[]): readonly Problem[] {
  const address = all[at]?.address ?? ''
  const other = all.findIndex((one) => one.address === address)
  return other === at
    ? []
    : [contradiction(`floatingIps[${at}].address`, `${address} is floatingIps[${other}] already`, address)]
}

function outside(port: PortItem, at: number, subnets: readonly SubnetItem[]): readonly Problem[] {
  return port.addresses.flatMap(({ subnetId, address }, index) => {
    const subnet = subnets.find(({ id }) => id === subnetId)
    const range = subnet === undefined ? undefined : parseCidr(subnet.cidr)
    const parsed = parseAddress(address)
    const path = `ports[${at}].addresses[${index}].address`
    if (!parsed.ok) return [contradiction(path, parsed.error.message, address)]
    if (subnet !== undefined && subnet.networkId !== port.networkId)
      return [
        contradiction(
          path,
          `subnet ${subnetId} is in network ${subnet.networkId}, the port is not`,
          subnetId,
        ),
      ]
    return range?.ok !== true || contains(range.value, parsed.value)
      ? []
      : [
          contradiction(
            path,
            `${address} is outside ${subnet?.cidr ?? ''}, the range of ${subnetId}`,
            address,
          ),
        ]
  })
}

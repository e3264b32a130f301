import { contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { GivenFacts } from '../../src/provider/blueprint.ts'
import {
  type ElasticAddresses,
  type Network,
  type NodeGroups,
  regionOfZone,
  type SubnetFact,
} from './facts.ts'

const code = 'LB_FACTS_CONTRADICTION'

/** What a facts file says that cannot hold together: nobody should plan on it. */
export function contradictionsIn(given: GivenFacts): readonly Problem[] {
  const network = given['network'] as unknown as Network | undefined
  return [
    ...(network === undefined ? [] : inNetwork(network)),
    ...inGroups(given['nodeGroups'] as unknown as NodeGroups | undefined),
    ...inAddresses(given['elasticAddresses'] as unknown as ElasticAddresses | undefined),
  ]
}

function inNetwork({ region, ranges, subnets }: Network): readonly Problem[] {
  const seen = new Map<string, number>()
  return subnets.flatMap((subnet, at): readonly Problem[] => {
    const path = `network.subnets[${at}]`
    const other = seen.get(subnet.id)
    seen.set(subnet.id, at)
    return [
      ...(other === undefined
        ? []
        : [
            error(code, `${path}.id`, `${subnet.id} is network.subnets[${other}] already`, {
              value: subnet.id,
            }),
          ]),
      ...inSubnet(subnet, path, ranges),
      ...ofRegion(subnet.zone, `${path}.zone`, region ?? regionOfZone(subnets[0]?.zone ?? '')),
      ...overlapping(subnet, subnets.slice(0, at), path),
    ]
  })
}

function inSubnet(
  { id, cidr, ipv6Cidr }: SubnetFact,
  path: string,
  ranges?: readonly string[],
): readonly Problem[] {
  const problems: Problem[] = []
  for (const [field, text] of [
    ['cidr', cidr],
    ['ipv6Cidr', ipv6Cidr],
  ] as const) {
    const parsed = text === undefined ? undefined : parseCidr(text)
    if (parsed !== undefined && !parsed.ok)
      problems.push(
        error(code, `${path}.${field}`, parsed.error.message, { value: text ?? '', accepted: 'a range' }),
      )
  }
  const own = parseCidr(cidr)
  if (!own.ok || ranges === undefined) return problems
  const holders = ranges.map((range) => parseCidr(range)).flatMap((range) => (range.ok ? [range.value] : []))
  if (!holders.some((range) => contains(range, own.value)))
    problems.push(
      error(code, `${path}.cidr`, `${id} lies outside the VPC`, {
        value: cidr,
        accepted: `a range within ${ranges.join(', ')}`,
      }),
    )
  return problems
}

function ofRegion(zone: string, path: string, region: string | undefined): readonly Problem[] {
  const of = regionOfZone(zone)
  if (region === undefined || of === region) return []
  return [
    error(code, path, `${zone} is no zone of ${region}`, { value: zone, accepted: `a zone of ${region}` }),
  ]
}

function overlapping(
  { id, cidr }: SubnetFact,
  others: readonly SubnetFact[],
  path: string,
): readonly Problem[] {
  const own = parseCidr(cidr)
  const other = others.find((one) => {
    const range = parseCidr(one.cidr)
    return (
      one.id !== id &&
      own.ok &&
      range.ok &&
      (contains(own.value, range.value) || contains(range.value, own.value))
    )
  })
  if (other === undefined) return []
  return [
    error(code, `${path}.cidr`, `${id} shares addresses with ${other.id}`, {
      value: cidr,
      accepted: `a range apart from ${other.cidr}`,
    }),
  ]
}

function inGroups(nodeGroups: NodeGroups | undefined): readonly Problem[] {
  if (nodeGroups === undefined) return []
  return Object.entries(nodeGroups.instances).flatMap(([instance, ids]) =>
    ids
      .filter((id) => !(id in nodeGroups.groups))
      .map((id) =>
        error(
          code,
          `nodeGroups.instances[${JSON.stringify(instance)}]`,
          `${id} is not among nodeGroups.groups`,
          {
            value: id,
            accepted: Object.keys(nodeGroups.groups).join(', '),
          },
        ),
      ),
  )
}

function inAddresses(addresses: ElasticAddresses = {}): readonly Problem[] {
  const seen = new Map<string, string>()
  return Object.entries(addresses).flatMap(([id, { address }]): readonly Problem[] => {
    const path = `elasticAddresses[${JSON.stringify(id)}].address`
    const other = seen.get(address)
    seen.set(address, id)
    if (!parseAddress(address).ok)
      return [
        error(code, path, `${address} is no address`, { value: address, accepted: 'a public IPv4 address' }),
      ]
    return other === undefined
      ? []
      : [error(code, path, `${address} is that of ${other} already`, { value: address })]
  })
}

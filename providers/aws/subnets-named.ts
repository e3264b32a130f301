import type { Setting } from '../../src/model/annotations.ts'
import type { Problem } from '../../src/model/problem.ts'
import type { Network, SubnetFact } from './facts.ts'
import type { ChosenSubnets, SubnetWish } from './subnets.ts'

/** The subnets that an annotation names, by id or by Name tag. */
export function namedSubnets(
  network: Network,
  named: Setting<readonly string[]>,
  wish: Pick<SubnetWish, 'needsIpv6'> = {},
): ChosenSubnets {
  const problems: Problem[] = []
  const refuse = (code: string, value: string, message: string, hint: string): void => {
    problems.push({ code, severity: 'error', path: named.path, value, message, hint })
  }
  const zones = new Map<string, SubnetFact>()
  for (const text of named.value) {
    const matches = network.subnets.filter((subnet) => subnet.id === text || subnet.tags['Name'] === text)
    const [subnet] = matches
    if (subnet === undefined) {
      refuse('LB_SUBNET_NOT_FOUND', text, `${network.vpcId} has no subnet ${text}`, known(network))
      continue
    }
    if (matches.length > 1) {
      const ids = matches.map((match) => match.id).join(', ')
      refuse(
        'LB_SUBNET_NOT_FOUND',
        text,
        `${matches.length} subnets are named ${text}: ${ids}`,
        'use their ids',
      )
      continue
    }
    const other = zones.get(subnet.zone)
    if (other === undefined) zones.set(subnet.zone, subnet)
    else if (other.id !== subnet.id)
      refuse(
        'LB_SUBNETS_SAME_ZONE',
        text,
        `${subnet.id} and ${other.id} are both in zone ${subnet.zone}`,
        'a load balancer takes one subnet in each zone',
      )
  }
  // In the order in which they are named, which is that of addresses beside them.
  const subnets = [...zones.values()]
  for (const { id, ipv6Cidr } of subnets)
    if (wish.needsIpv6 === true && ipv6Cidr === undefined)
      refuse(
        'LB_SUBNET_WITHOUT_IPV6',
        id,
        `${id} has no IPv6 range, and the load balancer is to have IPv6 addresses in it`,
        'give the subnet an IPv6 range, or set aws-load-balancer-ip-address-type: ipv4',
      )
  const types = [...new Set(subnets.map((subnet) => subnet.zoneType))]
  if (types.length > 1)
    refuse(
      'LB_SUBNETS_ZONE_TYPE',
      named.raw,
      `the subnets are in zones of different kinds: ${types.toSorted().join(', ')}`,
      'a load balancer stands in zones of one kind',
    )
  return { subnets: problems.length > 0 ? [] : subnets, problems }
}

function known(network: Network): string {
  const names = network.subnets.map((subnet) => {
    const name = subnet.tags['Name']
    return name === undefined || name === '' ? subnet.id : `${subnet.id} (${name})`
  })
  return `it has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`
}

/**
 * Which subnets a load balancer stands in. Named ones are taken as named; otherwise they are found:
 *
 *   tagged for the role (elb or internal-elb)   or, when none is, those that the internet reaches, or does not
 *   minus those of other clusters only, those with too few free addresses, those of an odd kind of zone
 *   then one in each zone: the one in use, else the cluster's own, else the smallest id
 *
 * A subnet that the load balancer already uses is kept where it can be: swapping it would drop that zone's address.
 */
import type { Problem } from '../../src/model/problem.ts'
import type { Setting } from '../../src/model/annotations.ts'
import type { Scheme } from './config.ts'
import type { Network, SubnetFact } from './facts.ts'
import { namedSubnets } from './subnets-named.ts'
import { clusterNameTag } from './tags.ts'

export interface SubnetWish {
  readonly scheme: Scheme
  readonly clusterName: string
  readonly named?: Setting<readonly string[]>
  /** Of the load balancer that exists. */
  readonly inUse: ReadonlySet<string>
  /** Where the scheme is written, for problems. */
  readonly schemePath: string
  /** Dual stack: each subnet needs an IPv6 range. Default false. */
  readonly needsIpv6?: boolean
  /** Where no subnet is tagged for the role, by their routes. Default true. */
  readonly byRoutes?: boolean
  /** Those tagged for other clusters only may be taken. Default false. */
  readonly ofOtherClusters?: boolean
}

export interface ChosenSubnets {
  /** As named, else sorted by id; empty when a problem says why. */
  readonly subnets: readonly SubnetFact[]
  readonly problems: readonly Problem[]
}

/** AWS wants 8 free addresses in each subnet of a load balancer. */
const leastFree = 8
const clusterPrefix = clusterNameTag('')

export function chooseSubnets(network: Network, wish: SubnetWish): ChosenSubnets {
  if (wish.named !== undefined) return namedSubnets(network, wish.named, wish)
  const { candidates, rejected } = candidatesFor(network, wish)
  const subnets = onePerZone(candidates, wish, rejected)
  if (subnets.length > 0) return { subnets: subnets.toSorted((a, b) => (a.id < b.id ? -1 : 1)), problems: [] }
  return { subnets: [], problems: [noneFound(network, wish, rejected)] }
}

type Rejected = Map<string, string>

function candidatesFor(
  network: Network,
  wish: SubnetWish,
): { candidates: readonly SubnetFact[]; rejected: Rejected } {
  const role = roleTag(wish.scheme)
  const tagged = network.subnets.filter((subnet) => ['', '1'].includes(subnet.tags[role] ?? 'no'))
  const reach = wish.scheme === 'internet-facing'
  const rejected: Rejected = new Map()
  const candidates = network.subnets.filter((subnet) => {
    const why =
      tagged.length > 0
        ? tagged.includes(subnet)
          ? undefined
          : `lacks the tag ${role}`
        : wish.byRoutes === false
          ? `lacks the tag ${role}`
          : subnet.public === reach
            ? undefined
            : reach
              ? 'has no route to an internet gateway'
              : 'has a route to an internet gateway'
    const reason = why ?? whyUnfit(subnet, wish)
    if (reason !== undefined) rejected.set(subnet.id, reason)
    return reason === undefined
  })
  return { candidates: ofOneZoneType(candidates, rejected), rejected }
}

const roleTag = (scheme: Scheme): string =>
  `kubernetes.io/role/${scheme === 'internal' ? 'internal-elb' : 'elb'}`

/** The clusters that a subnet is tagged for where none of them is this one. */
function strangers(subnet: SubnetFact, { ofOtherClusters, clusterName }: SubnetWish): readonly string[] {
  const clusters = Object.keys(subnet.tags)
    .filter((key) => key.startsWith(clusterPrefix))
    .map((key) => key.slice(clusterPrefix.length))
  return ofOtherClusters === true || clusters.includes(clusterName) ? [] : clusters
}

function whyUnfit(subnet: SubnetFact, wish: SubnetWish): string | undefined {
  const others = strangers(subnet, wish)
  if (others.length > 0) return `belongs to ${others.join(', ')}, not to ${wish.clusterName}`
  if (subnet.freeAddresses < leastFree && !wish.inUse.has(subnet.id))
    return `has ${subnet.freeAddresses} free addresses, ${leastFree} are needed`
  if (wish.needsIpv6 === true && subnet.ipv6Cidr === undefined) return 'has no IPv6 range'
  return undefined
}

/** A load balancer stands in zones of one kind: the ordinary ones, if there is any. */
function ofOneZoneType(subnets: readonly SubnetFact[], rejected: Rejected): readonly SubnetFact[] {
  const ordinary = subnets.find((subnet) => subnet.zoneType === 'availability-zone')
  const type = (ordinary ?? subnets[0])?.zoneType
  return subnets.filter((subnet) => {
    if (subnet.zoneType === type) return true
    rejected.set(subnet.id, `is in a ${subnet.zoneType}, the others in a ${type}`)
    return false
  })
}

function onePerZone(
  subnets: readonly SubnetFact[],
  wish: SubnetWish,
  rejected: Rejected,
): readonly SubnetFact[] {
  const rank = (subnet: SubnetFact): string =>
    [
      wish.inUse.has(subnet.id) ? 0 : 1,
      subnet.tags[clusterNameTag(wish.clusterName)] === undefined ? 1 : 0,
      subnet.id,
    ].join(' ')
  const zones = new Map<string, SubnetFact>()
  for (const subnet of subnets.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))) {
    const other = zones.get(subnet.zone)
    if (other === undefined) zones.set(subnet.zone, subnet)
    else rejected.set(subnet.id, `shares zone ${subnet.zone} with ${other.id}`)
  }
  return [...zones.values()]
}

function noneFound(network: Network, wish: SubnetWish, rejected: Rejected): Problem {
  const reasons = [...rejected].map(([id, why]) => `${id} ${why}`).toSorted()
  const clusters = [...new Set(network.subnets.flatMap((subnet) => strangers(subnet, wish)))]
  const [cluster = ''] = clusters
  const hint =
    'tag one subnet in each zone, or name them in service.beta.kubernetes.io/aws-load-balancer-subnets'
  return {
    code: 'LB_SUBNETS_NONE',
    severity: 'error',
    path: wish.schemePath,
    value: wish.scheme,
    message:
      network.subnets.length === 0
        ? `${network.vpcId} has no subnet`
        : `no subnet of ${network.vpcId} fits an ${wish.scheme} load balancer: ${reasons.join('; ')}`,
    accepted: `a subnet tagged ${roleTag(wish.scheme)}=1 with ${leastFree} free addresses`,
    hint:
      clusters.length === 1
        ? `if this cluster is ${cluster}, say so: --cluster-name ${cluster}, clusterName in the configuration; else ${hint}`
        : hint,
  }
}

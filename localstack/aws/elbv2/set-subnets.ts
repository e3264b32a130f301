import type { SetSubnetsInput, SetSubnetsOutput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { equal } from '../../../src/lib/json.ts'
import type { Action } from '../action.ts'
import { misconfigured } from '../fault.ts'
import { releaseInterfaces } from '../state/interfaces.ts'
import type { LoadBalancer, Zone } from '../state/records.ts'
import { oneOf } from './checks.ts'
import { loadBalancerAt } from './find.ts'
import { checkIpAddressType } from './ip-address-type.ts'
import { addresses } from './show-load-balancer.ts'
import { plugZones, readZones, refuseHeldAddresses, withPrefixes } from './zones.ts'
import type { ZonePlan } from './zones.ts'

/** The call names the whole set. Zones that stay keep their interface and addresses; the others come and go. */
export const setSubnets: Action<SetSubnetsInput, SetSubnetsOutput> = (world, input) => {
  const balancer = loadBalancerAt(world, input.LoadBalancerArn)
  const type = input.IpAddressType ?? balancer.ipAddressType
  const ipAddressType = oneOf('IP address type', type, ['ipv4', 'dualstack'])
  const nat = input.EnablePrefixForIpv6SourceNat ?? balancer.sourceNat
  if (nat === 'on' && ipAddressType !== 'dualstack')
    throw misconfigured('EnablePrefixForIpv6SourceNat needs a dualstack load balancer')
  const setting = { ...balancer, ipAddressType, ...(nat === undefined ? {} : { sourceNat: nat }) }
  const plans = readZones(world, input, setting)
  checkIpAddressType(world, setting)
  refuseHeldAddresses(world, plans, balancer.arn)
  const kept = plans.map((plan) => staying(balancer, plan))
  const fresh = plans.filter((_, index) => kept[index] === undefined)
  const plugged = plugZones(world, balancer.arn, balancer.securityGroups, fresh)
  const zones = withPrefixes(
    world,
    plans.map((plan, index) => kept[index] ?? (plugged.find((zone) => zone.name === plan.name) as Zone)),
    nat,
  )
  const staysPlugged = new Set(zones.map((zone) => zone.eniId))
  releaseInterfaces(world, (item) => item.owner === balancer.arn && !staysPlugged.has(item.id), 0)
  world.loadBalancers.put(balancer.arn, {
    ...balancer,
    ipAddressType,
    zones,
    ...(nat === undefined ? {} : { sourceNat: nat }),
  })
  return {
    IpAddressType: ipAddressType,
    AvailabilityZones: zones.map((zone) => ({
      ZoneName: zone.name,
      SubnetId: zone.subnetId,
      LoadBalancerAddresses: addresses(world, zone),
    })),
    ...(nat === undefined ? {} : { EnablePrefixForIpv6SourceNat: nat as 'on' | 'off' }),
  }
}

/**
 * The zone a plan keeps. A Network Load Balancer cannot change the subnet or the addresses of a zone in place:
 * the zone must be removed by one call and added by another. A prefix for source NAT can change, and a load balancer that
 * becomes dualstack may name the IPv6 addresses that it gets.
 */
function staying(balancer: LoadBalancer, plan: ZonePlan): Zone | undefined {
  const zone = balancer.zones.find((candidate) => candidate.name === plan.name)
  if (zone === undefined || (balancer.type === 'application' && zone.subnetId !== plan.subnetId))
    return undefined
  const { eniId, sourceNatPrefix, ...present } = zone
  const { sourceNatPrefix: asked, ...named } = plan
  const gains = balancer.ipAddressType === 'ipv4' && present.ipv6 === undefined ? { ipv6: named.ipv6 } : {}
  const prefix = asked ?? sourceNatPrefix
  if (!equal({ ...present, ...named }, { ...present, ...gains }))
    throw misconfigured(
      `The subnet or addresses of the enabled Availability Zone '${zone.name}' cannot be changed`,
    )
  return { ...present, ...named, eniId, ...(prefix === undefined ? {} : { sourceNatPrefix: prefix }) }
}

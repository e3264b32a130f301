import type { LoadBalancer as LoadBalancerShape } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { LoadBalancer, Zone } from '../state/records.ts'
import type { World } from '../state/world.ts'

const hostedZones = { network: 'Z26RNL4JYFTOTI', application: 'Z35SXDOTRQ7X7K' } as const

/** A load balancer as it stood at `asOf`. */
export function showLoadBalancer(world: World, balancer: LoadBalancer, asOf: number): LoadBalancerShape {
  const active = asOf - balancer.createdAt >= world.switches.provisioningMs
  return {
    LoadBalancerArn: balancer.arn,
    LoadBalancerName: balancer.name,
    DNSName: dnsName(world, balancer),
    CanonicalHostedZoneId: hostedZones[balancer.type],
    CreatedTime: new Date(balancer.createdAt),
    Scheme: balancer.scheme,
    Type: balancer.type,
    VpcId: balancer.vpcId,
    IpAddressType: balancer.ipAddressType as 'ipv4' | 'dualstack',
    State: { Code: active ? 'active' : 'provisioning' },
    AvailabilityZones: balancer.zones.map((zone) => ({
      ZoneName: zone.name,
      SubnetId: zone.subnetId,
      LoadBalancerAddresses: addresses(world, zone),
      ...(zone.sourceNatPrefix === undefined ? {} : { SourceNatIpv6Prefixes: [zone.sourceNatPrefix] }),
    })),
    ...(balancer.securityGroups.length === 0 ? {} : { SecurityGroups: [...balancer.securityGroups] }),
    ...(balancer.enforceOnPrivateLink === undefined
      ? {}
      : { EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: balancer.enforceOnPrivateLink }),
    ...(balancer.sourceNat === undefined
      ? {}
      : { EnablePrefixForIpv6SourceNat: balancer.sourceNat as 'on' | 'off' }),
  }
}

export function dnsName(world: World, balancer: LoadBalancer): string {
  const hex = balancer.arn.slice(balancer.arn.lastIndexOf('/') + 1)
  if (balancer.type === 'network') return `${balancer.name}-${hex}.elb.${world.region}.amazonaws.com`
  const prefix = balancer.scheme === 'internal' ? 'internal-' : ''
  return `${prefix}${balancer.name}-${Number.parseInt(hex.slice(0, 8), 16)}.${world.region}.elb.amazonaws.com`
}

/** AWS tells the addresses it was asked for, and the ones behind Elastic IPs; not those it chose itself. */
export function addresses(world: World, zone: Zone) {
  const ip = world.addresses.get(zone.allocationId ?? '')?.publicIp
  const shown = {
    ...(ip === undefined ? {} : { IpAddress: ip, AllocationId: zone.allocationId }),
    ...(zone.privateIp === undefined ? {} : { PrivateIPv4Address: zone.privateIp }),
    ...(zone.ipv6 === undefined ? {} : { IPv6Address: zone.ipv6 }),
  }
  return Object.keys(shown).length === 0 ? [] : [shown]
}

import type { Listener, LoadBalancerDescription } from '@aws-sdk/client-elastic-load-balancing'
import type { ClassicListener, ClassicLoadBalancer } from '../state/classic.ts'
import type { World } from '../state/world.ts'

export const dnsName = (world: World, { name, scheme, number }: ClassicLoadBalancer): string =>
  `${scheme === 'internal' ? 'internal-' : ''}${name}-${number}.${world.region}.elb.amazonaws.com`

export function show(world: World, balancer: ClassicLoadBalancer): LoadBalancerDescription {
  const { zones, listeners, policies, backends, instances } = balancer
  const dns = dnsName(world, balancer)
  return {
    LoadBalancerName: balancer.name,
    DNSName: dns,
    CanonicalHostedZoneName: dns,
    CanonicalHostedZoneNameID: 'Z35SXDOTRQ7X7K',
    Scheme: balancer.scheme,
    VPCId: balancer.vpcId,
    AvailabilityZones: zones.map((zone) => zone.name),
    Subnets: zones.map((zone) => zone.subnetId),
    SecurityGroups: [...balancer.securityGroups],
    ListenerDescriptions: listeners.map((listener) => ({
      Listener: showListener(listener),
      PolicyNames: [...listener.policies],
    })),
    Policies: {
      AppCookieStickinessPolicies: [],
      LBCookieStickinessPolicies: [],
      OtherPolicies: Object.keys(policies),
    },
    BackendServerDescriptions: Object.entries(backends).map(([port, names]) => ({
      InstancePort: Number(port),
      PolicyNames: [...names],
    })),
    Instances: Object.keys(instances).map((InstanceId) => ({ InstanceId })),
    HealthCheck: balancer.healthCheck,
    SourceSecurityGroup: {
      OwnerAlias: world.account,
      GroupName: world.securityGroups.get(balancer.securityGroups[0] ?? '')?.name,
    },
    CreatedTime: new Date(balancer.createdAt),
  }
}

const showListener = (listener: ClassicListener): Listener => ({
  LoadBalancerPort: listener.port,
  Protocol: listener.protocol,
  InstancePort: listener.instancePort,
  InstanceProtocol: listener.instanceProtocol,
  ...(listener.certificate === undefined ? {} : { SSLCertificateId: listener.certificate }),
})

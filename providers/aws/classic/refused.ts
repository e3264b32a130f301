import { error, type Problem } from '../../../src/model/problem.ts'
import { type Lacks, lackedBy } from '../lacked.ts'
import type { Wish } from '../wish.ts'

const noTargetGroups = 'a Classic Load Balancer has no target groups'
const noAddresses = 'the addresses of a Classic Load Balancer cannot be chosen'
const only4 = 'a Classic Load Balancer in a VPC has IPv4 addresses only'

const useNetwork = 'remove it, or write service.beta.kubernetes.io/aws-load-balancer-type: nlb'

const lacks: Lacks = {
  hint: useNetwork,
  refused: {
    targetGroupAttributes: noTargetGroups,
    portAttributes: noTargetGroups,
    proxyProtocolPorts: 'PROXY protocol is sent to all ports of a Classic Load Balancer or to none',
    actions: 'a listener of a Classic Load Balancer sends to the nodes of this Service only',
    address: noAddresses,
    elasticAddresses: noAddresses,
    privateAddresses: noAddresses,
    ipv6Addresses: only4,
    group: 'Services cannot share a Classic Load Balancer',
    prefixLists: 'who may connect to a Classic Load Balancer is written as source ranges',
    quicPorts: 'a Classic Load Balancer does not carry UDP',
  },
  ignored: {
    successCodes: 'a health check of a Classic Load Balancer takes 200 for good',
    alpnPolicy: 'a Classic Load Balancer does not negotiate application protocols',
    attributes: 'attributes of a Classic Load Balancer have keys of their own',
    listenerAttributes: 'listeners of a Classic Load Balancer have no attributes',
    capacity: 'no capacity can be reserved for a Classic Load Balancer',
    ipv6SourceNat: only4,
    ipv6SourceNatPrefixes: only4,
    privateLinkRules: 'no AWS PrivateLink leads to a Classic Load Balancer',
    manageBackendRules: 'the groups of the nodes always let in what comes from a Classic Load Balancer',
    noSecurityGroup: 'a Classic Load Balancer always has a security group',
    pathMtuDiscovery: 'the messages of path MTU discovery may always pass',
    multiCluster: noTargetGroups,
  },
  harmless: {
    ipv6SourceNat: 'off',
    pathMtuDiscovery: 'on',
    manageBackendRules: true,
    multiCluster: false,
    noSecurityGroup: false,
  },
}

const kind = (path: string, message: string, value: string, accepted: string): Problem =>
  error('LB_AWS_NOT_OF_KIND', path, message, { value, accepted, hint: useNetwork })

/** What a Classic Load Balancer cannot do of all that can be asked of one on AWS. */
export function classicRefusals(wish: Wish): readonly Problem[] {
  const { lb, settings } = wish
  const { targetType, addressType, proxyProtocol } = settings
  return [
    ...lackedBy(wish, lacks),
    ...(targetType?.value === 'ip'
      ? [kind(targetType.path, 'a Classic Load Balancer sends to nodes only', targetType.raw, 'instance')]
      : []),
    ...(addressType?.value === 'dualstack' ? [kind(addressType.path, only4, addressType.raw, 'ipv4')] : []),
    ...(proxyProtocol?.value === 'v2'
      ? [
          kind(
            proxyProtocol.path,
            'a Classic Load Balancer speaks version 1 of PROXY protocol',
            proxyProtocol.raw,
            'v1',
          ),
        ]
      : []),
    ...(lb.affinity === undefined
      ? []
      : [
          kind(
            'spec.sessionAffinity',
            'a Classic Load Balancer does not keep a client on one node',
            'ClientIP',
            'None',
          ),
        ]),
  ]
}

import { emulated, error, type Problem } from '../../../src/model/problem.ts'
import { type Lacks, lackedBy } from '../lacked.ts'
import type { Wish } from '../wish.ts'

const noAddresses = 'the addresses of an application load balancer cannot be chosen'
const noNat = 'an application load balancer carries no UDP, which alone needs these prefixes'

const lacks: Lacks = {
  hint: 'remove it, or leave out service.beta.kubernetes.io/aws-load-balancer-backend-protocol',
  refused: {
    proxyProtocolPorts:
      'an application load balancer writes the client into X-Forwarded-For, and no PROXY protocol',
    address: noAddresses,
    elasticAddresses: noAddresses,
    privateAddresses: noAddresses,
    ipv6Addresses: noAddresses,
    group: 'Services cannot share an application load balancer',
    quicPorts: 'an application load balancer does not carry UDP',
    noSecurityGroup: 'an application load balancer always has a security group',
  },
  ignored: {
    alpnPolicy: 'an application load balancer offers HTTP/2 and HTTP/1.1',
    ipv6SourceNat: noNat,
    ipv6SourceNatPrefixes: noNat,
    privateLinkRules: 'no AWS PrivateLink leads to an application load balancer',
    accessLogInterval: 'an application load balancer writes its access logs every five minutes',
    draining: 'an application load balancer always drains, see deregistration_delay.timeout_seconds',
  },
  harmless: { noSecurityGroup: false, ipv6SourceNat: 'off', draining: true, accessLogInterval: '5' },
}

/** What an application load balancer cannot do, and what it does by other means. */
export function applicationRefusals(wish: Wish): readonly Problem[] {
  const { lb, settings, targetType } = wish
  const { proxyProtocol } = settings
  return [
    ...lackedBy(wish, lacks),
    ...(proxyProtocol === undefined || proxyProtocol.value === 'off'
      ? []
      : [
          error(
            'LB_AWS_NOT_OF_KIND',
            proxyProtocol.path,
            'an application load balancer speaks no PROXY protocol',
            {
              value: proxyProtocol.raw,
              hint: 'the client stands in the header X-Forwarded-For; or leave out aws-load-balancer-backend-protocol',
            },
          ),
        ]),
    ...(lb.trafficPolicy === 'Local' && targetType === 'instance'
      ? [
          emulated(
            'spec.externalTrafficPolicy',
            'only nodes with pods get requests, and the header X-Forwarded-For names the client; the packets come from the load balancer',
          ),
        ]
      : []),
  ]
}

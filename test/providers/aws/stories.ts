import type { Story } from '../../conformance/subject.ts'
import { isTrue } from '../../conformance/subject.ts'
import { shareStories } from './share-stories.ts'
import type { Bed } from '../../support/bed.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

export const certificate =
  'arn:aws:acm:us-east-1:123456789012:certificate/11111111-1111-4111-8111-111111111111'

const tls = (bed: Bed): void =>
  void bed.apply(
    'web',
    {
      ports: [
        { name: 'https', port: 443, protocol: 'TCP' },
        { name: 'plain', port: 80, protocol: 'TCP' },
      ],
      loadBalancerSourceRanges: ['10.0.0.0/8', '192.0.2.0/24'],
    },
    {
      [key('ssl-cert')]: certificate,
      [key('ssl-ports')]: '443',
      [key('ssl-negotiation-policy')]: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      [key('healthcheck-interval')]: '20',
      [key('cross-zone-load-balancing-enabled')]: 'true',
      [key('target-group-attributes')]: 'deregistration_delay.timeout_seconds=60',
      [key('additional-resource-tags')]: 'team=web,stage=prod',
    },
  )

const dns = (bed: Bed): void =>
  void bed.apply('web', {
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP', nodePort: 30_053 },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', nodePort: 30_053 },
      { name: 'log', port: 514, protocol: 'UDP' },
    ],
  })

const httpKey = { [key('backend-protocol')]: 'http' }
const httpPorts = [
  { name: 'https', port: 443, protocol: 'TCP' as const, nodePort: 30_443 },
  { name: 'plain', port: 80, protocol: 'TCP' as const, nodePort: 30_080 },
]
const application = (bed: Bed): void =>
  void bed.apply(
    'web',
    { ports: httpPorts, sessionAffinity: 'ClientIP' },
    {
      ...httpKey,
      [key('ssl-cert')]: certificate,
      [key('ssl-ports')]: '443',
      [key('connection-idle-timeout')]: '120',
    },
  )

const settled = (bed: Bed): boolean =>
  isTrue(bed, 'web') && bed.condition('web')?.message.includes('stays until') !== true

const pinned = (addresses: string) => ({
  [key('scheme')]: 'internal',
  [key('private-ipv4-addresses')]: addresses,
  'lb-controller.io/allow-outage': 'true',
})

/** Objects and roads that only AWS has. */
export const stories: readonly Story[] = [
  { name: 'create of two ports with TLS and attributes', before: () => {}, act: tls, over: settled },
  {
    name: 'settings taken away',
    before: tls,
    act: (bed) =>
      void bed.edit('web', {
        metadata: {
          annotations: {
            [key('ssl-negotiation-policy')]: null,
            [key('healthcheck-interval')]: null,
            [key('cross-zone-load-balancing-enabled')]: null,
            [key('target-group-attributes')]: null,
            [key('additional-resource-tags')]: 'stage=prod',
          },
        },
      }),
    over: settled,
  },
  { name: 'create of UDP and TCP_UDP', before: () => {}, act: dns, over: settled },
  {
    name: 'delete of UDP and TCP_UDP',
    before: dns,
    act: (bed) => bed.delete('web'),
    over: (bed) => bed.service('web') === undefined,
  },
  {
    name: 'scheme flip',
    options: { settings: { graceMs: 60_000 } },
    before: (bed) => void bed.apply('web'),
    act: (bed) => void bed.edit('web', { metadata: { annotations: { [key('scheme')]: 'internal' } } }),
    over: settled,
  },
  {
    name: 'move from type nlb to external, with narrower ranges',
    options: { settings: { graceMs: 60_000 } },
    before: (bed) => void bed.apply('web'),
    act: (bed) =>
      void bed.edit('web', {
        metadata: { annotations: { [key('type')]: 'external' } },
        spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] },
      }),
    over: settled,
  },
  { name: 'create of an application load balancer', before: () => {}, act: application, over: settled },
  {
    name: 'edit of an application load balancer',
    before: application,
    act: (bed) =>
      void bed.edit('web', {
        metadata: {
          annotations: {
            [key('connection-idle-timeout')]: null,
            [key('ssl-negotiation-policy')]: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
          },
        },
        spec: { loadBalancerSourceRanges: ['10.0.0.0/8'], sessionAffinity: 'None' },
      }),
    over: settled,
  },
  {
    name: 'delete of an application load balancer',
    before: application,
    act: (bed) => bed.delete('web'),
    over: (bed) => bed.service('web') === undefined,
  },
  {
    name: 'delete of a load balancer whose protection is taken back later',
    before: (bed) =>
      void bed.apply(
        'web',
        {},
        { [key('attributes')]: 'deletion_protection.enabled=true', [key('type')]: 'external' },
      ),
    act: (bed) => {
      bed.delete('web')
      bed.edit('web', {
        metadata: { annotations: { [key('attributes')]: 'deletion_protection.enabled=false' } },
      })
    },
    over: (bed) => bed.service('web') === undefined,
  },
  {
    name: 'other addresses in zones that stay, with leave',
    before: (bed) => void bed.apply('web', {}, pinned('10.0.10.7, 10.0.11.7, 10.0.12.7')),
    act: (bed) =>
      void bed.edit('web', { metadata: { annotations: pinned('10.0.10.8, 10.0.11.7, 10.0.12.8') } }),
    over: settled,
  },
  ...shareStories,
]

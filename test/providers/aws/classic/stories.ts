import { isTrue, type Story } from '../../../conformance/subject.ts'
import type { Bed } from '../../../support/bed.ts'
import { certificate } from '../stories.ts'

const key = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`

const port = (number: number, nodePort: number) => ({
  name: `p${number}`,
  port: number,
  protocol: 'TCP',
  nodePort,
})

/** Two ports, one of which ends TLS, with policies of both sorts and every other setting. */
const secure = (bed: Bed): void =>
  void bed.apply(
    'web',
    {
      ports: [port(443, 30_443), port(80, 30_080)],
      loadBalancerSourceRanges: ['10.0.0.0/8', '192.0.2.0/24'],
    },
    {
      [key('ssl-cert')]: certificate,
      [key('ssl-ports')]: '443',
      [key('ssl-negotiation-policy')]: 'ELBSecurityPolicy-TLS-1-2-2017-01',
      [key('proxy-protocol')]: '*',
      [key('cross-zone-load-balancing-enabled')]: 'true',
      [key('connection-draining-enabled')]: 'true',
      [key('connection-draining-timeout')]: '60',
      [key('connection-idle-timeout')]: '120',
      [key('access-log-enabled')]: 'true',
      [key('access-log-s3-bucket-name')]: 'my-logs',
      [key('access-log-emit-interval')]: '5',
      [key('healthcheck-interval')]: '20',
      [key('additional-resource-tags')]: 'team=web,stage=prod',
    },
  )

const annotate = (bed: Bed, annotations: Readonly<Record<string, string | null>>): void => {
  const entries = Object.entries(annotations).map(([name, value]) => [key(name), value])
  bed.edit('web', { metadata: { annotations: Object.fromEntries(entries) as object } })
}

const over = (bed: Bed): boolean =>
  isTrue(bed, 'web') && bed.condition('web')?.message.includes('stays until') !== true

/** Roads that only a Classic Load Balancer takes. */
export const stories: readonly Story[] = [
  { name: 'create with TLS, PROXY protocol and attributes', before: () => {}, act: secure, over },
  {
    name: 'settings taken away',
    before: secure,
    act: (bed) =>
      annotate(bed, {
        'ssl-negotiation-policy': null,
        'proxy-protocol': null,
        'cross-zone-load-balancing-enabled': null,
        'connection-draining-enabled': null,
        'connection-draining-timeout': null,
        'connection-idle-timeout': null,
        'access-log-enabled': null,
        'access-log-s3-bucket-name': null,
        'access-log-emit-interval': null,
        'healthcheck-interval': null,
        'additional-resource-tags': 'stage=prod',
      }),
    over,
  },
  {
    name: 'another policy, a port less, one with another node port',
    before: secure,
    act: (bed) => {
      annotate(bed, { 'ssl-negotiation-policy': 'ELBSecurityPolicy-FS-1-2-2019-08' })
      bed.edit('web', { spec: { ports: [port(443, 30_444)] } })
    },
    over,
  },
  {
    name: 'given groups and another set of subnets',
    before: (bed) => void bed.apply('web'),
    act: (bed) => annotate(bed, { 'security-groups': 'sg-0default', subnets: 'subnet-0pub0a,subnet-0pub0b' }),
    over,
  },
  {
    name: 'a node replaced',
    before: (bed) => void bed.apply('web'),
    act(bed) {
      bed.cluster.delete('nodes', { name: 'node-1' })
    },
    over,
  },
  {
    name: 'delete with TLS and PROXY protocol',
    before: secure,
    act: (bed) => bed.delete('web'),
    over: (bed) => bed.service('web') === undefined,
  },
  {
    name: 'scheme flip',
    options: { settings: { graceMs: 60_000 } },
    before: (bed) => void bed.apply('web'),
    act: (bed) => annotate(bed, { scheme: 'internal' }),
    over,
  },
]

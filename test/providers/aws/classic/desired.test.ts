import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Asked, certificate, errorsOf, of, planned, prefix, specOf } from './plan.ts'

const kind = 'classic-load-balancer'
const classic = (asked: Asked) =>
  planned({ ...asked, annotations: { type: 'classic', ...asked.annotations } })

interface Row {
  readonly name: string
  readonly asked: Asked
  readonly field: string
  readonly want: unknown
}

const tls = { 'ssl-cert': certificate }
const listener = (protocols: string, more: object = {}) => {
  const [Protocol, InstanceProtocol] = protocols.split('/')
  return { LoadBalancerPort: 80, Protocol, InstancePort: 30_080, InstanceProtocol, ...more }
}
const secure = { SSLCertificateId: certificate, PolicyNames: [] }
const one = (protocols: string, more?: object) => listener(protocols, more)
const check = (more: object) => ({
  Target: 'TCP:30080',
  Interval: 10,
  Timeout: 5,
  HealthyThreshold: 2,
  UnhealthyThreshold: 6,
  ...more,
})
const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000 } as const
const attributes = (more: object) => ({
  CrossZoneLoadBalancing: { Enabled: false },
  AccessLog: { Enabled: false },
  ConnectionDraining: { Enabled: false },
  ConnectionSettings: { IdleTimeout: 60 },
  ...more,
})

const annotated = (annotations: Readonly<Record<string, string>>): Asked => ({ annotations })

const rows: readonly Row[] = [
  {
    name: 'named after the uid',
    asked: {},
    field: 'LoadBalancerName',
    want: 'a0a1b2c3d4e5f60718293a4b5c6d7e8f',
  },
  { name: 'a name of its own', asked: annotated({ name: 'edge' }), field: 'LoadBalancerName', want: 'edge' },
  { name: 'plain', asked: {}, field: 'listener/80', want: one('TCP/TCP') },
  {
    name: 'http',
    asked: annotated({ 'backend-protocol': 'http' }),
    field: 'listener/80',
    want: one('HTTP/HTTP'),
  },
  {
    name: 'https without a certificate passes the bytes on',
    asked: annotated({ 'backend-protocol': 'https' }),
    field: 'listener/80',
    want: one('TCP/TCP'),
  },
  { name: 'certificate', asked: annotated(tls), field: 'listener/80', want: one('SSL/TCP', secure) },
  {
    name: 'certificate, https',
    asked: annotated({ ...tls, 'backend-protocol': 'https' }),
    field: 'listener/80',
    want: one('HTTPS/HTTPS', secure),
  },
  {
    name: 'certificate, http',
    asked: annotated({ ...tls, 'backend-protocol': 'http' }),
    field: 'listener/80',
    want: one('HTTPS/HTTP', secure),
  },
  {
    name: 'certificate, ssl',
    asked: annotated({ ...tls, 'backend-protocol': 'ssl' }),
    field: 'listener/80',
    want: one('SSL/SSL', secure),
  },
  {
    name: 'a policy stands on the listener by name',
    asked: annotated({ ...tls, 'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS-1-2-2017-01' }),
    field: 'listener/80',
    want: one('SSL/TCP', {
      ...secure,
      PolicyNames: ['k8s-SSLNegotiationPolicy-ELBSecurityPolicy-TLS-1-2-2017-01'],
    }),
  },
  {
    name: 'PROXY protocol on every port of the nodes',
    asked: annotated({ 'proxy-protocol': '*' }),
    field: 'backend/30080',
    want: { InstancePort: 30_080, PolicyNames: ['k8s-proxyprotocol-enabled'] },
  },
  {
    name: 'PROXY protocol is a policy',
    asked: annotated({ 'proxy-protocol': '*' }),
    field: 'policy/k8s-proxyprotocol-enabled',
    want: {
      PolicyName: 'k8s-proxyprotocol-enabled',
      PolicyTypeName: 'ProxyProtocolPolicyType',
      PolicyAttributes: [{ AttributeName: 'ProxyProtocol', AttributeValue: 'true' }],
    },
  },
  { name: 'health check', asked: {}, field: 'HealthCheck', want: check({}) },
  {
    name: 'health check of encrypted nodes',
    asked: annotated({ ...tls, 'backend-protocol': 'ssl' }),
    field: 'HealthCheck',
    want: check({ Target: 'SSL:30080' }),
  },
  {
    name: 'health check, Local',
    asked: { spec: local },
    field: 'HealthCheck',
    want: check({ Target: 'HTTP:32000/healthz' }),
  },
  {
    name: 'health check, all annotated',
    asked: annotated({
      'healthcheck-protocol': 'HTTP',
      'healthcheck-port': '9000',
      'healthcheck-path': '/up',
      'healthcheck-interval': '20',
      'healthcheck-timeout': '7',
      'healthcheck-healthy-threshold': '3',
      'healthcheck-unhealthy-threshold': '4',
    }),
    field: 'HealthCheck',
    want: {
      Target: 'HTTP:9000/up',
      Interval: 20,
      Timeout: 7,
      HealthyThreshold: 3,
      UnhealthyThreshold: 4,
    },
  },
  {
    name: 'a short interval shortens the time-out',
    asked: annotated({ 'healthcheck-interval': '5' }),
    field: 'HealthCheck',
    want: check({ Interval: 5, Timeout: 4 }),
  },
  { name: 'attributes', asked: {}, field: 'LoadBalancerAttributes', want: attributes({}) },
  {
    name: 'access logs',
    asked: annotated({
      'access-log-enabled': 'true',
      'access-log-emit-interval': '5',
      'access-log-s3-bucket-name': 'logs',
      'access-log-s3-bucket-prefix': 'edge',
    }),
    field: 'LoadBalancerAttributes',
    want: attributes({
      AccessLog: { Enabled: true, EmitInterval: 5, S3BucketName: 'logs', S3BucketPrefix: 'edge' },
    }),
  },
  {
    name: 'draining, idle time, zones',
    asked: annotated({
      'connection-draining-enabled': 'true',
      'connection-draining-timeout': '120',
      'connection-idle-timeout': '90',
      'cross-zone-load-balancing-enabled': 'true',
    }),
    field: 'LoadBalancerAttributes',
    want: attributes({
      CrossZoneLoadBalancing: { Enabled: true },
      ConnectionDraining: { Enabled: true, Timeout: 120 },
      ConnectionSettings: { IdleTimeout: 90 },
    }),
  },
  {
    name: 'given groups stand for the own one, further ones beside it',
    asked: annotated({ 'security-groups': 'sg-1,sg-2', 'extra-security-groups': 'sg-3' }),
    field: 'SecurityGroups',
    want: ['sg-1', 'sg-2', 'sg-3'],
  },
]

for (const { name, asked, field, want } of rows)
  test(name, () => {
    const plan = classic(asked)
    assert.deepEqual(errorsOf(plan), [])
    const [balancer] = of(plan, kind)
    assert.deepEqual(balancer?.parts?.[field]?.spec ?? balancer?.spec[field], want)
  })

test('its own group lets in the ranges, the nodes let in all that comes from it', () => {
  const plan = classic({ spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  const [own, nodes] = of(plan, 'security-group')
  assert.equal(own?.spec['GroupName'], 'k8s-elb-a0a1b2c3d4e5f60718293a4b5c6d7e8f')
  assert.equal(
    own?.spec['Description'],
    'Security group for Kubernetes ELB a0a1b2c3d4e5f60718293a4b5c6d7e8f (shop/web)',
  )
  assert.deepEqual(Object.keys(own?.parts ?? {}), ['tcp/80-80/10.0.0.0/8', 'icmp/3-4/10.0.0.0/8'])
  assert.equal(nodes?.key, 'sg-nodes')
  assert.deepEqual(
    Object.values(nodes?.parts ?? {}).map(({ spec }) => spec['IpProtocol']),
    ['-1'],
  )
})

test('with given groups there is no own one', () => {
  const plan = classic(annotated({ 'security-groups': 'sg-1' }))
  assert.deepEqual(
    of(plan, 'security-group').map(({ key }) => key),
    ['sg-nodes'],
  )
})

const annotation = (key: string): string => `metadata.annotations["${prefix}${key}"]`

const refused: readonly { name: string; asked: Asked; want: readonly string[] }[] = [
  {
    name: 'UDP',
    asked: { spec: { ports: [{ port: 53, protocol: 'UDP', nodePort: 30_053 }] } },
    want: ['LB_PROTOCOL_UNSUPPORTED spec.ports[0].protocol'],
  },
  {
    name: 'affinity',
    asked: { spec: { sessionAffinity: 'ClientIP' } },
    want: ['LB_AWS_NOT_OF_KIND spec.sessionAffinity'],
  },
  {
    name: 'several certificates',
    asked: annotated({ 'ssl-cert': `${certificate},${certificate.replace(/2$/, '3')}` }),
    want: [`LB_CERTIFICATES_TOO_MANY ${annotation('ssl-cert')}`],
  },
  {
    name: 'attributes of target groups',
    asked: annotated({ 'target-group-attributes': 'preserve_client_ip.enabled=true' }),
    want: [`LB_AWS_NOT_OF_KIND ${annotation('target-group-attributes')}`],
  },
  {
    name: 'pods as targets',
    asked: annotated({ 'nlb-target-type': 'ip' }),
    want: [`LB_AWS_NOT_OF_KIND ${annotation('nlb-target-type')}`],
  },
  {
    name: 'elastic addresses',
    asked: annotated({ 'eip-allocations': 'eipalloc-1' }),
    want: [`LB_AWS_NOT_OF_KIND ${annotation('eip-allocations')}`],
  },
  {
    name: 'version 2 of PROXY protocol',
    asked: annotated({ 'lb-controller.io/proxy-protocol': 'v2' }),
    want: ['LB_AWS_NOT_OF_KIND metadata.annotations["lb-controller.io/proxy-protocol"]'],
  },
  {
    name: 'a time-out as long as the interval',
    asked: annotated({ 'healthcheck-interval': '10', 'healthcheck-timeout': '10' }),
    want: [`LB_HEALTH_CHECK_TIMEOUT ${annotation('healthcheck-timeout')}`],
  },
  {
    name: 'access logs without a bucket',
    asked: annotated({ 'access-log-enabled': 'true' }),
    want: [`LB_ACCESS_LOG_BUCKET ${annotation('access-log-enabled')}`],
  },
]

for (const { name, asked, want } of refused)
  test(`refused: ${name}`, () => {
    const plan = classic(asked)
    assert.deepEqual(errorsOf(plan), want)
    assert.deepEqual(plan.resources, [])
  })

test('the other scheme takes another name while the old one stands', () => {
  const [old] = of(classic({}), kind)
  assert.ok(old !== undefined)
  const observed = [
    { ...old, id: 'x', out: {}, state: 'ready', serving: true, depth: 'read', asOf: 0 },
  ] as const
  const plan = classic({ annotations: { scheme: 'internet-facing' }, world: { observed } })
  assert.equal(specOf(plan, kind)['LoadBalancerName'], 'a0a1b2c3d4e5f60718293a4b5c6d7e8f')
  const inside = classic({
    annotations: { scheme: 'internal', subnets: 'subnet-a' },
    world: { observed },
  })
  assert.equal(specOf(inside, kind)['LoadBalancerName'], 'a0a1b2c3d4e5f60718293a4b5c6d7e8i')
})

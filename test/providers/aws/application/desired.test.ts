import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Asked, certificate, errorsOf, of, planned, prefix, specOf } from '../classic/plan.ts'

const web = (asked: Asked = {}) =>
  planned({ ...asked, annotations: { 'backend-protocol': 'http', ...asked.annotations } })
const annotated = (annotations: Readonly<Record<string, string>>): Asked => ({ annotations })
const annotation = (key: string): string => `metadata.annotations["${prefix}${key}"]`

const ports = [80, 443, 8443].map((port) => ({
  port,
  targetPort: 8080,
  nodePort: 30_000 + port,
  name: `p${port}`,
}))

const listeners = (asked: Asked): readonly string[] =>
  of(web(asked), 'listener').map(({ spec }) => {
    const certified = spec['Certificates'] === undefined ? '' : ' with the certificate'
    return `${JSON.stringify(spec['Port'])} ${JSON.stringify(spec['Protocol']).replaceAll('"', '')}${certified}`
  })

const protocols: readonly { name: string; asked: Asked; want: readonly string[]; targets: string }[] = [
  { name: 'plain', asked: { spec: { ports } }, want: ['80 HTTP', '443 HTTP', '8443 HTTP'], targets: 'HTTP' },
  {
    name: '443 and 8443 end TLS, 80 does not',
    asked: { annotations: { 'ssl-cert': certificate, 'ssl-ports': '443,8443' }, spec: { ports } },
    want: ['80 HTTP', '443 HTTPS with the certificate', '8443 HTTPS with the certificate'],
    targets: 'HTTP',
  },
  {
    name: 'encrypted again',
    asked: annotated({ 'ssl-cert': certificate, 'backend-protocol': 'https' }),
    want: ['80 HTTPS with the certificate'],
    targets: 'HTTPS',
  },
]

for (const { name, asked, want, targets } of protocols)
  test(`listeners: ${name}`, () => {
    assert.deepEqual(listeners(asked), want)
    assert.deepEqual(
      new Set(of(web(asked), 'target-group').map(({ spec }) => spec['Protocol'])),
      new Set([targets]),
    )
  })

interface Row {
  readonly name: string
  readonly asked: Asked
  readonly kind: string
  readonly want: Readonly<Record<string, unknown>>
}

const rows: readonly Row[] = [
  {
    name: 'an application load balancer in its own group and the shared one',
    asked: {},
    kind: 'load-balancer',
    want: { Type: 'application', Subnets: ['subnet-a', 'subnet-b'], Attributes: {} },
  },
  {
    name: 'idle time and access logs are attributes',
    asked: annotated({
      'connection-idle-timeout': '120',
      'access-log-enabled': 'true',
      'access-log-s3-bucket-name': 'logs',
    }),
    kind: 'load-balancer',
    want: {
      Attributes: {
        'access_logs.s3.enabled': 'true',
        'access_logs.s3.bucket': 'logs',
        'idle_timeout.timeout_seconds': '120',
      },
    },
  },
  {
    name: 'health is asked for over HTTP',
    asked: {},
    kind: 'target-group',
    want: {
      HealthCheckProtocol: 'HTTP',
      HealthCheckPort: 'traffic-port',
      HealthCheckPath: '/',
      HealthCheckIntervalSeconds: 15,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    },
  },
  {
    name: 'health, Local',
    asked: { spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000 } },
    kind: 'target-group',
    want: { HealthCheckProtocol: 'HTTP', HealthCheckPort: '32000', HealthCheckPath: '/healthz' },
  },
  {
    name: 'affinity by a cookie',
    asked: { spec: { sessionAffinity: 'ClientIP' } },
    kind: 'target-group',
    want: {
      Attributes: {
        'stickiness.enabled': 'true',
        'stickiness.type': 'lb_cookie',
        'stickiness.lb_cookie.duration_seconds': '10800',
      },
    },
  },
  {
    name: 'zones kept apart by each target group',
    asked: annotated({ 'cross-zone-load-balancing-enabled': 'false' }),
    kind: 'target-group',
    want: { Attributes: { 'load_balancing.cross_zone.enabled': 'false' } },
  },
]

for (const { name, asked, kind, want } of rows)
  test(name, () => {
    const plan = web(asked)
    assert.deepEqual(errorsOf(plan), [])
    const spec = specOf(plan, kind)
    assert.deepEqual(Object.fromEntries(Object.keys(want).map((field) => [field, spec[field]])), want)
  })

test('source ranges stand in its own group, and the nodes let in the shared one', () => {
  const plan = web({ spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } })
  const rules = of(plan, 'security-group').map(({ key, parts }) => [key, Object.keys(parts ?? {}).length])
  assert.deepEqual(rules, [
    ['internet-facing/clients', 1],
    ['backend', 0],
    ['sg-nodes', 1],
  ])
})

test('what is done by other means is told', () => {
  const plan = web({
    annotations: { 'cross-zone-load-balancing-enabled': 'false' },
    spec: { sessionAffinity: 'ClientIP', externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000 },
  })
  const told = plan.problems.filter(({ code }) => code === 'LB_EMULATED').map(({ path }) => path)
  assert.deepEqual(told.toSorted(), [
    annotation('cross-zone-load-balancing-enabled'),
    'spec.externalTrafficPolicy',
    'spec.sessionAffinity',
  ])
})

const refused: readonly { name: string; asked: Asked; want: readonly string[] }[] = [
  {
    name: 'UDP',
    asked: { spec: { ports: [{ port: 53, protocol: 'UDP', nodePort: 30_053 }] } },
    want: ['LB_PROTOCOL_UNSUPPORTED spec.ports[0].protocol'],
  },
  {
    name: 'PROXY protocol',
    asked: annotated({ 'proxy-protocol': '*' }),
    want: [`LB_AWS_NOT_OF_KIND ${annotation('proxy-protocol')}`],
  },
  {
    name: "the client's address on the packets",
    asked: annotated({ 'target-group-attributes': 'preserve_client_ip.enabled=true' }),
    want: [`LB_TARGET_GROUP_ATTRIBUTE ${annotation('target-group-attributes')}`],
  },
  {
    name: 'a health check that only connects',
    asked: annotated({ 'healthcheck-protocol': 'TCP' }),
    want: [`LB_AWS_NOT_OF_KIND ${annotation('healthcheck-protocol')}`],
  },
  {
    name: 'elastic addresses',
    asked: annotated({ 'eip-allocations': 'eipalloc-1,eipalloc-2' }),
    want: [`LB_AWS_NOT_OF_KIND ${annotation('eip-allocations')}`],
  },
  {
    name: 'one zone',
    asked: annotated({ subnets: 'subnet-a' }),
    want: ['LB_SUBNETS_ZONES spec.type'],
  },
]

for (const { name, asked, want } of refused)
  test(`refused: ${name}`, () => {
    const plan = web(asked)
    assert.deepEqual(errorsOf(plan), want)
    assert.deepEqual(plan.resources, [])
  })

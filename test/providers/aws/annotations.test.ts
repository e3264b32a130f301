import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  awsAnnotations,
  awsKeyed,
  awsSettings,
  rows as tableRows,
} from '../../../providers/aws/annotations.ts'
import { aws, beta, read, said, service } from '../../model/service.ts'

interface Row {
  readonly key: string
  readonly text: string
  readonly value?: unknown
  readonly code?: string
  /** Matched against message and hint. */
  readonly says?: RegExp
}

const id = '12345678-1234-1234-1234-123456789012'
const acm = `arn:aws:acm:us-east-1:123456789012:certificate/${id}`
const iam = 'arn:aws:iam::123456789012:server-certificate/shop/edge'

const rows: readonly Row[] = [
  { key: 'type', text: 'nlb', value: 'nlb' },
  { key: 'type', text: 'NLB', code: 'LB_ANNOTATION_CHOICE', says: /did you mean "nlb"/ },
  { key: 'type', text: 'external', value: 'external' },
  { key: 'type', text: 'nlb-ip', value: 'nlb-ip' },
  { key: 'type', text: 'classic', value: 'classic' },
  { key: 'type', text: 'clb', code: 'LB_ANNOTATION_REFUSED', says: /written "classic"/ },
  { key: 'type', text: 'alb', code: 'LB_ANNOTATION_REFUSED', says: /backend-protocol/ },
  { key: 'nlb-target-type', text: 'ip', value: 'ip' },
  { key: 'nlb-target-type', text: 'pod', code: 'LB_ANNOTATION_CHOICE' },
  { key: 'ip-address-type', text: 'dualstack', value: 'dualstack' },
  { key: 'ip-address-type', text: 'ipv6', code: 'LB_ANNOTATION_CHOICE' },
  { key: 'scheme', text: 'internet-facing', value: 'internet-facing' },
  { key: 'scheme', text: 'internet', code: 'LB_ANNOTATION_CHOICE' },
  { key: 'internal', text: '0.0.0.0/0', value: true },
  { key: 'internal', text: 'false', value: false },
  { key: 'backend-protocol', text: 'SSL', value: 'ssl' },
  { key: 'backend-protocol', text: 'HTTPS', value: 'https' },
  { key: 'backend-protocol', text: 'grpc', code: 'LB_ANNOTATION_CHOICE' },
  { key: 'proxy-protocol', text: '*', value: '*' },
  { key: 'proxy-protocol', text: 'true', code: 'LB_ANNOTATION_CHOICE' },
  {
    key: 'ssl-cert',
    text: `${acm}, ${iam}`,
    value: [
      { arn: acm, service: 'acm', region: 'us-east-1', account: '123456789012' },
      { arn: iam, service: 'iam', account: '123456789012' },
    ],
  },
  {
    key: 'ssl-cert',
    text: acm.replace('aws', 'aws-us-gov').replace('us-east-1', 'us-gov-west-1'),
    value: [
      {
        arn: acm.replace('aws', 'aws-us-gov').replace('us-east-1', 'us-gov-west-1'),
        service: 'acm',
        region: 'us-gov-west-1',
        account: '123456789012',
      },
    ],
  },
  { key: 'ssl-cert', text: id, code: 'LB_CERTIFICATE_ARN', says: /begins with "arn:"/ },
  {
    key: 'ssl-cert',
    text: acm.replace('acm', 'acn'),
    code: 'LB_CERTIFICATE_ARN',
    says: /"acm" or "iam", not "acn"/,
  },
  {
    key: 'ssl-cert',
    text: acm.replace('us-east-1', 'us-east'),
    code: 'LB_CERTIFICATE_ARN',
    says: /not a region/,
  },
  { key: 'ssl-cert', text: acm.replace('123456789012', '12'), code: 'LB_CERTIFICATE_ARN', says: /12 digits/ },
  {
    key: 'ssl-cert',
    text: acm.replace('certificate/', 'cert/'),
    code: 'LB_CERTIFICATE_ARN',
    says: /begins with "certificate\/"/,
  },
  {
    key: 'ssl-cert',
    text: iam.replace('iam:', 'iam:us-east-1'),
    code: 'LB_CERTIFICATE_ARN',
    says: /no region/,
  },
  { key: 'ssl-cert', text: `${acm},x`, code: 'LB_CERTIFICATE_ARN', says: /item 2/ },
  { key: 'ssl-ports', text: '*', value: 'all' },
  { key: 'ssl-ports', text: '443, https', value: [443, 'https'] },
  {
    key: 'ssl-negotiation-policy',
    text: 'ELBSecurityPolicy-TLS-1-2-2017-01',
    value: 'ELBSecurityPolicy-TLS-1-2-2017-01',
  },
  { key: 'ssl-negotiation-policy', text: 'TLS-1-2', code: 'LB_ANNOTATION_TEXT' },
  {
    key: 'target-group-attributes',
    text: 'preserve_client_ip.enabled=true,proxy_protocol_v2.enabled=false',
    value: { 'preserve_client_ip.enabled': 'true', 'proxy_protocol_v2.enabled': 'false' },
  },
  {
    key: 'target-group-attributes',
    text: 'preserve_client_ip.enabled=True',
    code: 'LB_ANNOTATION_MAP',
    says: /did you mean "true"/,
  },
  {
    key: 'target-group-attributes',
    text: 'preserve_client_ip.enable=true',
    code: 'LB_ANNOTATION_MAP',
    says: /did you mean "preserve_client_ip\.enabled"/,
  },
  { key: 'target-group-attributes', text: 'a.new.attribute=7', value: { 'a.new.attribute': '7' } },
  {
    key: 'target-group-attributes',
    text: 'deregistration_delay.timeout_seconds=3601',
    code: 'LB_ANNOTATION_MAP',
    says: /most is 3600/,
  },
  { key: 'healthcheck-protocol', text: 'http', value: 'HTTP' },
  { key: 'healthcheck-protocol', text: 'udp', code: 'LB_ANNOTATION_CHOICE' },
  { key: 'healthcheck-port', text: 'traffic-port', value: { is: 'traffic-port' } },
  { key: 'healthcheck-port', text: '10256', value: { is: 'number', port: 10_256 } },
  { key: 'healthcheck-port', text: 'http', value: { is: 'name', name: 'http' } },
  { key: 'healthcheck-port', text: '0', code: 'LB_ANNOTATION_PORTS' },
  { key: 'healthcheck-path', text: '/healthz?full=1', value: '/healthz?full=1' },
  { key: 'healthcheck-path', text: 'healthz', code: 'LB_ANNOTATION_TEXT' },
  { key: 'healthcheck-interval', text: '5', value: 5 },
  { key: 'healthcheck-interval', text: '301', code: 'LB_ANNOTATION_INTEGER' },
  { key: 'healthcheck-timeout', text: '1', code: 'LB_ANNOTATION_INTEGER' },
  { key: 'healthcheck-healthy-threshold', text: '11', code: 'LB_ANNOTATION_INTEGER' },
  { key: 'healthcheck-unhealthy-threshold', text: '2', value: 2 },
  { key: 'healthcheck-success-codes', text: '200-399', value: '200-399' },
  { key: 'healthcheck-success-codes', text: '200,204', value: '200,204' },
  { key: 'healthcheck-success-codes', text: '2xx', code: 'LB_ANNOTATION_TEXT' },
  { key: 'subnets', text: 'subnet-0a1b2c3d, public-b', value: ['subnet-0a1b2c3d', 'public-b'] },
  { key: 'cross-zone-load-balancing-enabled', text: 'True', value: true },
  { key: 'additional-resource-tags', text: 'team=shop, env=', value: { team: 'shop', env: '' } },
  { key: 'additional-resource-tags', text: 'aws:x=1', code: 'LB_ANNOTATION_MAP', says: /"aws:"/ },
  { key: 'additional-resource-tags', text: 'kubernetes.io/cluster/other=owned', code: 'LB_ANNOTATION_MAP' },
  { key: 'additional-resource-tags', text: 'a=b*', code: 'LB_ANNOTATION_MAP', says: /character/ },
  { key: 'name', text: 'shop-edge', value: 'shop-edge' },
  { key: 'name', text: 'internal-shop', code: 'LB_ANNOTATION_TEXT' },
  { key: 'name', text: 'x'.repeat(33), code: 'LB_ANNOTATION_TEXT', says: /33 characters, 32 is the most/ },
  { key: 'eip-allocations', text: 'eipalloc-1, eipalloc-2', value: ['eipalloc-1', 'eipalloc-2'] },
  { key: 'eip-allocations', text: '203.0.113.7', code: 'LB_ANNOTATION_TEXT' },
  {
    key: 'private-ipv4-addresses',
    text: '10.0.1.10, 10.0.2.300',
    code: 'LB_ANNOTATION_TEXT',
    says: /item 2/,
  },
  { key: 'private-ipv4-addresses', text: '2001:db8::1', code: 'LB_ANNOTATION_TEXT', says: /no IPv4/ },
  { key: 'ipv6-addresses', text: '10.0.1.10', code: 'LB_ANNOTATION_TEXT', says: /no IPv6/ },
  { key: 'enable-prefix-for-ipv6-source-nat', text: 'true', code: 'LB_ANNOTATION_CHOICE' },
  { key: 'source-nat-ipv6-prefixes', text: 'auto_assigned', value: ['auto_assigned'] },
  { key: 'source-nat-ipv6-prefixes', text: '2001:db8::/64', code: 'LB_ANNOTATION_CIDR', says: /length 64/ },
  { key: 'source-nat-ipv6-prefixes', text: '10.0.0.0/8', code: 'LB_ANNOTATION_CIDR', says: /no IPv6/ },
  { key: 'alpn-policy', text: 'HTTP2Onli', code: 'LB_ANNOTATION_CHOICE', says: /did you mean "HTTP2Only"/ },
  { key: 'attributes', text: 'dns_record.client_routing_policy=any', code: 'LB_ANNOTATION_MAP' },
  { key: 'attributes', text: 'deletion_protection.enabled=yes', code: 'LB_ANNOTATION_MAP' },
  { key: 'minimum-load-balancer-capacity', text: 'CapacityUnits=3000', value: 3000 },
  { key: 'minimum-load-balancer-capacity', text: 'Units=3000', code: 'LB_ANNOTATION_MAP' },
  { key: 'minimum-load-balancer-capacity', text: 'CapacityUnits=many', code: 'LB_ANNOTATION_MAP' },
  { key: 'access-log-emit-interval', text: '15', code: 'LB_ANNOTATION_CHOICE' },
  { key: 'access-log-enabled', text: 'yes', code: 'LB_ANNOTATION_BOOLEAN' },
  { key: 'security-group-prefix-lists', text: 'pl-1, sg-2', code: 'LB_ANNOTATION_TEXT', says: /item 2/ },
  { key: 'inbound-sg-rules-on-private-link-traffic', text: 'yes', code: 'LB_ANNOTATION_CHOICE' },
  { key: 'quic-enabled-ports', text: '443', value: [443] },
  { key: 'quic-enabled-ports', text: '70000', code: 'LB_ANNOTATION_PORTS' },
  { key: 'proxy-protocol-per-target-group', text: '80, -1', code: 'LB_ANNOTATION_PORTS' },
  { key: 'connection-idle-timeout', text: '60s', code: 'LB_ANNOTATION_INTEGER', says: /leave the unit out/ },
  { key: 'target-node-labels', text: 'pool', value: { pool: '' } },
  { key: 'target-node-labels', text: 'pool=edge, gpu', value: { pool: 'edge', gpu: '' } },
  { key: 'target-node-labels', text: 'pool=edge, =gpu', code: 'LB_ANNOTATION_MAP', says: /no key/ },
]

for (const { key, text, value, code, says } of rows)
  test(`aws annotation: ${key}: ${text}`, () => {
    const result = read(service({}, { annotations: { [`${aws}${key}`]: text } }))
    if (code !== undefined) {
      assert.deepEqual(said(result), [`error ${code} metadata.annotations["${aws}${key}"]`])
      const { message = '', hint = '', accepted } = result.problems[0] ?? {}
      if (code !== 'LB_ANNOTATION_REFUSED') assert.notEqual(accepted, undefined)
      return assert.match(`${message}\n${hint}`, says ?? /./)
    }
    assert.deepEqual(said(result), [])
    assert.deepEqual(
      Object.values(result.lb?.settings ?? {}).map((one) => one?.value),
      [value],
    )
  })

const actionKey = `${beta}actions.TCP-80`
const groups = (...list: readonly unknown[]) =>
  JSON.stringify({ type: 'forward', forwardConfig: { targetGroups: list } })
const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef'

const actions: readonly { readonly name: string; readonly text: string; readonly says: RegExp }[] = [
  { name: 'no JSON', text: 'forward', says: /not JSON/ },
  { name: 'no map', text: '[]', says: /a map of fields/ },
  { name: 'another type', text: '{"type":"redirect"}', says: /"forward", not "redirect"/ },
  { name: 'no target group', text: '{"type":"forward"}', says: /at least one/ },
  {
    name: 'both of ARN and Service',
    text: groups({ targetGroupARN: arn, serviceName: 'a' }),
    says: /exactly one/,
  },
  { name: 'neither', text: groups({ weight: 1 }), says: /exactly one/ },
  { name: 'a Service without a port', text: groups({ serviceName: 'a' }), says: /needs a servicePort/ },
  {
    name: 'two without weights',
    text: groups({ serviceName: 'a', servicePort: 80 }, { targetGroupARN: arn }),
    says: /each needs a weight/,
  },
  { name: 'a weight of 1000', text: groups({ targetGroupARN: arn, weight: 1000 }), says: /0 to 999/ },
  { name: 'no ARN', text: groups({ targetGroupARN: 'web' }), says: /not the ARN of a target group/ },
  {
    name: 'six',
    text: groups(...Array.from({ length: 6 }, () => ({ targetGroupARN: arn, weight: 1 }))),
    says: /5 is the most/,
  },
  {
    name: 'sticky for ever',
    text: JSON.stringify({
      type: 'forward',
      forwardConfig: {
        targetGroups: [{ targetGroupARN: arn }],
        targetGroupStickinessConfig: { durationSeconds: 1e9 },
      },
    }),
    says: /1 to 604800/,
  },
]

for (const { name, text, says } of actions)
  test(`aws action: ${name}`, () => {
    const result = read(service({}, { annotations: { [actionKey]: text } }))
    assert.deepEqual(said(result), [`error LB_AWS_ACTION metadata.annotations["${actionKey}"]`])
    assert.match(`${result.problems[0]?.message}`, says)
  })

test('aws action: either spelling of its fields', () => {
  const text =
    '{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"a","ServicePort":"80","Weight":3}]}}'
  const { lb } = read(service({}, { annotations: { [actionKey]: text } }))
  assert.deepEqual(lb === undefined ? undefined : awsKeyed(lb).actions?.['TCP-80']?.value, {
    targets: [{ service: { name: 'a', port: 80 }, weight: 3 }],
  })
})

test('aws annotation: settings are typed', () => {
  const { lb } = read(service({}, { annotations: { [`${aws}healthcheck-interval`]: '30' } }))
  assert.ok(lb !== undefined)
  const interval: number | undefined = awsSettings(lb).healthCheckInterval?.value
  assert.equal(interval, 30)
})

test('aws annotation: each example is accepted', () => {
  for (const [name, { key, type, example }] of Object.entries(tableRows)) {
    const parsed = type.parse(example)
    assert.ok(parsed.ok, `${name}: ${key}: ${example}`)
  }
})

test('aws annotation: a sentence for every row', () => {
  for (const { key, doc, verdict } of Object.values(awsAnnotations)) {
    assert.ok(key.startsWith(beta) || key.startsWith('lb-controller.io/'), key)
    assert.match(doc, /^[A-Z].*\.$/, key)
    if (verdict.is !== 'implemented') assert.doesNotMatch(verdict.why, /^[A-Z][a-z]|\.$/, key)
  }
})

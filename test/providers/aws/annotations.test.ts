import assert from 'node:assert/strict'
import { test } from 'node:test'
import { awsAnnotations, awsSettings, rows as tableRows } from '../../../providers/aws/annotations.ts'
import { liveAnnotations } from '../../../providers/aws/annotations-live.ts'
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
  { key: 'type', text: 'external', code: 'LB_ANNOTATION_REFUSED', says: /AWS Load Balancer Controller/ },
  { key: 'type', text: 'nlb-ip', code: 'LB_ANNOTATION_REFUSED', says: /pods as targets/ },
  { key: 'type', text: 'classic', code: 'LB_ANNOTATION_REFUSED', says: /Classic/ },
  { key: 'nlb-target-type', text: 'ip', code: 'LB_ANNOTATION_REFUSED' },
  { key: 'nlb-target-type', text: 'instance', value: 'instance' },
  { key: 'ip-address-type', text: 'dualstack', code: 'LB_ANNOTATION_REFUSED' },
  { key: 'scheme', text: 'internet-facing', value: 'internet-facing' },
  { key: 'scheme', text: 'internet', code: 'LB_ANNOTATION_CHOICE' },
  { key: 'internal', text: '0.0.0.0/0', value: true },
  { key: 'internal', text: 'false', value: false },
  { key: 'backend-protocol', text: 'SSL', value: 'ssl' },
  { key: 'backend-protocol', text: 'http', code: 'LB_ANNOTATION_REFUSED', says: /application load balancer/ },
  {
    key: 'backend-protocol',
    text: 'HTTPS',
    code: 'LB_ANNOTATION_REFUSED',
    says: /application load balancer/,
  },
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
]

for (const { key, text, value, code, says } of rows)
  test(`aws annotation: ${key}: ${text}`, () => {
    const result = read(service({}, { annotations: { [`${aws}${key}`]: text } }))
    if (code !== undefined) {
      assert.deepEqual(said(result), [`error ${code} metadata.annotations["${aws}${key}"]`])
      const { message = '', hint = '' } = result.problems[0] ?? {}
      return assert.match(`${message}\n${hint}`, says ?? /./)
    }
    assert.deepEqual(said(result), [])
    assert.deepEqual(
      Object.values(result.lb?.settings ?? {}).map((one) => one?.value),
      [value],
    )
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
    assert.ok(key.startsWith(beta), key)
    assert.match(doc, /^[A-Z].*\.$/, key)
    if (verdict.is !== 'implemented') assert.doesNotMatch(verdict.why, /^[A-Z][a-z]|\.$/, key)
  }
})

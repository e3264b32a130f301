import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { CreateListenerInput, CreateTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2'
import { forward, refusal, startRig, subnet } from './rig.ts'

const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-4333-8444-555555555555'

async function startWeb(t: TestContext) {
  const rig = await startRig(t)
  const application = (name = 'web', more: object = {}) =>
    rig.balancer(name, { Type: 'application', Subnets: [subnet('a'), subnet('b')], ...more })
  const targets = async (name: string, more: Partial<CreateTargetGroupInput> = {}): Promise<string> => {
    const { TargetGroups } = await rig.elb.createTargetGroup({
      Name: name,
      Protocol: 'HTTP',
      Port: 30_080,
      VpcId: 'vpc-0a1',
      ...more,
    })
    return TargetGroups?.[0]?.TargetGroupArn ?? ''
  }
  const listen = (input: Partial<CreateListenerInput>) =>
    rig.elb.createListener({ LoadBalancerArn: '', Protocol: 'HTTP', Port: 80, DefaultActions: [], ...input })
  return { ...rig, application, targets, listen }
}

test('two zones at least, also when they change', async (t) => {
  const { elb, application } = await startWeb(t)
  assert.equal(await refusal(application('web', { Subnets: [subnet('a')] })), 'ValidationError')
  const LoadBalancerArn = await application()
  assert.equal(await refusal(elb.setSubnets({ LoadBalancerArn, Subnets: [subnet('a')] })), 'ValidationError')
  const { AvailabilityZones } = await elb.setSubnets({ LoadBalancerArn, Subnets: [subnet('b'), subnet('c')] })
  assert.deepEqual(
    AvailabilityZones?.map(({ SubnetId }) => SubnetId),
    [subnet('b'), subnet('c')],
  )
})

test('no addresses of its own choice, and it is not at work at once', async (t) => {
  const { clock, elb, application } = await startWeb(t)
  const SubnetMappings = [
    { SubnetId: subnet('a'), PrivateIPv4Address: '10.0.10.9' },
    { SubnetId: subnet('b') },
  ]
  assert.equal(
    await refusal(application('web', { Subnets: undefined, SubnetMappings })),
    'InvalidConfigurationRequest',
  )
  const arn = await application()
  assert.match(arn, /:loadbalancer\/app\/web\//)
  const state = async () => {
    const { LoadBalancers } = await elb.describeLoadBalancers({ LoadBalancerArns: [arn] })
    return LoadBalancers?.[0]?.State?.Code
  }
  assert.equal(await state(), 'provisioning')
  await clock.advance(2_000)
  assert.equal(await state(), 'active')
})

test('it is in the default group of its VPC until told otherwise, and never in none', async (t) => {
  const { elb, cloud, application } = await startWeb(t)
  cloud.world.vpcs.put('vpc-0b2', { id: 'vpc-0b2', cidr: '10.9.0.0/16', tags: {} })
  for (const name of ['default', 'other'])
    cloud.world.securityGroups.put(`sg-0${name}2`, {
      id: `sg-0${name}2`,
      vpcId: 'vpc-0b2',
      name,
      description: 'of another VPC',
      tags: {},
    })
  const LoadBalancerArn = await application()
  const groups = async () => {
    const { LoadBalancers } = await elb.describeLoadBalancers({ LoadBalancerArns: [LoadBalancerArn] })
    return LoadBalancers?.[0]?.SecurityGroups
  }
  assert.deepEqual(await groups(), ['sg-0default'])
  await elb.setSecurityGroups({ LoadBalancerArn, SecurityGroups: ['sg-0node'] })
  assert.deepEqual(await groups(), ['sg-0node'])
  for (const SecurityGroups of [[], ['sg-0other2'], ['sg-0gone']])
    assert.notEqual(await refusal(elb.setSecurityGroups({ LoadBalancerArn, SecurityGroups })), 'ok')
  assert.equal(await refusal(application('api', { SecurityGroups: ['sg-0other2'] })), 'InvalidSecurityGroup')
})

test('a name is one of both kinds', async (t) => {
  const { balancer, application } = await startWeb(t)
  await balancer('web')
  assert.equal(await refusal(application('web')), 'DuplicateLoadBalancerName')
  const arn = await application('api')
  assert.equal(await application('api'), arn, 'the same again is the one that is there')
})

const refused: readonly { name: string; listener: Partial<CreateListenerInput>; code: string }[] = [
  { name: 'TCP', listener: { Protocol: 'TCP' }, code: 'ValidationError' },
  { name: 'HTTPS without a certificate', listener: { Protocol: 'HTTPS' }, code: 'ValidationError' },
  {
    name: 'HTTPS with one that nobody has',
    listener: { Protocol: 'HTTPS', Certificates: [{ CertificateArn: certificate.replace(/1/g, '9') }] },
    code: 'CertificateNotFound',
  },
  {
    name: 'a policy of TLS beside HTTP',
    listener: { SslPolicy: 'ELBSecurityPolicy-2016-08' },
    code: 'ValidationError',
  },
  {
    name: 'ALPN',
    listener: {
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificate }],
      AlpnPolicy: ['HTTP2Preferred'],
    },
    code: 'InvalidConfigurationRequest',
  },
]

for (const { name, listener, code } of refused)
  test(`a listener is refused: ${name}`, async (t) => {
    const { application, targets, listen } = await startWeb(t)
    const LoadBalancerArn = await application()
    const DefaultActions = forward(await targets('web-80'))
    assert.equal(await refusal(listen({ LoadBalancerArn, DefaultActions, ...listener })), code)
  })

test('it sends to groups of HTTP and HTTPS, and a network load balancer to neither', async (t) => {
  const { application, balancer, group, targets, listen } = await startWeb(t)
  const LoadBalancerArn = await application()
  const [plain, tcp] = [await targets('web-80'), await group('web-tcp')]
  const onTcp = listen({ LoadBalancerArn, DefaultActions: forward(tcp) })
  assert.equal(await refusal(onTcp), 'IncompatibleProtocols')
  await listen({ LoadBalancerArn, DefaultActions: forward(plain) })
  const second = listen({ LoadBalancerArn, DefaultActions: forward(await targets('web-81')) })
  assert.equal(await refusal(second), 'DuplicateListener')
  const network = await balancer('net')
  const onWeb = listen({ LoadBalancerArn: network, Protocol: 'TCP', DefaultActions: forward(plain) })
  assert.equal(await refusal(onWeb), 'IncompatibleProtocols')
})

test('shares of requests, and how long a client stays with its share', async (t) => {
  const { elb, application, targets, listen } = await startWeb(t)
  const LoadBalancerArn = await application()
  const [blue, green] = [await targets('blue'), await targets('green')]
  const action = (sticky: object) => [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: blue, Weight: 90 },
          { TargetGroupArn: green, Weight: 10 },
        ],
        TargetGroupStickinessConfig: { Enabled: true, ...sticky },
      },
    },
  ]
  assert.equal(await refusal(listen({ LoadBalancerArn, DefaultActions: action({}) })), 'ValidationError')
  await listen({ LoadBalancerArn, DefaultActions: action({ DurationSeconds: 600 }) })
  const { Listeners } = await elb.describeListeners({ LoadBalancerArn })
  assert.deepEqual(Listeners?.[0]?.DefaultActions?.[0]?.ForwardConfig, {
    TargetGroups: [
      { TargetGroupArn: blue, Weight: 90 },
      { TargetGroupArn: green, Weight: 10 },
    ],
    TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 600 },
  })
})

interface Attribute {
  readonly name: string
  readonly on: 'balancer' | 'targets' | 'http' | 'https'
  readonly set: Readonly<Record<string, string>>
  readonly code: string
}

const attributes: readonly Attribute[] = [
  { name: 'idle time', on: 'balancer', set: { 'idle_timeout.timeout_seconds': '4000' }, code: 'ok' },
  {
    name: 'too long',
    on: 'balancer',
    set: { 'idle_timeout.timeout_seconds': '4001' },
    code: 'ValidationError',
  },
  {
    name: 'X-Forwarded-For',
    on: 'balancer',
    set: {
      'routing.http.xff_header_processing.mode': 'preserve',
      'routing.http.xff_client_port.enabled': 'true',
    },
    code: 'ok',
  },
  {
    name: 'what only a network load balancer has',
    on: 'balancer',
    set: { 'dns_record.client_routing_policy': 'any_availability_zone' },
    code: 'ValidationError',
  },
  {
    name: 'not across zones',
    on: 'balancer',
    set: { 'load_balancing.cross_zone.enabled': 'false' },
    code: 'ValidationError',
  },
  {
    name: 'logs to no bucket',
    on: 'balancer',
    set: { 'connection_logs.s3.enabled': 'true' },
    code: 'InvalidConfigurationRequest',
  },
  {
    name: 'a cookie',
    on: 'targets',
    set: { 'stickiness.enabled': 'true', 'stickiness.type': 'lb_cookie' },
    code: 'ok',
  },
  { name: 'by address', on: 'targets', set: { 'stickiness.type': 'source_ip' }, code: 'ValidationError' },
  {
    name: "the application's cookie without its name",
    on: 'targets',
    set: { 'stickiness.enabled': 'true', 'stickiness.type': 'app_cookie' },
    code: 'ValidationError',
  },
  {
    name: 'PROXY protocol',
    on: 'targets',
    set: { 'proxy_protocol_v2.enabled': 'true' },
    code: 'ValidationError',
  },
  {
    name: 'a slow start that is none',
    on: 'targets',
    set: { 'slow_start.duration_seconds': '5' },
    code: 'ValidationError',
  },
  {
    name: 'no server header',
    on: 'http',
    set: { 'routing.http.response.server.enabled': 'false' },
    code: 'ok',
  },
  {
    name: 'idle time of a connection',
    on: 'http',
    set: { 'tcp.idle_timeout.seconds': '60' },
    code: 'ValidationError',
  },
  {
    name: 'the name of a header of TLS, without TLS',
    on: 'http',
    set: { 'routing.http.request.x_amzn_tls_version.header_name': 'X-Tls' },
    code: 'ValidationError',
  },
  {
    name: 'the name of a header of TLS',
    on: 'https',
    set: { 'routing.http.request.x_amzn_tls_version.header_name': 'X-Tls' },
    code: 'ok',
  },
]

for (const { name, on, set, code } of attributes)
  test(`an attribute of ${on}, ${name}: ${code}`, async (t) => {
    const { elb, application, targets, listen } = await startWeb(t)
    const LoadBalancerArn = await application()
    const TargetGroupArn = await targets('web-80')
    const Attributes = Object.entries(set).map(([Key, Value]) => ({ Key, Value }))
    if (on === 'balancer')
      return assert.equal(
        await refusal(elb.modifyLoadBalancerAttributes({ LoadBalancerArn, Attributes })),
        code,
      )
    if (on === 'targets')
      return assert.equal(
        await refusal(elb.modifyTargetGroupAttributes({ TargetGroupArn, Attributes })),
        code,
      )
    const { Listeners } = await listen({
      LoadBalancerArn,
      DefaultActions: forward(TargetGroupArn),
      ...(on === 'https' ? { Protocol: 'HTTPS', Certificates: [{ CertificateArn: certificate }] } : {}),
    })
    const ListenerArn = Listeners?.[0]?.ListenerArn ?? ''
    assert.equal(await refusal(elb.modifyListenerAttributes({ ListenerArn, Attributes })), code)
    const shown = await elb.describeListenerAttributes({ ListenerArn })
    for (const { Key, Value } of code === 'ok' ? Attributes : [])
      assert.equal(shown.Attributes?.find((one) => one.Key === Key)?.Value, Value)
  })

test('targets are asked over HTTP, and are well after a while', async (t) => {
  const { elb, cloud, clock, application, targets, listen } = await startWeb(t)
  cloud.addInstance({ id: 'i-1', az: 'a' })
  cloud.addInstance({ id: 'i-2', az: 'c' })
  const LoadBalancerArn = await application()
  const TargetGroupArn = await targets('web-80')
  assert.equal(
    await refusal(elb.modifyTargetGroup({ TargetGroupArn, HealthCheckProtocol: 'TCP' })),
    'ValidationError',
  )
  await elb.registerTargets({ TargetGroupArn, Targets: [{ Id: 'i-1' }, { Id: 'i-2' }] })
  const health = async () => {
    const { TargetHealthDescriptions } = await elb.describeTargetHealth({ TargetGroupArn })
    return TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State)
  }
  assert.deepEqual(await health(), ['unused', 'unused'])
  await listen({ LoadBalancerArn, DefaultActions: forward(TargetGroupArn) })
  assert.deepEqual(
    await health(),
    ['initial', 'unused'],
    'the other one is in a zone that it does not stand in',
  )
  await clock.advance(3_000)
  assert.deepEqual(await health(), ['healthy', 'unused'])
})

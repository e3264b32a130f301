import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ElasticLoadBalancing, type Listener } from '@aws-sdk/client-elastic-load-balancing'
import { defaultCertificate } from '../../../localstack/aws/state/seed.ts'
import { refusal, startRig, subnet } from './rig.ts'

const certificate = defaultCertificate('us-east-1', '123456789012')
const tcp = (port = 80, instancePort = 30_080): Listener => ({
  LoadBalancerPort: port,
  Protocol: 'TCP',
  InstancePort: instancePort,
  InstanceProtocol: 'TCP',
})
const ssl: Listener = {
  LoadBalancerPort: 443,
  Protocol: 'SSL',
  InstancePort: 30_443,
  InstanceProtocol: 'TCP',
  SSLCertificateId: certificate,
}
const LoadBalancerName = 'web'

async function rig(t: TestContext, options: Parameters<typeof startRig>[1] = {}) {
  const { cloud, clock, url, ec2 } = await startRig(t, options)
  const elb = new ElasticLoadBalancing({
    endpoint: url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  t.after(() => elb.destroy())
  for (const id of ['i-a', 'i-b']) cloud.addInstance({ id, az: id.slice(-1) })
  const make = (more: Partial<Parameters<typeof elb.createLoadBalancer>[0]> = {}) =>
    elb.createLoadBalancer({
      LoadBalancerName,
      Listeners: [tcp()],
      Subnets: [subnet('a'), subnet('b')],
      Scheme: 'internal',
      ...more,
    })
  const seen = async () => {
    const { LoadBalancerDescriptions } = await elb.describeLoadBalancers({
      LoadBalancerNames: [LoadBalancerName],
    })
    const [found] = LoadBalancerDescriptions ?? []
    if (found === undefined) throw new Error('there is none')
    return found
  }
  return { cloud, clock, ec2, elb, make, seen }
}

test('it is made in one call, in the default group, and told as the older API tells it', async (t) => {
  const { make, seen } = await rig(t)
  const { DNSName } = await make({ Tags: [{ Key: 'team', Value: 'shop' }] })
  assert.match(DNSName ?? '', /^internal-web-\d+\.us-east-1\.elb\.amazonaws\.com$/)
  const found = await seen()
  assert.deepEqual(found.Subnets, [subnet('a'), subnet('b')])
  assert.deepEqual(found.SecurityGroups, ['sg-0default'])
  assert.deepEqual(found.ListenerDescriptions, [{ Listener: tcp(), PolicyNames: [] }])
  assert.equal(found.HealthCheck?.Target, 'TCP:30080')
  assert.equal(found.Scheme, 'internal')
})

interface Refusal {
  readonly name: string
  readonly code: string
  readonly call: (made: Awaited<ReturnType<typeof rig>>) => Promise<unknown>
}

const policy = { LoadBalancerName, PolicyName: 'proxy', PolicyTypeName: 'ProxyProtocolPolicyType' }
const PolicyAttributes = [{ AttributeName: 'ProxyProtocol', AttributeValue: 'true' }]
const check = { Target: 'TCP:1', Interval: 10, Timeout: 5, HealthyThreshold: 2, UnhealthyThreshold: 2 }

const refusals: readonly Refusal[] = [
  { name: 'a name that is taken', code: 'DuplicateLoadBalancerName', call: ({ make }) => make() },
  {
    name: 'a name that is too long',
    code: 'ValidationError',
    call: ({ make }) => make({ LoadBalancerName: 'w'.repeat(33) }),
  },
  { name: 'no listener', code: 'ValidationError', call: ({ make }) => make({ Listeners: [] }) },
  {
    name: 'a scheme that is none',
    code: 'InvalidScheme',
    call: ({ make }) => make({ LoadBalancerName: 'x', Scheme: 'public' }),
  },
  {
    name: 'a subnet that is none',
    code: 'SubnetNotFound',
    call: ({ make }) => make({ LoadBalancerName: 'x', Subnets: ['subnet-x'] }),
  },
  {
    name: 'a group that is none',
    code: 'InvalidSecurityGroup',
    call: ({ make }) => make({ LoadBalancerName: 'x', SecurityGroups: ['sg-x'] }),
  },
  {
    name: 'TLS without a certificate',
    code: 'ValidationError',
    call: ({ make }) => make({ LoadBalancerName: 'x', Listeners: [{ ...ssl, SSLCertificateId: undefined }] }),
  },
  {
    name: 'a certificate that is none',
    code: 'CertificateNotFound',
    call: ({ make }) =>
      make({ LoadBalancerName: 'x', Listeners: [{ ...ssl, SSLCertificateId: `${certificate}0` }] }),
  },
  {
    name: 'HTTP in front of TCP',
    code: 'InvalidConfigurationRequest',
    call: ({ make }) => make({ LoadBalancerName: 'x', Listeners: [{ ...tcp(), Protocol: 'HTTP' }] }),
  },
  {
    name: 'another listener on the port',
    code: 'DuplicateListener',
    call: ({ elb }) => elb.createLoadBalancerListeners({ LoadBalancerName, Listeners: [tcp(80, 30_081)] }),
  },
  {
    name: 'a load balancer that is none',
    code: 'LoadBalancerNotFound',
    call: ({ elb }) => elb.describeLoadBalancers({ LoadBalancerNames: ['other'] }),
  },
  {
    name: 'a certificate for a port without a listener',
    code: 'ListenerNotFound',
    call: ({ elb }) =>
      elb.setLoadBalancerListenerSSLCertificate({
        LoadBalancerName,
        LoadBalancerPort: 81,
        SSLCertificateId: certificate,
      }),
  },
  {
    name: 'an instance that is none',
    code: 'InvalidInstance',
    call: ({ elb }) =>
      elb.registerInstancesWithLoadBalancer({ LoadBalancerName, Instances: [{ InstanceId: 'i-x' }] }),
  },
  {
    name: 'an instance that is not registered',
    code: 'InvalidInstance',
    call: ({ elb }) =>
      elb.deregisterInstancesFromLoadBalancer({ LoadBalancerName, Instances: [{ InstanceId: 'i-a' }] }),
  },
  {
    name: 'a health check that does not end before the next',
    code: 'ValidationError',
    call: ({ elb }) => elb.configureHealthCheck({ LoadBalancerName, HealthCheck: { ...check, Timeout: 10 } }),
  },
  {
    name: 'a health check over HTTP without a path',
    code: 'ValidationError',
    call: ({ elb }) =>
      elb.configureHealthCheck({ LoadBalancerName, HealthCheck: { ...check, Target: 'HTTP:80' } }),
  },
  {
    name: 'access logs without a bucket',
    code: 'InvalidConfigurationRequest',
    call: ({ elb }) =>
      elb.modifyLoadBalancerAttributes({
        LoadBalancerName,
        LoadBalancerAttributes: { AccessLog: { Enabled: true } },
      }),
  },
  {
    name: 'a type of policy that is none',
    code: 'PolicyTypeNotFound',
    call: ({ elb }) => elb.createLoadBalancerPolicy({ ...policy, PolicyTypeName: 'Other', PolicyAttributes }),
  },
  {
    name: 'a predefined policy that is none',
    code: 'InvalidConfigurationRequest',
    call: ({ elb }) =>
      elb.createLoadBalancerPolicy({
        ...policy,
        PolicyTypeName: 'SSLNegotiationPolicyType',
        PolicyAttributes: [{ AttributeName: 'Reference-Security-Policy', AttributeValue: 'Mine' }],
      }),
  },
  {
    name: 'a policy that was not made, on a port of the instances',
    code: 'PolicyNotFound',
    call: ({ elb }) =>
      elb.setLoadBalancerPoliciesForBackendServer({
        LoadBalancerName,
        InstancePort: 30_080,
        PolicyNames: ['proxy'],
      }),
  },
  {
    name: 'the last subnet taken away',
    code: 'InvalidConfigurationRequest',
    call: ({ elb }) =>
      elb.detachLoadBalancerFromSubnets({ LoadBalancerName, Subnets: [subnet('a'), subnet('b')] }),
  },
  {
    name: 'tags of two at a time',
    code: 'ValidationError',
    call: ({ elb }) =>
      elb.addTags({
        LoadBalancerNames: [LoadBalancerName, 'other'],
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
  },
  {
    name: 'more of them than the account may have',
    code: 'TooManyLoadBalancers',
    call: ({ make }) => make({ LoadBalancerName: 'x' }),
  },
]

for (const { name, code, call } of refusals)
  test(`refused: ${name}`, async (t) => {
    const made = await rig(t, { limits: { classicLoadBalancers: 1 } })
    await made.make()
    assert.equal(await refusal(call(made)), code)
  })

test('deleting what is not there succeeds, and its interfaces linger with their groups', async (t) => {
  const { make, elb, ec2, clock } = await rig(t, { switches: { eniLingerMs: 5_000 } })
  const { GroupId = '' } = await ec2.createSecurityGroup({
    GroupName: 'own',
    Description: 'own',
    VpcId: 'vpc-0a1',
  })
  await make({ SecurityGroups: [GroupId] })
  assert.equal(await refusal(ec2.deleteSecurityGroup({ GroupId })), 'DependencyViolation')
  await elb.deleteLoadBalancer({ LoadBalancerName })
  await elb.deleteLoadBalancer({ LoadBalancerName })
  assert.equal(await refusal(ec2.deleteSecurityGroup({ GroupId })), 'DependencyViolation')
  await clock.advance(5_000)
  assert.equal(await refusal(ec2.deleteSecurityGroup({ GroupId })), 'ok')
})

test('a listener that ends TLS comes with the policy of AWS, and another one takes its place', async (t) => {
  const { make, seen, elb } = await rig(t)
  await make({ Listeners: [ssl] })
  assert.deepEqual((await seen()).ListenerDescriptions?.[0]?.PolicyNames, ['ELBSecurityPolicy-2016-08'])
  assert.deepEqual((await seen()).Policies?.OtherPolicies, ['ELBSecurityPolicy-2016-08'])
  await elb.createLoadBalancerPolicy({
    LoadBalancerName,
    PolicyName: 'mine',
    PolicyTypeName: 'SSLNegotiationPolicyType',
    PolicyAttributes: [
      { AttributeName: 'Reference-Security-Policy', AttributeValue: 'ELBSecurityPolicy-TLS-1-2-2017-01' },
    ],
  })
  const set = { LoadBalancerName, LoadBalancerPort: 443 }
  await elb.setLoadBalancerPoliciesOfListener({ ...set, PolicyNames: ['mine'] })
  assert.deepEqual((await seen()).ListenerDescriptions?.[0]?.PolicyNames, ['mine'])
  const gone = { LoadBalancerName, PolicyName: 'mine' }
  assert.equal(await refusal(elb.deleteLoadBalancerPolicy(gone)), 'InvalidConfigurationRequest')
  await elb.setLoadBalancerPoliciesOfListener({ ...set, PolicyNames: [] })
  assert.equal(await refusal(elb.deleteLoadBalancerPolicy(gone)), 'ok')
})

test('PROXY protocol is set on a port that a listener sends to, and stays when that listener goes', async (t) => {
  const { make, seen, elb } = await rig(t)
  await make()
  await elb.createLoadBalancerPolicy({ ...policy, PolicyAttributes })
  assert.equal(
    await refusal(elb.createLoadBalancerPolicy({ ...policy, PolicyAttributes })),
    'DuplicatePolicyName',
  )
  const set = { LoadBalancerName, InstancePort: 30_080, PolicyNames: ['proxy'] }
  assert.equal(
    await refusal(elb.setLoadBalancerPoliciesForBackendServer({ ...set, InstancePort: 30_081 })),
    'InvalidConfigurationRequest',
  )
  await elb.setLoadBalancerPoliciesForBackendServer(set)
  await elb.deleteLoadBalancerListeners({ LoadBalancerName, LoadBalancerPorts: [80] })
  assert.deepEqual((await seen()).BackendServerDescriptions, [
    { InstancePort: 30_080, PolicyNames: ['proxy'] },
  ])
  await elb.setLoadBalancerPoliciesForBackendServer({ ...set, PolicyNames: [] })
  assert.deepEqual((await seen()).BackendServerDescriptions, [])
})

test('an instance is in service after a while, and out when its checks fail or its zone is not there', async (t) => {
  const { cloud, clock, make, elb } = await rig(t)
  await make({ Subnets: [subnet('a')] })
  const Instances = [{ InstanceId: 'i-a' }, { InstanceId: 'i-b' }]
  const answer = await elb.registerInstancesWithLoadBalancer({ LoadBalancerName, Instances })
  assert.deepEqual(answer.Instances, Instances)
  const states = async () =>
    (await elb.describeInstanceHealth({ LoadBalancerName })).InstanceStates?.map((one) => one.State)
  assert.deepEqual(await states(), ['OutOfService', 'OutOfService'])
  await clock.advance(3_000)
  assert.deepEqual(await states(), ['InService', 'OutOfService'])
  cloud.setUnhealthy('i-a')
  assert.deepEqual(await states(), ['OutOfService', 'OutOfService'])
  cloud.removeInstance('i-a')
  assert.deepEqual(await states(), ['OutOfService'], 'one that ends is taken out')
})

test('a subnet of a zone that it is in takes the place of the one there', async (t) => {
  const { make, seen, elb } = await rig(t)
  await make()
  const more = { LoadBalancerName, Subnets: [subnet('a', 'pub'), subnet('c')] }
  const { Subnets } = await elb.attachLoadBalancerToSubnets(more)
  assert.deepEqual(Subnets, [subnet('b'), subnet('a', 'pub'), subnet('c')])
  await elb.detachLoadBalancerFromSubnets({ LoadBalancerName, Subnets: [subnet('b')] })
  assert.deepEqual((await seen()).Subnets, [subnet('a', 'pub'), subnet('c')])
})

test('attributes are set structure by structure', async (t) => {
  const { make, elb } = await rig(t)
  await make()
  await elb.modifyLoadBalancerAttributes({
    LoadBalancerName,
    LoadBalancerAttributes: {
      AccessLog: { Enabled: true, S3BucketName: 'logs' },
      ConnectionSettings: { IdleTimeout: 120 },
    },
  })
  const { LoadBalancerAttributes: seen } = await elb.describeLoadBalancerAttributes({ LoadBalancerName })
  assert.deepEqual(seen?.AccessLog, { Enabled: true, EmitInterval: 60, S3BucketName: 'logs' })
  assert.deepEqual(seen.ConnectionSettings, { IdleTimeout: 120 })
  assert.deepEqual(seen.ConnectionDraining, { Enabled: false, Timeout: 300 })
})

test('the list comes in pages and lags, by name it is as it is; tags are told of twenty at a time', async (t) => {
  const { clock, make, elb } = await rig(t, { switches: { listLag: 5_000 } })
  for (const name of ['a', 'b', 'c'])
    await make({ LoadBalancerName: name, Tags: [{ Key: 'n', Value: name }] })
  assert.deepEqual((await elb.describeLoadBalancers({})).LoadBalancerDescriptions, [])
  const named = await elb.describeLoadBalancers({ LoadBalancerNames: ['b'] })
  assert.equal(named.LoadBalancerDescriptions?.length, 1)
  await clock.advance(5_000)
  const first = await elb.describeLoadBalancers({ PageSize: 2 })
  const second = await elb.describeLoadBalancers({ PageSize: 2, Marker: first.NextMarker })
  assert.deepEqual(
    [first, second].map((page) => page.LoadBalancerDescriptions?.map((one) => one.LoadBalancerName)),
    [['a', 'b'], ['c']],
  )
  const { TagDescriptions } = await elb.describeTags({ LoadBalancerNames: ['c', 'a'] })
  assert.deepEqual(
    TagDescriptions?.map((one) => one.Tags),
    [[{ Key: 'n', Value: 'c' }], [{ Key: 'n', Value: 'a' }]],
  )
  const names = Array.from({ length: 21 }, (_, at) => `n${at}`)
  assert.equal(await refusal(elb.describeTags({ LoadBalancerNames: names })), 'ValidationError')
})

test('calls of the older API are denied, throttled and cut like the others', async (t) => {
  const { cloud, make, elb } = await rig(t)
  cloud.deny('elb:CreateLoadBalancer')
  assert.equal(await refusal(make()), 'AccessDenied')
  cloud.allow('elb:CreateLoadBalancer')
  cloud.cutAt({ call: 1, effect: 'after' })
  assert.notEqual(await refusal(make()), 'ok')
  assert.ok(cloud.world.classicLoadBalancers.get(LoadBalancerName), 'it took effect')
  cloud.switches.throttle = { 'elb:write': { rate: 1, burst: 1 } }
  const add = () => elb.createLoadBalancerListeners({ LoadBalancerName, Listeners: [tcp(81)] })
  assert.equal(await refusal(add()), 'ok')
  assert.equal(await refusal(add()), 'Throttling')
  const dumped = cloud.dump()['classicLoadBalancers'] as Record<string, { listeners: object }>
  assert.deepEqual(Object.keys(dumped[LoadBalancerName]?.listeners ?? {}), ['TCP:80', 'TCP:81'])
})

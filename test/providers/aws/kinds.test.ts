import assert from 'node:assert/strict'
import test from 'node:test'
import { isMutating } from '../../../localstack/aws/throttle.ts'
import { seeded } from '../../../localstack/aws/state/seed.ts'
import type { Contribution } from '../../../src/plan/merge.ts'
import type { Resource } from '../../../src/plan/resource.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import type { TargetNode } from '../../../src/model/nodes.ts'
import { createTestWorld, never, nodeNamed, readInput, readService, type TestWorld } from './world.ts'
import { Walk } from './walk.ts'

async function wishOf(
  world: TestWorld,
  service: ServiceObject,
  nodes: readonly TargetNode[] = world.nodes,
): Promise<Contribution> {
  const lb = readService(service, world.provider)
  const { resources, problems } = world.provider.desired(lb, await world.context(lb, { nodes }))
  assert.deepEqual(
    problems.filter((problem) => problem.severity === 'error'),
    [],
  )
  return { owner: lb.owner, created: lb.created, resources }
}

const mutating = (world: TestWorld): readonly string[] =>
  world.cloud.log.filter((entry) => isMutating(entry.action)).map((entry) => entry.action)

const key = (suffix: string) => `service.beta.kubernetes.io/aws-load-balancer-${suffix}`

function edited(
  service: ServiceObject,
  annotations: Readonly<Record<string, string>>,
  spec: NonNullable<ServiceObject['spec']> = {},
): ServiceObject {
  const more = Object.entries(annotations).map(([suffix, value]) => [key(suffix), value])
  return {
    ...service,
    metadata: {
      ...service.metadata,
      annotations: { ...service.metadata.annotations, ...Object.fromEntries(more) },
    },
    spec: { ...service.spec, ...spec },
  }
}

test('a Service with one port takes five mutating calls', async () => {
  const world = createTestWorld()
  await new Walk(world.provider).apply([await wishOf(world, readInput('web.yaml'))])
  assert.deepEqual(mutating(world).toSorted(), [
    'AuthorizeSecurityGroupIngress',
    'CreateListener',
    'CreateLoadBalancer',
    'CreateTargetGroup',
    'RegisterTargets',
  ])
})

for (const input of ['web.yaml', 'local-ranges.yaml', 'tls.yaml', 'dns.yaml']) {
  test(`what was made reads back as it was asked for, and goes without a trace: ${input}`, async () => {
    const world = createTestWorld()
    const before = world.cloud.dump()
    const wish = await wishOf(world, readInput(input))
    await new Walk(world.provider).apply([wish])
    await world.clock.advance(60_000)
    const again = new Walk(world.provider)
    await again.restart()
    world.cloud.clearLog()
    assert.deepEqual(await again.apply([wish]), [])
    assert.deepEqual(mutating(world), [])
    await again.apply([], [wish.owner.uid])
    await world.clock.advance(600_000)
    assert.deepEqual(world.cloud.dump(), before)
  })
}

const certificate = (digit: string) =>
  `arn:aws:acm:us-east-1:123456789012:certificate/${digit.repeat(8)}-2222-4333-8444-555555555555`

interface Edit {
  readonly name: string
  readonly input: string
  /** Annotations that only the first wish has. */
  readonly before?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: NonNullable<ServiceObject['spec']>
  readonly forgotten?: Readonly<Record<string, readonly string[]>>
  readonly calls: readonly string[]
}

const edits: readonly Edit[] = [
  {
    name: 'an attribute of the load balancer',
    input: 'web.yaml',
    annotations: { 'cross-zone-load-balancing-enabled': 'true' },
    calls: ['ModifyLoadBalancerAttributes'],
  },
  {
    name: 'an attribute of the target group',
    input: 'web.yaml',
    annotations: { 'proxy-protocol': '*' },
    calls: ['ModifyTargetGroupAttributes'],
  },
  {
    name: 'an attribute that is no longer asked for',
    input: 'dns.yaml',
    annotations: { 'target-group-attributes': 'deregistration_delay.timeout_seconds=30' },
    spec: { sessionAffinity: 'None' },
    forgotten: { 'target-group': ['Attributes.stickiness.enabled', 'Attributes.stickiness.type'] },
    calls: ['ModifyTargetGroupAttributes', 'ModifyTargetGroupAttributes'],
  },
  {
    name: 'the health check',
    input: 'web.yaml',
    annotations: { 'healthcheck-interval': '10' },
    calls: ['ModifyTargetGroup'],
  },
  {
    name: 'externalTrafficPolicy Local',
    input: 'web.yaml',
    spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 31999 },
    calls: ['AuthorizeSecurityGroupIngress', 'ModifyTargetGroup'],
  },
  {
    name: 'tags',
    input: 'web.yaml',
    annotations: { 'additional-resource-tags': 'team=shop' },
    calls: ['AddTags', 'AddTags', 'AddTags'],
  },
  {
    name: 'a tag that is no longer asked for',
    input: 'local-ranges.yaml',
    annotations: { 'additional-resource-tags': 'cost-centre=42' },
    forgotten: {
      'load-balancer': ['Tags.team'],
      'target-group': ['Tags.team'],
      listener: ['Tags.team'],
    },
    calls: ['RemoveTags', 'RemoveTags', 'RemoveTags'],
  },
  {
    name: 'fewer subnets',
    input: 'web.yaml',
    annotations: { subnets: `${seeded.publicSubnets[0]}, demo-${seeded.publicSubnets[2]}` },
    calls: ['SetSubnets'],
  },
  {
    name: 'narrower source ranges',
    input: 'web.yaml',
    spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] },
    calls: ['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'],
  },
  {
    name: 'another node port: the new target group stands beside the old',
    input: 'web.yaml',
    spec: { ports: [{ name: 'http', port: 80, nodePort: 30081 }] },
    calls: [
      'AuthorizeSecurityGroupIngress',
      'CreateTargetGroup',
      'DeleteTargetGroup',
      'ModifyListener',
      'RegisterTargets',
      'RevokeSecurityGroupIngress',
    ],
  },
  {
    name: 'a port less',
    input: 'tls.yaml',
    annotations: { 'ssl-ports': '443' },
    spec: { ports: [{ name: 'https', port: 443, nodePort: 30443 }] },
    calls: ['DeleteListener', 'DeleteTargetGroup', 'RevokeSecurityGroupIngress'],
  },
  {
    name: 'certificates for more names',
    input: 'tls.yaml',
    annotations: { 'ssl-cert': [certificate('1'), certificate('3'), certificate('2')].join() },
    calls: ['AddListenerCertificates', 'AddListenerCertificates'],
  },
  {
    name: 'certificates for fewer names',
    input: 'tls.yaml',
    before: { 'ssl-cert': [certificate('1'), certificate('2')].join() },
    calls: ['RemoveListenerCertificates'],
  },
  {
    name: 'another default certificate',
    input: 'tls.yaml',
    annotations: { 'ssl-cert': certificate('2') },
    calls: ['ModifyListener'],
  },
  {
    name: 'no TLS policy any more',
    input: 'tls.yaml',
    annotations: { 'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS13-1-3-2021-06' },
    calls: ['ModifyListener'],
  },
]

for (const edit of edits) {
  test(`edit: ${edit.name}`, async () => {
    const world = createTestWorld()
    for (const digit of ['2', '3']) world.cloud.addCertificate(certificate(digit))
    const service = readInput(edit.input)
    const walk = new Walk(world.provider)
    await walk.apply([await wishOf(world, edited(service, edit.before ?? {}))])
    world.cloud.clearLog()
    const wish = await wishOf(world, edited(service, edit.annotations ?? {}, edit.spec))
    const resources = wish.resources.map((item): Resource => {
      const forgotten = edit.forgotten?.[item.kind]
      return forgotten === undefined ? item : { ...item, forgotten }
    })
    await walk.apply([{ ...wish, resources }])
    assert.deepEqual(mutating(world).toSorted(), edit.calls)
    const again = new Walk(world.provider)
    await world.clock.advance(600_000)
    await again.restart()
    assert.deepEqual(await again.apply([{ ...wish, resources }]), [])
  })
}

test('a node that joins is one call for each target group; a node that is replaced, two', async () => {
  const world = createTestWorld()
  const service = readInput('web.yaml')
  const walk = new Walk(world.provider)
  await walk.apply([await wishOf(world, service)])
  world.cloud.addInstance({ id: 'i-0nodec' })
  const three = [...world.nodes, nodeNamed('node-c')]
  world.cloud.clearLog()
  await walk.apply([await wishOf(world, service, three)])
  assert.deepEqual(mutating(world), ['RegisterTargets'])
  world.cloud.addInstance({ id: 'i-0noded' })
  world.cloud.clearLog()
  await walk.apply([await wishOf(world, service, [...three.slice(0, 2), nodeNamed('node-d')])])
  assert.deepEqual(mutating(world), ['RegisterTargets', 'DeregisterTargets'])
})

test('a node whose instance EC2 does not know is no target, and stops nobody', async () => {
  const world = createTestWorld()
  const nodes = [
    ...world.nodes,
    nodeNamed('ghost'),
    { ...nodeNamed('fargate'), providerID: 'aws:///a/b/f-1' },
  ]
  const wish = await wishOf(world, readInput('web.yaml'), nodes)
  const group = wish.resources.find((item) => item.kind === 'target-group')
  assert.deepEqual(Object.keys(group?.parts ?? {}), ['i-0nodea', 'i-0nodeb'])
  await new Walk(world.provider).apply([wish])
})

test('more targets than one request takes are registered in several', async () => {
  const world = createTestWorld()
  const nodes = Array.from({ length: 450 }, (_, at) =>
    nodeNamed(`n${at}`, `i-${at.toString(16).padStart(5, '0')}`),
  )
  for (const node of nodes) world.cloud.addInstance({ id: node.providerID.split('/').at(-1) ?? '' })
  const wish = await wishOf(world, readInput('web.yaml'), nodes)
  await new Walk(world.provider).apply([wish])
  assert.equal(mutating(world).filter((action) => action === 'RegisterTargets').length, 3)
})

test('a rule that several Services need is held by one, and handed over when that one leaves', async () => {
  const world = createTestWorld()
  const [a, b] = [await wishOf(world, readInput('web.yaml')), await wishOf(world, readInput('dns.yaml'))]
  const walk = new Walk(world.provider)
  await walk.apply([a, b])
  const holder = () =>
    walk.observed.find((item) => item.kind === 'security-group')?.parts?.['icmp/3-4/0.0.0.0/0']?.spec[
      'Holder'
    ]
  const first = holder()
  assert.ok(first === a.owner.uid || first === b.owner.uid)
  const [stays, leaves] = first === a.owner.uid ? [b, a] : [a, b]
  world.cloud.clearLog()
  await walk.apply([stays], [leaves.owner.uid])
  assert.equal(holder(), stays.owner.uid)
  assert.ok(mutating(world).includes('CreateTags'))
  const again = new Walk(world.provider)
  await again.restart()
  assert.deepEqual(await again.apply([stays]), [])
})

test('a rule that somebody else made for the same traffic serves, and stays when we leave', async () => {
  const world = createTestWorld()
  const range = { CidrIp: '0.0.0.0/0', Description: 'by hand' }
  await world.cloud.call('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId: seeded.nodeGroup,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 30080, ToPort: 30080, IpRanges: [range] }],
  })
  const before = world.cloud.dump()
  const wish = await wishOf(world, readInput('web.yaml'))
  const walk = new Walk(world.provider)
  await walk.apply([wish])
  await walk.apply([], [wish.owner.uid])
  await world.clock.advance(600_000)
  assert.deepEqual(world.cloud.dump(), before)
})

test('a rule added by hand beside ours is found by a read, and removed', async () => {
  const world = createTestWorld()
  const wish = await wishOf(world, readInput('web.yaml'))
  const walk = new Walk(world.provider)
  await walk.apply([wish])
  const name = wish.resources[0]?.spec['Name'] as string
  const range = { CidrIp: '198.51.100.0/24', Description: `kubernetes.io/rule/nlb/client=${name}` }
  await world.cloud.call('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId: seeded.nodeGroup,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 30080, ToPort: 30080, IpRanges: [range] }],
  })
  const again = new Walk(world.provider)
  await again.restart()
  world.cloud.clearLog()
  const steps = await again.apply([wish])
  assert.deepEqual(mutating(world), ['RevokeSecurityGroupIngress'])
  assert.deepEqual(
    steps.flatMap((step) => step.parts ?? []).map((part) => part.key),
    ['tcp/30080-30080/198.51.100.0/24'],
  )
})

test('a name that somebody else holds is seen, and is not ours', async () => {
  const world = createTestWorld()
  const wish = await wishOf(world, readInput('web.yaml'))
  const balancer = wish.resources[0] ?? assert.fail()
  await world.cloud.call('elbv2', 'CreateLoadBalancer', {
    Name: balancer.spec['Name'],
    Type: 'network',
    Subnets: [seeded.publicSubnets[0]],
  })
  const kind = world.provider.kinds['load-balancer'] ?? assert.fail()
  await assert.rejects(kind.create(balancer, [], never), {
    kind: 'exists',
    code: 'DuplicateLoadBalancerName',
  })
  const found = await kind.find(balancer, never)
  assert.deepEqual(found?.object.owners, [])
  assert.deepEqual((await kind.list(undefined, never)).items, [])
})

test('what is not there is found and read as nothing, and deleting it is no error', async () => {
  const world = createTestWorld()
  const wish = await wishOf(world, readInput('web.yaml'))
  const walk = new Walk(world.provider)
  await walk.apply([wish])
  const seen = walk.observed.filter((item) => item.kind !== 'security-group')
  await walk.apply([], [wish.owner.uid])
  await world.clock.advance(600_000)
  for (const item of seen) {
    const kind = world.provider.kinds[item.kind] ?? assert.fail()
    assert.equal(await kind.read(item, never), undefined, item.kind)
    assert.equal(await kind.find(item, never), undefined, item.kind)
    await kind.delete(item, never)
  }
})

test('a list reads page by page, the tags of ours once, and of others each time: they may become ours', async () => {
  const world = createTestWorld({ limits: { networkLoadBalancers: 1000 } })
  const Tags = [
    { Key: 'lb-controller.io/cluster', Value: 'c1a5-7e40' },
    { Key: 'lb-controller.io/service-uid', Value: 'u' },
  ]
  const create = (Name: string, tags: typeof Tags) =>
    world.cloud.call('elbv2', 'CreateLoadBalancer', {
      Name,
      Type: 'network',
      Subnets: [seeded.publicSubnets[0]],
      ...(tags.length === 0 ? {} : { Tags: tags }),
    })
  for (let at = 0; at < 410; at++) await create(`k8s-${at}`, Tags)
  await create('k8s-other', [])
  await create('of-any-name', Tags)
  const kind = world.provider.kinds['load-balancer'] ?? assert.fail()
  const list = async (): Promise<number> => {
    const first = await kind.list(undefined, never)
    assert.equal(first.items.length <= 400, true)
    const second = await kind.list(first.next ?? assert.fail(), never)
    assert.equal(second.next, undefined)
    return first.items.length + second.items.length
  }
  assert.equal(await list(), 411)
  world.cloud.clearLog()
  assert.equal(await list(), 411)
  assert.deepEqual(world.cloud.counts(), { 'elbv2:DescribeLoadBalancers': 2, 'elbv2:DescribeTags': 1 })
})

test('a list that still shows what is gone already does without its tags', async () => {
  const world = createTestWorld()
  const [a, b] = [await wishOf(world, readInput('web.yaml')), await wishOf(world, readInput('dns.yaml'))]
  const walk = new Walk(world.provider)
  await walk.apply([a, b])
  await world.clock.advance(60_000)
  world.cloud.switches.listLag = 30_000
  await walk.apply([b], [a.owner.uid])
  const fresh = world.reopen().kinds['load-balancer'] ?? assert.fail()
  const { items } = await fresh.list(undefined, never)
  assert.deepEqual(
    items.flatMap((item) => item.owners),
    [b.owner],
  )
})

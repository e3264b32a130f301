import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { planOffline } from '../../../src/plan/offline.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import { awsWorld } from '../../keys/aws-world.ts'
import { contribute, planServices, type World } from '../../support/plan-service.ts'

const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'
const external = { [`${prefix}type`]: 'external' }
const blueprint = createBlueprint({})

const named = (
  name: string,
  port: number,
  nodePort: number | undefined,
  annotations: Readonly<Record<string, string>> = external,
  more: object = {},
): ServiceObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name,
    namespace: 'shop',
    uid: `uid-${name}`,
    creationTimestamp: `2026-01-01T00:00:${name === 'a' ? '00' : '01'}Z`,
    annotations,
  },
  spec: {
    type: 'LoadBalancer',
    ports: [{ port, protocol: 'TCP', ...(nodePort === undefined ? {} : { nodePort }) }],
    ...more,
  },
})

/** The rules of the nodes' group, as keys with the names of those that need them. */
function nodeRules(services: readonly ServiceObject[], world: World = awsWorld): readonly string[] {
  const { plan, problems } = planServices(blueprint, services, world)
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  )
  const step = plan.steps.find(({ key }) => key === 'sg-0nodes')
  return (step?.parts ?? []).map(({ key, owners }) => `${key} ${owners.map((o) => o.name).join()}`)
}

const group = 'k8s-traffic-prod-0decabb235'

test('aws: nodes let the shared group in by one rule for each protocol, whatever the order', () => {
  const udp = { ports: [{ port: 53, protocol: 'UDP', nodePort: 30053 }] }
  const services = [
    named('a', 80, 30080),
    named('b', 80, 31000),
    named('c', 53, 30053, external, udp),
    named('d', 80, 30001),
  ]
  const rules = [`tcp/30001-31000/${group} shop/a,shop/b,shop/c,shop/d`, `udp/30053-30053/${group} shop/c`]
  assert.deepEqual(nodeRules(services), rules)
  const turned = services.toReversed()
  assert.deepEqual(
    nodeRules(turned).map((rule) => rule.split(' ')[0]),
    rules.map((rule) => rule.split(' ')[0]),
  )
})

test('aws: a health check port widens the range that nodes let in', () => {
  const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 }
  assert.deepEqual(nodeRules([named('a', 80, 30080, external, local)]), [`tcp/30080-32000/${group} shop/a`])
})

test('aws: one port that nobody knows yet makes the range unknown, not wrong', () => {
  const { plan } = planServices(blueprint, [named('a', 80, 30080), named('b', 80, undefined)], awsWorld)
  const parts = plan.steps.find(({ key }) => key === 'sg-0nodes')?.parts ?? []
  assert.deepEqual(
    parts.map(({ key, after }) => [key, after?.['FromPort'], after?.['ToPort']]),
    [
      [
        `tcp/<ports in use>/${group}`,
        { $unknown: 'the lowest port in use' },
        { $unknown: 'the highest port in use' },
      ],
    ],
  )
})

test('aws: all ports are let in where the configuration says so', () => {
  const open = createBlueprint({ openBackendRules: true })
  const { plan } = planServices(open, [named('a', 80, 30080), named('b', 80, 31000)], awsWorld)
  const parts = plan.steps.find(({ key }) => key === 'sg-0nodes')?.parts ?? []
  assert.deepEqual(
    parts.map(({ key }) => key),
    [`tcp/0-65535/${group}`],
  )
})

test('aws: a group that is configured takes the place of the shared one', () => {
  const own = createBlueprint({ backendSecurityGroup: 'sg-0backend' })
  const { plan } = planServices(own, [named('a', 80, 30080)], awsWorld)
  assert.deepEqual(
    plan.steps.flatMap(({ kind, key, parts }) =>
      kind === 'security-group' ? [`${key}: ${parts?.map((part) => part.key).join()}`] : [],
    ),
    ['internet-facing/clients: tcp/80-80/0.0.0.0/0', 'sg-0nodes: tcp/30080-30080/sg-0backend'],
  )
})

const edge = { ...external, 'lb-controller.io/group': 'edge' }

test('aws: Services of a group have one load balancer, and target groups of their own', () => {
  const { plan, problems } = planServices(
    blueprint,
    [named('a', 80, 30080, edge), named('b', 81, 30081, edge)],
    awsWorld,
  )
  assert.deepEqual(
    problems.filter(({ severity }) => severity !== 'note'),
    [],
  )
  assert.deepEqual(
    plan.steps
      .map(({ kind, key, owners }) => `${kind} ${key} ${owners.map(({ name }) => name).join()}`)
      .toSorted(),
    [
      'listener internet-facing/guarded/80 shop/a',
      'listener internet-facing/guarded/81 shop/b',
      'load-balancer internet-facing/guarded shop/a,shop/b',
      'security-group backend shop/a,shop/b',
      'security-group internet-facing/clients shop/a,shop/b',
      'security-group sg-0nodes shop/a,shop/b',
      'target-group edge/internet-facing/guarded/80/TCP/30080 shop/a',
      'target-group edge/internet-facing/guarded/81/TCP/30081 shop/b',
    ],
  )
})

test('aws: of two Services of a group that want one port, the older has it and the other hears whose it is', () => {
  const services = [named('b', 80, 30081, edge), named('a', 80, 30080, edge)]
  const { plan, problems } = planServices(blueprint, services, awsWorld)
  const listener = plan.steps.find(({ kind }) => kind === 'listener')
  assert.deepEqual(listener?.after?.['TargetGroupArn'], {
    $ref: {
      stack: 'uid-a',
      kind: 'target-group',
      key: 'edge/internet-facing/guarded/80/TCP/30080',
      out: 'arn',
    },
  })
  assert.deepEqual(
    listener.owners.map(({ name }) => name),
    ['shop/a'],
  )
  const errors = problems.filter(({ severity }) => severity === 'error')
  assert.deepEqual(
    errors.map(({ code, path }) => `${code} ${path}`),
    ['LB_PART_TAKEN spec.ports[0].port'],
  )
  assert.match(
    errors[0]?.message ?? '',
    /^shop\/b: internet-facing\/guarded\/80 of group\/edge is held by shop\/a/,
  )
})

test('aws: what the Services of a group say of the load balancer has to agree', () => {
  const cross = { ...edge, [`${prefix}cross-zone-load-balancing-enabled`]: 'true' }
  const not = { ...edge, [`${prefix}cross-zone-load-balancing-enabled`]: 'false' }
  const { problems } = planServices(
    blueprint,
    [named('a', 80, 30080, cross), named('b', 81, 30081, not)],
    awsWorld,
  )
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error').map(({ code, path }) => `${code} ${path}`),
    [`LB_FIELD_TAKEN metadata.annotations["${prefix}cross-zone-load-balancing-enabled"]`],
  )
})

const tagsOf = (spec: Readonly<Record<string, unknown>> | undefined) =>
  Object.entries((spec?.['Tags'] ?? {}) as Readonly<Record<string, string>>).map(([Key, Value]) => ({
    Key,
    Value,
  }))

test('aws: a fixed name cannot stand on two load balancers while one takes over', () => {
  const fixed = { [`${prefix}name`]: 'front' }
  const observed = describedAfter(named('a', 80, 30080, fixed))
  const flipped = { ...fixed, [`${prefix}scheme`]: 'internal' }
  const { problems } = planServices(blueprint, [named('a', 80, 30080, flipped)], { ...awsWorld, observed })
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error').map(({ code, path }) => `${code} ${path}`),
    [`LB_AWS_NAME_HELD metadata.annotations["${prefix}name"]`],
  )
})

/** The cloud as it is after a plan: each created object, described as AWS describes it. */
function describedAfter(service: ServiceObject): readonly Observed[] {
  const { contribution } = contribute(blueprint, service, awsWorld)
  assert.ok(contribution !== undefined)
  const steps = planOffline(blueprint, [contribution]).steps
  return steps.flatMap(({ kind, key, after = {} }) => {
    const { Tags: _tags, Attributes: attributes, Subnets: subnets, ...rest } = after
    const wire = {
      ...rest,
      Tags: tagsOf(after),
      Attributes: Object.entries(attributes ?? {}).map(([Key, Value]) => ({ Key, Value: Value as string })),
      LoadBalancerArn: `arn:${key}`,
      LoadBalancerName: rest['Name'] ?? '',
      TargetGroupArn: `arn:${key}`,
      TargetGroupName: rest['Name'] ?? '',
      AvailabilityZones: (Array.isArray(subnets) ? subnets : []).map((SubnetId: unknown) => ({
        SubnetId: SubnetId as string,
      })),
      Targets: [{ Id: 'i-0a', Port: 30080 }],
    }
    if (kind !== 'load-balancer' && kind !== 'target-group') return []
    return blueprint.kinds[kind]?.observe?.(wire, awsWorld.cluster) ?? []
  })
}

test('aws: an existing object as the cloud describes it is no change, and a lacking target is', () => {
  const service = named('a', 80, 30080, {})
  const observed = describedAfter(service)
  assert.deepEqual(observed.map(({ kind, key, owners }) => `${kind} ${key} ${owners[0]?.name}`).toSorted(), [
    'load-balancer internet-facing shop/a',
    'target-group internet-facing/80/TCP/30080 shop/a',
  ])
  const { plan } = planServices(blueprint, [service], { ...awsWorld, observed })
  assert.deepEqual(
    plan.steps.map(({ action, kind, fields, parts }) => [
      action,
      kind,
      fields?.length ?? 0,
      parts?.map(({ key }) => key),
    ]),
    [
      ['create', 'listener', 0, undefined],
      ['update', 'security-group', 0, ['icmp/3-4/0.0.0.0/0', 'tcp/30080-30080/0.0.0.0/0']],
      ['update', 'target-group', 0, ['i-0b']],
    ],
  )
})

test('aws: bodies of another kind are not read', () => {
  for (const kind of Object.values(blueprint.kinds))
    for (const wire of [{}, { Type: 'gateway', LoadBalancerArn: 'a', LoadBalancerName: 'b', Scheme: 'c' }])
      assert.equal(kind.observe?.(wire, awsWorld.cluster), undefined, kind.name)
})

test('aws: targets that another cluster may have put there are left alone', () => {
  const shared = { [`${prefix}multi-cluster-target-group`]: 'true' }
  const observed = describedAfter(named('a', 80, 30080, shared)).map((item) => ({
    ...item,
    ...(item.parts === undefined
      ? {}
      : {
          parts: {
            ...item.parts,
            'i-9:30080': { spec: { Id: 'i-9', Port: 30080 }, owners: [], foreign: true as const },
          },
        }),
  }))
  const { plan } = planServices(blueprint, [named('a', 80, 30080, shared)], { ...awsWorld, observed })
  const parts = plan.steps.filter(({ kind }) => kind === 'target-group').flatMap((step) => step.parts ?? [])
  assert.deepEqual(
    parts.map(({ action, key }) => `${action} ${key}`),
    ['add i-0b'],
  )
})

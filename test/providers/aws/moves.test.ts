import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { awsWorld } from '../../keys/aws-world.ts'
import { planServices } from '../../support/plan-service.ts'
import { describedBy } from './described.ts'

const blueprint = createBlueprint({})
const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'

type Asked = Readonly<Record<string, string>>

const nlb: Asked = {}
const external: Asked = { type: 'external' }
const classic: Asked = { type: 'classic' }
const web: Asked = { 'backend-protocol': 'http' }
const inside = (asked: Asked): Asked => ({ ...asked, scheme: 'internal' })
const grouped: Asked = { ...external, 'lb-controller.io/group': 'edge' }

function service(name: string, asked: Asked, port = 80, spec: object = {}): ServiceObject {
  const annotations = Object.entries(asked).map(([key, value]) => [
    key.includes('/') ? key : `${prefix}${key}`,
    value,
  ])
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: Object.fromEntries(annotations) as Asked,
    },
    spec: {
      type: 'LoadBalancer',
      ports: [{ protocol: 'TCP', port, targetPort: 8080, nodePort: 30_000 + port }],
      ...spec,
    },
  }
}

/** What is planned for `to` in a cloud in which all of `from` was made. */
function planAfter(from: readonly ServiceObject[], to: readonly ServiceObject[]) {
  const made = planServices(blueprint, from, awsWorld)
  assert.deepEqual(errorsOf(made.problems), [])
  return planServices(blueprint, to, { ...awsWorld, observed: describedBy(made.plan, awsWorld.cluster) })
}

const errorsOf = (problems: ReturnType<typeof planServices>['problems']): readonly string[] =>
  problems.flatMap(({ severity, code, path }) => (severity === 'error' ? [`${code} ${path}`] : []))

const titles = ({ steps }: Plan): readonly string[] =>
  steps.map(({ action, kind, key, fields = [], parts = [] }) =>
    [
      `${action} ${kind} ${key}`,
      ...fields.map(({ path }) => path),
      ...(kind === 'security-group' ? parts.map((part) => `${part.action} ${part.key}`) : []),
    ].join(' '),
  )

const kinds: Readonly<Record<string, Asked>> = { nlb, external, classic, web }

const given: Asked = { 'security-groups': 'sg-0edge' }
const without: Asked = { ...external, 'disable-nlb-sg': 'true' }

/** Moves that another load balancer is made for. */
const moves = [
  { name: 'groups are given to one without', from: nlb, to: given },
  { name: 'the last group is taken away', from: given, to: nlb },
  { name: 'groups are switched off', from: external, to: without },
  { name: 'groups are switched on again', from: without, to: external },
  ...betweenKinds(),
]

function betweenKinds() {
  return Object.entries(kinds).flatMap(([name, from]) => [
    { name: `${name}: another scheme`, from, to: inside(from) },
    ...Object.entries(kinds)
      .filter(([other]) => other !== name)
      .map(([other, to]) => ({ name: `${name} becomes ${other}`, from, to })),
    ...(name === 'classic' || name === 'web'
      ? []
      : [{ name: `${name}: joins a group`, from, to: { ...from, 'lb-controller.io/group': 'edge' } }]),
  ])
}

for (const { name, from, to } of moves)
  test(`aws: the new one is made beside, the old one goes after it: ${name}`, () => {
    const { plan } = planAfter([service('a', from)], [service('a', to)])
    assert.deepEqual(
      plan.steps.flatMap(({ id, hold, outage }) => ((hold ?? outage) === undefined ? [] : [id])),
      [],
    )
    const traffic = plan.steps.filter(({ kind }) => /load-balancer|listener/.test(kind))
    assert.deepEqual(
      traffic.filter(({ action }) => action === 'update').map(({ id }) => id),
      [],
    )
    const made = plan.steps.filter(({ action }) => action === 'create').map(({ id }) => id)
    const gone = plan.steps.filter(({ action }) => action === 'delete')
    assert.ok(gone.some(({ kind }) => kind.endsWith('load-balancer')))
    for (const step of gone)
      assert.deepEqual(
        made.filter((id) => !step.needs.includes(id)),
        [],
        step.id,
      )
    const forwarded = traffic.flatMap(({ after }) => JSON.stringify(after?.['TargetGroupArn'] ?? ''))
    assert.ok(!forwarded.some((arn) => arn.includes('arn:')), 'a target group serves one load balancer')
  })

const ranges = { loadBalancerSourceRanges: ['10.0.0.0/8'] }

/** What others have stays theirs, whether or not they are among the files. */
const rows: readonly {
  readonly name: string
  readonly from: readonly ServiceObject[]
  readonly to: readonly ServiceObject[]
  readonly plan: readonly string[]
  readonly errors?: readonly string[]
}[] = [
  {
    name: 'of two in a group one is not among the files',
    from: [service('a', grouped), service('b', grouped, 81)],
    to: [service('a', grouped)],
    plan: [],
  },
  {
    name: 'a port of a group that a stranger holds',
    from: [service('a', grouped), service('b', grouped, 81)],
    to: [service('a', grouped, 81)],
    plan: [
      'create target-group edge/internet-facing/guarded/81/TCP/30081',
      'delete listener internet-facing/guarded/80',
      'delete target-group edge/internet-facing/guarded/80/TCP/30080',
      'update security-group internet-facing/clients remove tcp/80-80/0.0.0.0/0',
    ],
    errors: ['LB_PART_TAKEN spec.ports[0].port'],
  },
  {
    name: 'one of two leaves the group',
    from: [service('a', grouped), service('b', grouped, 81)],
    to: [service('a', grouped), service('b', external, 81)],
    plan: [
      'create security-group internet-facing/clients add tcp/81-81/0.0.0.0/0',
      'create target-group internet-facing/guarded/81/TCP/30081',
      'create load-balancer internet-facing/guarded',
      'create listener internet-facing/guarded/81',
      'delete listener internet-facing/guarded/81',
      'update security-group internet-facing/clients remove tcp/81-81/0.0.0.0/0',
      'delete target-group edge/internet-facing/guarded/81/TCP/30081',
    ],
  },
  {
    name: 'another node port, while others may need the rule of the shared group',
    from: [service('a', external), service('b', external, 500)],
    to: [service('a', external, 90)],
    plan: [
      'create target-group internet-facing/guarded/90/TCP/30090',
      'update security-group internet-facing/clients add tcp/90-90/0.0.0.0/0',
      'create listener internet-facing/guarded/90',
      'delete listener internet-facing/guarded/80',
      'delete target-group internet-facing/guarded/80/TCP/30080',
      'update security-group internet-facing/clients remove tcp/80-80/0.0.0.0/0',
    ],
  },
  {
    name: 'a node port beyond the rule of the shared group',
    from: [service('a', external), service('b', external, 500)],
    to: [service('a', external), service('c', external, 600)],
    plan: [
      'create security-group internet-facing/clients add tcp/600-600/0.0.0.0/0',
      'create target-group internet-facing/guarded/600/TCP/30600',
      'update security-group sg-0nodes add tcp/30080-30600/sg-0backendsecuritygroupbackend',
      'create load-balancer internet-facing/guarded',
      'create listener internet-facing/guarded/600',
    ],
  },
  {
    name: "narrower ranges: the wide rule goes, that of path MTU discovery is everybody's",
    from: [service('a', nlb)],
    to: [service('a', nlb, 80, ranges)],
    plan: [
      'update security-group sg-0nodes add icmp/3-4/10.0.0.0/8 add tcp/30080-30080/10.0.0.0/8 add tcp/30080-30080/10.0.1.0/24 add tcp/30080-30080/10.0.2.0/24',
      'update security-group sg-0nodes remove tcp/30080-30080/0.0.0.0/0',
    ],
  },
  {
    name: 'narrower ranges of a group of its own',
    from: [service('a', external)],
    to: [service('a', external, 80, ranges)],
    plan: [
      'update security-group internet-facing/clients add tcp/80-80/10.0.0.0/8',
      'update security-group internet-facing/clients remove tcp/80-80/0.0.0.0/0',
    ],
  },
]

for (const { name, from, to, plan, errors = [] } of rows)
  test(`aws: ${name}`, () => {
    const after = planAfter(from, to)
    assert.deepEqual(titles(after.plan).toSorted(), [...plan].toSorted())
    assert.deepEqual(errorsOf(after.problems), errors)
  })

for (const [name, asked] of Object.entries(kinds))
  test(`aws: rules and listeners stay where a file knows no node ports: ${name}`, () => {
    const vague = { ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }] }
    const { plan } = planAfter([service('a', asked)], [service('a', asked, 80, vague)])
    assert.deepEqual(
      plan.steps.filter(({ parts = [] }) => parts.some(({ action }) => action !== 'add')).map(({ id }) => id),
      [],
    )
  })

test('aws: subnets of another load balancer are not kept', () => {
  const observed = describedBy(
    planServices(blueprint, [service('b', { subnets: 'public-b' })], awsWorld).plan,
    awsWorld.cluster,
  )
  const alone = planServices(blueprint, [service('a', nlb)], awsWorld)
  const beside = planServices(blueprint, [service('a', nlb)], { ...awsWorld, observed })
  const subnets = ({ plan }: typeof alone) =>
    plan.steps.find(({ kind }) => kind === 'load-balancer')?.after?.['Subnets']
  assert.deepEqual(subnets(beside), subnets(alone))
})

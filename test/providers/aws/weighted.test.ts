import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptedAnnotation } from '../../../src/model/claim.ts'
import { addPod } from '../../../localstack/kubernetes/workloads.ts'
import { ofPods, podBed } from './pod-bed.ts'
import { awsBed } from './subject.ts'
import { nextSpec, webSpec, weighted } from './weighted-objects.ts'

const path = 'metadata.annotations["service.beta.kubernetes.io/actions.TCP-80"]'

type Made = ReturnType<typeof awsBed>

async function settled({ bed }: Made): Promise<void> {
  await bed.pass(10_000)
  // A target group that takes over is looked at until it answers in every zone.
  await bed.until('ready', () => bed.condition('web')?.status === 'True')
  await bed.calm()
  assert.equal(bed.condition('web')?.status, 'True', bed.condition('web')?.message)
}

/** Controller, Service and its share under way. */
async function begun(weights: Readonly<Record<string, number>> = { web: 80, 'next:http': 20 }) {
  const made = awsBed()
  made.bed.start()
  await made.bed.pass(30_000)
  const empty = made.cloud.dump()
  made.bed.apply('next', nextSpec())
  made.bed.apply('web', webSpec, weighted(weights))
  await settled(made)
  made.cloud.clearLog()
  return { ...made, empty }
}

const mutating = ({ cloud }: Made): readonly string[] =>
  cloud.log.filter((call) => call.mutating).map(({ action }) => action)

/** Of the only listener: node port of each target group -> weight. */
function shares({ cloud }: Made): Readonly<Record<string, number | undefined>> {
  const [listener] = cloud.world.listeners.list()
  return Object.fromEntries(
    (listener?.forwards ?? []).map(({ targetGroupArn, weight }) => [
      cloud.world.targetGroups.get(targetGroupArn)?.port,
      weight,
    ]),
  )
}

/** Node port of each target group -> its targets that take connections. */
const targets = ({ cloud }: Made): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    cloud.world.targetGroups.list().map(({ arn, port }) => [
      port,
      [...(cloud.world.targets.get(arn) ?? [])]
        .filter(([, { drainedAt }]) => drainedAt === undefined)
        .map(([at]) => at)
        .toSorted(),
    ]),
  )

/** Ports that clients reach on the nodes. */
const opened = ({ cloud }: Made): readonly number[] =>
  (
    cloud.byHand('ec2', 'DescribeSecurityGroupRules', {}) as {
      readonly SecurityGroupRules: readonly { FromPort: number; IsEgress?: boolean; Description?: string }[]
    }
  ).SecurityGroupRules.flatMap(({ Description = '', FromPort }) =>
    Description.startsWith('kubernetes.io/rule/nlb/client=') ? [FromPort] : [],
  ).toSorted((a, b) => a - b)

async function gone(made: Made & { readonly empty: unknown }): Promise<void> {
  made.bed.delete('web')
  await made.bed.until('gone', () => made.bed.service('web') === undefined)
  await made.bed.pass(30_000)
  const { instances: _nodes, ...left } = made.cloud.dump() as { readonly instances: object }
  const { instances: _before, ...empty } = made.empty as { readonly instances: object }
  assert.deepEqual(left, empty)
}

test('another Service takes a share of the connections, on its own node port', async () => {
  const made = await begun()
  assert.deepEqual(shares(made), { 30080: 80, 30090: 20 })
  assert.deepEqual(opened(made), [30_080, 30_090])
  const both = targets(made)
  assert.equal(both['30090']?.length, 2)
  assert.deepEqual(
    both['30090']?.map((at) => at.split(':')[0]),
    both['30080']?.map((at) => at.split(':')[0]),
  )

  await made.bed.stop()
  made.bed.start()
  await settled(made)
  await made.bed.pass(7_200_000)
  assert.deepEqual(mutating(made), [], 'a restart changes nothing')
  await gone(made)
})

test('another weight is one call, and none is a share too', async () => {
  const made = await begun()
  for (const weights of [
    { web: 50, 'next:http': 50 },
    { web: 100, 'next:http': 0 },
    { web: 100, next: 0 },
  ]) {
    made.bed.edit('web', { metadata: { annotations: weighted(weights) } })
    await settled(made)
  }
  assert.deepEqual(shares(made), { 30080: 100, 30090: 0 })
  assert.deepEqual(
    mutating(made),
    ['ModifyListener', 'ModifyListener'],
    'a port by name or number is the same',
  )
  await gone(made)
})

test('another node port of the other Service moves its target group and nothing else', async () => {
  const made = await begun()
  made.bed.edit('next', { spec: nextSpec(30_095) })
  await settled(made)
  await made.bed.pass(60_000)
  const calls = mutating(made)
  assert.deepEqual(calls.toSorted(), [
    'AuthorizeSecurityGroupIngress',
    'CreateTargetGroup',
    'DeleteTargetGroup',
    'ModifyListener',
    'RegisterTargets',
    'RevokeSecurityGroupIngress',
  ])
  const at = (action: string): number => calls.indexOf(action)
  assert.ok(at('AuthorizeSecurityGroupIngress') < at('ModifyListener'))
  assert.ok(at('RegisterTargets') < at('ModifyListener'), 'nobody is sent to an empty group')
  assert.ok(at('ModifyListener') < at('DeleteTargetGroup'))
  assert.deepEqual(shares(made), { 30080: 80, 30095: 20 })
  assert.deepEqual(opened(made), [30_080, 30_095])
  await gone(made)
})

test('a Service that goes keeps its share, and nodes come and go; its return heals it', async () => {
  const made = await begun()
  const { bed, cloud, joined } = made
  bed.apply('zoo', nextSpec(30_099))
  bed.delete('next')
  await bed.pass(10_000)
  const told = bed.condition('web')?.message ?? ''
  assert.match(told, /there is no Service next in namespace shop/)
  assert.ok(
    bed.warnings().some((text) => text.includes('there is no Service next in namespace shop')),
    bed.warnings().join('\n'),
  )
  assert.deepEqual(mutating(made), [])
  assert.deepEqual(shares(made), { 30080: 80, 30090: 20 })

  await bed.stop()
  bed.start()
  await bed.pass(60_000)
  assert.deepEqual(mutating(made), [], 'a restart finds it as it was')
  joined(3)
  bed.addNode(3)
  await bed.pass(10_000)
  assert.deepEqual(
    Object.values(targets(made)).map((list) => list.length),
    [3, 3],
  )

  // What else is edited meanwhile waits, and the ports that it has go on.
  cloud.clearLog()
  bed.edit('web', {
    metadata: { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-healthcheck-interval': '20' } },
  })
  await bed.pass(10_000)
  assert.deepEqual(mutating(made), [])

  bed.apply('next', nextSpec(30_095))
  await settled(made)
  await bed.pass(60_000)
  assert.deepEqual(shares(made), { 30080: 80, 30095: 20 })
  assert.ok(!mutating(made).includes('DeleteListener'))
  await gone(made)
})

test('who remembers nothing when it is gone keeps what is there', async () => {
  const made = await begun()
  made.bed.delete('next')
  await made.bed.stop()
  made.bed.edit('web', { metadata: { annotations: { [acceptedAnnotation]: null } } })
  made.bed.start()
  await made.bed.pass(120_000)
  assert.deepEqual(mutating(made), [])
  assert.deepEqual(shares(made), { 30080: 80, 30090: 20 })
  await gone(made)
})

test('a share for a Service that is not there yet begins when it comes', async () => {
  const made = await begun({ web: 1 })
  const { bed } = made
  bed.edit('web', { metadata: { annotations: weighted({ web: 80, later: 20 }) } })
  await bed.pass(10_000)
  const problem = bed.manager.term
    ?.report(bed.service('web')!)
    .problems.find(({ severity }) => severity === 'error')
  assert.deepEqual(
    [problem?.code, problem?.path, problem?.value, problem?.accepted],
    ['LB_AWS_ACTION_SERVICE', path, 'later', 'next, web'],
  )
  assert.deepEqual(mutating(made), [])
  bed.apply('later', { ...nextSpec(), type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP' }] })
  await bed.pass(10_000)
  assert.match(bed.condition('web')?.message ?? '', /port 80 of Service later has no node port/)
  bed.delete('later')
  bed.apply('later', nextSpec(30_091))
  await settled(made)
  assert.deepEqual(shares(made), { 30080: 80, 30091: 20 })
  await gone(made)
})

test('a port that the other Service gives up keeps its share', async () => {
  const made = await begun()
  const { bed } = made
  bed.edit('next', { spec: { ports: [{ name: 'web', port: 8080, protocol: 'TCP', nodePort: 30_090 }] } })
  await bed.pass(10_000)
  assert.match(bed.condition('web')?.message ?? '', /Service next has no TCP port http/)
  assert.deepEqual(mutating(made), [])
  bed.edit('web', { metadata: { annotations: weighted({ web: 80, 'next:web': 20 }) } })
  await settled(made)
  assert.deepEqual(shares(made), { 30080: 80, 30090: 20 })
  await gone(made)
})

test('the accepted share follows the other Service while the live input is invalid, and stays when it goes', async () => {
  const made = await begun()
  const { bed } = made
  const interval = 'service.beta.kubernetes.io/aws-load-balancer-healthcheck-interval'
  bed.edit('web', { metadata: { annotations: { [interval]: 'often', ...weighted({ web: 1 }) } } })
  await bed.pass(10_000)
  bed.edit('next', { spec: nextSpec(30_095) })
  await bed.pass(60_000)
  assert.deepEqual(shares(made), { 30080: 80, 30095: 20 })
  bed.delete('next')
  await bed.pass(10_000)
  made.cloud.clearLog()
  await bed.stop()
  bed.start()
  await bed.pass(60_000)
  assert.deepEqual(mutating(made), [])
  assert.deepEqual(shares(made), { 30080: 80, 30095: 20 })
  bed.edit('web', { metadata: { annotations: { [interval]: null } } })
  await settled(made)
  assert.deepEqual(shares(made), { 30080: 1 }, 'all to its own')
  await gone(made)
})

test('a Service may divide the connections of one port among its own', async () => {
  const made = awsBed()
  made.bed.start()
  await made.bed.pass(30_000)
  const empty = made.cloud.dump()
  made.bed.apply(
    'web',
    {
      ports: [
        ...webSpec.ports,
        { name: 'new', port: 81, targetPort: 8081, protocol: 'TCP', nodePort: 30_081 },
      ],
    },
    weighted({ web: 9, 'web:new': 1 }),
  )
  await settled(made)
  const divided = made.cloud.world.listeners.list().find(({ port }) => port === 80)
  assert.deepEqual(
    divided?.forwards.map(({ targetGroupArn, weight }) => [
      made.cloud.world.targetGroups.get(targetGroupArn)?.port,
      weight,
    ]),
    [
      [30_080, 9],
      [30_081, 1],
    ],
  )
  await gone({ ...made, empty })
})

test('the same target group twice is refused', async () => {
  const made = await begun()
  made.bed.edit('web', { metadata: { annotations: weighted({ 'next:80': 10, 'next:http': 20 }) } })
  await made.bed.pass(10_000)
  assert.match(made.bed.condition('web')?.message ?? '', /the same target group is named twice/)
  assert.deepEqual(shares(made), { 30080: 80, 30090: 20 })
})

test('nodes are asked for the health of the other Service by its own traffic policy', async () => {
  const made = await begun()
  made.bed.edit('next', {
    spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 },
  })
  await settled(made)
  const checks = made.cloud.world.targetGroups
    .list()
    .filter(({ port, arn }) => port === 30_090 && made.cloud.world.targets.get(arn) !== undefined)
    .map(({ healthCheck }) => [healthCheck.protocol, healthCheck.port])
  assert.ok(checks.length >= 2, 'its own load balancer has one too')
  for (const check of checks) assert.deepEqual(check, ['HTTP', '31000'])
  assert.deepEqual(opened(made), [30_080, 30_090], 'both load balancers need the one rule')

  made.bed.delete('next')
  await made.bed.until('gone', () => made.bed.service('next') === undefined)
  await made.bed.pass(60_000)
  assert.deepEqual(opened(made), [30_080, 30_090], 'the share still needs it')
  await gone(made)
})

test('pods of the other Service take its share as they come and go', async () => {
  const made = podBed()
  const { bed, cloud, pod, targets: addresses } = made
  const next = (n: number) =>
    addPod(bed.cluster, {
      namespace: 'shop',
      name: `next-${n}`,
      labels: { app: 'next' },
      ips: [`10.0.12.${n}`],
    })
  pod(1)
  next(201)
  bed.start()
  await bed.pass(30_000)
  const empty = cloud.dump()
  bed.apply('next', {
    ...nextSpec(),
    type: 'ClusterIP',
    ports: [{ name: 'http', port: 80, targetPort: 9090 }],
  })
  bed.apply('web', webSpec, { ...ofPods, ...weighted({ web: 80, next: 20 }) })
  await settled(made)
  assert.ok(addresses().includes('10.0.12.201:9090'), addresses().join())
  assert.deepEqual(shares(made), { 8080: 80, 9090: 20 })

  cloud.clearLog()
  next(202)
  await bed.pass(3_000)
  assert.ok(addresses().includes('10.0.12.202:9090'), addresses().join())
  bed.cluster.delete('pods', { namespace: 'shop', name: 'next-201' })
  await bed.pass(3_000)
  assert.ok(!addresses().includes('10.0.12.201:9090'))
  assert.deepEqual(mutating(made), ['RegisterTargets', 'DeregisterTargets'])

  await bed.stop()
  cloud.clearLog()
  bed.start()
  await settled(made)
  assert.deepEqual(mutating(made), [])

  // Without its slices nobody knows who has these addresses next.
  bed.delete('next')
  await bed.pass(10_000)
  assert.deepEqual(shares(made), { 8080: 80, 9090: 20 })
  assert.equal(addresses().length, 1)
  await bed.stop()
  bed.edit('web', { metadata: { annotations: { [acceptedAnnotation]: null } } })
  bed.start()
  pod(2)
  await bed.pass(60_000)
  assert.equal(addresses().length, 2, 'its own pods still follow')
  await gone({ ...made, empty })
})

test('an application load balancer divides requests too', async () => {
  const made = awsBed()
  const { bed, cloud } = made
  bed.start()
  await bed.pass(30_000)
  const empty = cloud.dump()
  bed.apply('next', nextSpec())
  bed.apply('web', webSpec, {
    'service.beta.kubernetes.io/aws-load-balancer-backend-protocol': 'http',
    ...weighted({ web: 1, next: 1 }, 'HTTP-80'),
  })
  await settled(made)
  assert.deepEqual(shares(made), { 30080: 1, 30090: 1 })
  await gone({ ...made, empty })
})

test('a member of a group divides the connections of its own ports', async () => {
  const made = awsBed()
  const { bed, cloud } = made
  bed.start()
  await bed.pass(30_000)
  const empty = cloud.dump()
  const grouped = {
    'lb-controller.io/group': 'edge',
    'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
  }
  bed.apply(
    'next',
    { ...nextSpec(), type: 'LoadBalancer', ports: [{ ...nextSpec().ports[0]!, port: 81 }] },
    grouped,
  )
  bed.apply('web', webSpec, { ...grouped, ...weighted({ web: 3, 'next:81': 1 }) })
  await settled(made)
  const divided = cloud.world.listeners.list().find(({ port }) => port === 80)
  assert.deepEqual(
    divided?.forwards.map(({ weight }) => weight),
    [3, 1],
  )
  assert.deepEqual(
    ['web', 'next'].map((name) => bed.service(name)?.status?.loadBalancer?.ingress?.[0]?.ports),
    [[{ port: 80, protocol: 'TCP' }], [{ port: 81, protocol: 'TCP' }]],
    'each its own',
  )
  cloud.clearLog()
  await bed.stop()
  bed.start()
  await settled(made)
  assert.deepEqual(mutating(made), [])
  bed.delete('next')
  await bed.until('gone', () => bed.service('next') === undefined, 1_200_000)
  await bed.pass(10_000)
  assert.match(bed.condition('web')?.message ?? '', /there is no Service next/)
  assert.equal(cloud.world.listeners.list().find(({ port }) => port === 80)?.forwards.length, 2)
  bed.delete('web')
  await bed.until('gone', () => bed.service('web') === undefined, 1_200_000)
  await bed.pass(60_000)
  assert.deepEqual(cloud.dump(), empty)
})

test('an older status without ports gets them in one patch', async () => {
  const made = await begun({ web: 1 })
  const { bed } = made
  const [entry] = bed.service('web')?.status?.loadBalancer?.ingress ?? []
  assert.deepEqual(entry?.ports, [{ port: 80, protocol: 'TCP' }])
  await bed.stop()
  const older = { status: { loadBalancer: { ingress: [{ hostname: entry.hostname }] } } }
  bed.cluster.patch('services', { namespace: 'shop', name: 'web' }, older, { subresource: 'status' })
  bed.kubeLog.length = 0
  bed.start()
  await settled(made)
  await bed.pass(3_600_000)
  assert.deepEqual(bed.service('web')?.status?.loadBalancer?.ingress, [entry])
  assert.equal(bed.kubeLog.filter((line) => /patch services/i.test(line)).length, 1, bed.kubeLog.join('\n'))
})

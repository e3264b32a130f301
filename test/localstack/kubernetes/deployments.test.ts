import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cluster, faultOf } from './cluster.ts'
import { deployment, inWorld } from './workload-world.ts'

const image = (name: string) => ({
  spec: { template: { spec: { containers: [{ name: 'nginx', image: name }] } } },
})
const strategic = { type: 'strategic' } as const

test('a Deployment becomes a ReplicaSet, pods on all nodes, and a status', () =>
  inWorld(async (world) => {
    world.state.create('deployments', deployment())
    await world.settle()
    assert.deepEqual(
      world
        .pods()
        .map(({ spec }) => spec?.nodeName ?? '')
        .toSorted(),
      ['node-1', 'node-2'],
    )
    const { status, metadata } = world.web()
    assert.equal(status?.availableReplicas, 2)
    assert.equal(status.observedGeneration, 1)
    assert.deepEqual(
      status.conditions?.map(({ type, reason }) => `${type} ${reason}`),
      ['Available MinimumReplicasAvailable', 'Progressing NewReplicaSetAvailable'],
    )
    assert.equal(metadata.annotations?.['deployment.kubernetes.io/revision'], '1')
    assert.match(world.pods()[0]?.metadata.name ?? '', /^web-[0-9a-f]{10}-[0-9a-f]{5}$/)
  }))

test('a new image rolls out under a new ReplicaSet, and the old template comes back under a new revision', () =>
  inWorld(async (world) => {
    world.state.create('deployments', deployment())
    await world.settle()
    const [first] = world.sets()
    world.state.patch('deployments', 'web', image('nginx:2'), strategic)
    await world.settle()
    assert.deepEqual(
      world
        .sets()
        .map(({ spec }) => String(spec?.replicas))
        .toSorted(),
      ['0', '2'],
    )
    world.state.patch('deployments', 'web', image('nginx:1'), strategic)
    await world.settle()
    const again = world.state.get('replicasets', first?.metadata ?? '')
    assert.equal(world.sets().length, 2)
    assert.equal(again.spec?.replicas, 2)
    assert.equal(again.metadata.annotations?.['deployment.kubernetes.io/revision'], '3')
    assert.equal(again.metadata.annotations['deployment.kubernetes.io/revision-history'], '1')
  }))

test('a pod that is deleted is replaced; scaling down to none and back makes new pods', () =>
  inWorld(async (world) => {
    world.state.create('deployments', deployment())
    await world.settle()
    const names = () => world.pods().map(({ metadata }) => metadata.name)
    const [lost = ''] = names()
    world.state.delete('pods', lost)
    await world.advance(2000)
    assert.equal(names().length, 2)
    assert.ok(!names().includes(lost))
    const before = names()
    world.state.patch('deployments', 'web', { spec: { replicas: 0 } })
    await world.advance(2000)
    assert.deepEqual(names(), [])
    world.state.patch('deployments', 'web', { spec: { replicas: 2 } })
    await world.settle()
    assert.ok(names().length === 2 && names().every((name) => !before.includes(name)))
  }))

test('Recreate ends all old pods first', () =>
  inWorld(async (world) => {
    world.state.create('deployments', deployment({ strategy: { type: 'Recreate' } }))
    await world.settle()
    world.state.patch('deployments', 'web', image('nginx:2'), strategic)
    await world.settle()
    assert.ok(world.pods().every(({ metadata }) => metadata.deletionTimestamp !== undefined))
    await world.advance(2000)
    assert.deepEqual(
      world.pods().map(({ spec }) => spec?.containers?.[0]?.image),
      ['nginx:2', 'nginx:2'],
    )
  }))

test('a rollout that cannot get pods says so after its deadline, and goes on when a node comes back', () =>
  inWorld(async (world) => {
    for (const name of ['node-1', 'node-2'])
      world.state.patch('nodes', { name }, { spec: { unschedulable: true } })
    world.state.create('deployments', deployment({ progressDeadlineSeconds: 60 }))
    await world.advance(61_000)
    const reasonNow = () => world.web().status?.conditions?.find(({ type }) => type === 'Progressing')?.reason
    assert.equal(reasonNow(), 'ProgressDeadlineExceeded')
    const [pod] = world.pods()
    assert.match(JSON.stringify(pod?.status), /0\/2 nodes are available: 2 node\(s\) were unschedulable\./)
    world.state.patch('nodes', { name: 'node-2' }, { spec: { unschedulable: null } })
    await world.settle()
    assert.equal(reasonNow(), 'NewReplicaSetAvailable')
    assert.deepEqual(
      world.pods().map(({ spec }) => spec?.nodeName),
      ['node-2', 'node-2'],
    )
  }))

test('pods count as available only after minReadySeconds', () =>
  inWorld(async (world) => {
    world.state.create('deployments', deployment({ minReadySeconds: 30 }))
    await world.advance(29_000)
    assert.equal(world.web().status?.readyReplicas, 2)
    assert.equal(world.web().status?.availableReplicas ?? 0, 0)
    await world.advance(2000)
    assert.equal(world.web().status?.availableReplicas, 2)
  }))

const endings = [
  { name: 'background', policy: 'Background', at: [0, 0], later: [0, 0] },
  { name: 'foreground: the owner goes last', policy: 'Foreground', at: [1, 2], later: [0, 0] },
  { name: 'orphan', policy: 'Orphan', at: [0, 2], later: [0, 2] },
]
for (const { name, policy, at, later } of endings)
  test(`deleting a Deployment, ${name}`, () =>
    inWorld(async (world) => {
      world.state.create('deployments', deployment())
      await world.settle()
      world.state.delete('deployments', 'web', { propagationPolicy: policy })
      await world.settle()
      const owners = () => world.state.list('deployments').items.length
      const running = () =>
        world.pods().filter(({ metadata }) => metadata.deletionTimestamp === undefined).length
      assert.equal(owners(), at[0])
      if (policy === 'Foreground') assert.equal(world.pods().length, at[1])
      await world.advance(3000)
      assert.deepEqual([owners(), running()], later)
      assert.equal(world.pods().length, later[1])
    }))

const changed = (spec: object) => () => cluster().create('deployments', deployment(spec))
const refused = [
  {
    name: 'a selector that does not match',
    run: changed({ selector: { matchLabels: { app: 'db' } } }),
    says: 'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
  },
  {
    name: 'another selector',
    run: () => {
      const state = cluster()
      state.create('deployments', deployment())
      state.patch('deployments', 'web', {
        spec: {
          selector: { matchLabels: { app: 'web', tier: 'a' } },
          template: { metadata: { labels: { tier: 'a' } } },
        },
      })
    },
    says: 'spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"a"}}: field is immutable',
  },
  {
    name: 'neither surge nor unavailability',
    run: changed({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    says: 'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
  },
  {
    name: 'fewer than none',
    run: changed({ replicas: -1 }),
    says: 'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  },
  {
    name: 'Recreate with rolling settings',
    run: changed({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    says: "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  },
]
for (const { name, run, says } of refused)
  test(`a Deployment is refused: ${name}`, () => {
    assert.equal(faultOf(run).message, `Deployment.apps "web" is invalid: ${says}`)
  })

test('a Deployment that is scaled in the middle of a rollout grows in all its ReplicaSets', () =>
  inWorld(async (world) => {
    world.state.create(
      'deployments',
      deployment({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } }),
    )
    await world.settle()
    // No node takes another pod, so that the rollout stays where it is.
    for (const node of ['node-1', 'node-2'])
      world.state.patch('nodes', node, { spec: { unschedulable: true } })
    world.state.patch('deployments', 'web', image('nginx:2'), strategic)
    await world.settle()
    const sizes = () =>
      world
        .sets()
        .map(({ spec }) => spec?.replicas ?? 0)
        .toSorted((a, b) => a - b)
    assert.deepEqual(sizes(), [5, 8])
    world.state.patch('deployments', 'web', { spec: { replicas: 15 } })
    await world.settle()
    assert.deepEqual(sizes(), [7, 11])
  }))

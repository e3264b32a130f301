import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock, settle } from '../../../src/lib/clock.ts'
import { idleLauncher } from './idle-launcher.ts'
import { isReady, withPods } from './pod-world.ts'

const deployment = {
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'echo' }] },
    },
  },
}

const taintsOf = (node: { readonly spec?: { readonly taints?: readonly { readonly key: string }[] } }) =>
  node.spec?.taints?.map(({ key }) => key) ?? []

const clocked = () => ({ clock: new VirtualClock(), launcher: idleLauncher() })

test('a stopped node is noticed, its pods are given up and begun elsewhere', () => {
  const { clock, launcher } = clocked()
  return withPods(
    203,
    async ({ state, pods, all }) => {
      state.create('deployments', deployment)
      await settle()
      assert.deepEqual(
        all()
          .map(({ spec }) => spec?.nodeName)
          .toSorted((a = '', b = '') => (a < b ? -1 : 1)),
        ['node-1', 'node-2'],
      )
      const before = state.get('nodes', { name: 'node-1' })
      pods.stopNode('node-1')
      await clock.advance(1900)
      assert.equal(all().filter(isReady).length, 2)
      await clock.advance(200)
      assert.equal(all().filter(isReady).length, 1)
      assert.ok(taintsOf(state.get('nodes', { name: 'node-1' })).includes('node.kubernetes.io/unreachable'))
      await clock.advance(10_000)
      const [lost, ...others] = all().filter(({ spec }) => spec?.nodeName === 'node-1')
      assert.notEqual(lost?.metadata.deletionTimestamp, undefined)
      assert.deepEqual(others, [])
      assert.equal(all().filter(isReady).length, 2)
      pods.startNode('node-1')
      await settle()
      const { spec, status } = state.get('nodes', { name: 'node-1' })
      assert.deepEqual({ spec, status }, { spec: before.spec, status: before.status })
      await clock.advance(31_000)
      assert.equal(all().length, 2)
    },
    { clock, launcher },
  )
})

test('a node that is back soon begins its pods again', () => {
  const { clock, launcher } = clocked()
  return withPods(
    203,
    async ({ state, pods, add, pod }) => {
      add('web', {})
      await settle()
      const node = pod('web')?.spec?.nodeName ?? ''
      pods.stopNode(node)
      await clock.advance(3000)
      pods.startNode(node)
      await settle()
      const [status] = (pod('web')?.status?.containerStatuses ?? []) as [{ restartCount: number }]
      assert.equal(status.restartCount, 1)
      assert.equal(isReady(state.get('pods', 'web')), true)
    },
    { clock, launcher },
  )
})

test('pods of a node that is deleted go with it', () => {
  const { clock, launcher } = clocked()
  return withPods(
    203,
    async ({ state, add, pod }) => {
      add('web', {})
      await settle()
      state.delete('nodes', { name: pod('web')?.spec?.nodeName ?? '' })
      await settle()
      assert.equal(pod('web'), undefined)
    },
    { clock, launcher },
  )
})

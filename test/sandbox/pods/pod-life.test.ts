import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock, settle } from '../../../src/lib/clock.ts'
import type { Container, Pod } from '../../../src/sandbox/pods/objects.ts'
import { idleLauncher, type IdleOptions } from './idle-launcher.ts'
import { isReady, withPods, type PodWorld } from './pod-world.ts'

/** A world in which containers do nothing, and time is moved by hand. */
async function inTime(
  story: (world: PodWorld, clock: VirtualClock) => Promise<void>,
  options: IdleOptions = {},
): Promise<void> {
  const clock = new VirtualClock()
  await withPods(204, (world) => story(world, clock), { clock, launcher: idleLauncher(options) })
}

const readyNow = (pod: Pod | undefined): boolean => pod !== undefined && isReady(pod)
const restartsOf = (pod: Pod | undefined): number =>
  (pod?.status?.containerStatuses?.[0] as { restartCount: number } | undefined)?.restartCount ?? -1

const probes = (kind: 'readinessProbe' | 'livenessProbe' | 'startupProbe'): Partial<Container> => ({
  [kind]: { httpGet: { port: 80 }, periodSeconds: 2, failureThreshold: 2 },
})

test('a deleted pod that does not hear gets its grace, then SIGKILL', () =>
  inTime(
    async ({ state, add, pod, events }, clock) => {
      add('web', {}, { terminationGracePeriodSeconds: 5 })
      await settle()
      state.delete('pods', 'web')
      await clock.advance(4900)
      assert.equal(readyNow(pod('web')), true)
      await clock.advance(200)
      assert.equal(pod('web'), undefined)
      assert.ok(events().includes('Killing'))
    },
    { stubborn: true },
  ))

test('a hook before the end takes its time from the grace', () =>
  inTime(async ({ state, add, pod }, clock) => {
    add('web', { lifecycle: { preStop: { sleep: { seconds: 3 } } } })
    await settle()
    state.delete('pods', 'web')
    await clock.advance(2900)
    assert.notEqual(pod('web'), undefined)
    await clock.advance(200)
    assert.equal(pod('web'), undefined)
  }))

test('readiness follows its probe within a period', () => {
  let answers = false
  return inTime(
    async ({ add, pod, events }, clock) => {
      add('web', probes('readinessProbe'))
      await settle()
      assert.equal(readyNow(pod('web')), false)
      answers = true
      await clock.advance(2000)
      assert.equal(readyNow(pod('web')), true)
      answers = false
      await clock.advance(4000)
      assert.equal(readyNow(pod('web')), false)
      assert.equal(restartsOf(pod('web')), 0)
      assert.ok(events().includes('Unhealthy'))
    },
    { check: () => answers },
  )
})

test('a container that fails its liveness probe is begun again', () => {
  let answers = true
  return inTime(
    async ({ add, pod }, clock) => {
      add('web', probes('livenessProbe'))
      await clock.advance(5000)
      assert.equal(restartsOf(pod('web')), 0)
      answers = false
      await clock.advance(4000)
      answers = true
      await clock.advance(100)
      assert.equal(restartsOf(pod('web')), 1)
      assert.equal(readyNow(pod('web')), true)
    },
    { check: () => answers },
  )
})

test('the other probes wait for the startup probe', () => {
  let answers = false
  return inTime(
    async ({ add, pod }, clock) => {
      add('web', { ...probes('startupProbe'), startupProbe: { httpGet: { port: 80 }, failureThreshold: 30 } })
      await clock.advance(20_000)
      assert.equal(readyNow(pod('web')), false)
      answers = true
      await clock.advance(10_000)
      assert.equal(readyNow(pod('web')), true)
      assert.equal(restartsOf(pod('web')), 0)
    },
    { check: () => answers },
  )
})

test('a readiness gate is honoured', () =>
  inTime(async ({ state, add, pod }) => {
    add('web', {}, { readinessGates: [{ conditionType: 'example.com/gate' }] })
    await settle()
    assert.equal(readyNow(pod('web')), false)
    const conditions = [{ type: 'example.com/gate', status: 'True' }]
    state.patch('pods', 'web', { status: { conditions } }, { type: 'strategic', subresource: 'status' })
    await settle()
    assert.equal(readyNow(pod('web')), true)
  }))

test('init containers come first, one after the other', () =>
  inTime(async ({ add, pod, pods }) => {
    add(
      'web',
      {},
      { initContainers: [{ name: 'one' }, { name: 'two' }].map((one) => ({ ...one, image: 'echo' })) },
    )
    await settle()
    const life = pods.life('default', 'web')
    assert.deepEqual(
      ['one', 'two', 'app'].map((name) => life?.state(name)?.life.is),
      ['running', 'waiting', 'waiting'],
    )
    life?.workload('one')?.stop()
    await settle()
    assert.deepEqual(
      ['one', 'two', 'app'].map((name) => life?.state(name)?.life.is),
      ['ended', 'running', 'waiting'],
    )
    life?.workload('two')?.stop()
    await settle()
    assert.equal(pod('web')?.status?.phase, 'Running')
    assert.equal(readyNow(pod('web')), true)
  }))

test('a pod that is deleted by force is away at once', () =>
  inTime(
    async ({ state, add, pod, pods }) => {
      add('web', {})
      await settle()
      const ended = pods.life('default', 'web')?.workload('app')?.ended
      state.edit('pods', 'web', (draft) => {
        draft.metadata.finalizers = []
      })
      state.delete('pods', 'web', {})
      assert.equal(pod('web'), undefined)
      assert.deepEqual(await ended, { exitCode: 137, signal: 9 })
      assert.equal(pods.life('default', 'web'), undefined)
    },
    { stubborn: true },
  ))

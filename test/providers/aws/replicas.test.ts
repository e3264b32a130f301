import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProvider } from '../../../providers/aws/index.ts'
import type { KubeApi } from '../../../src/kube/port.ts'
import { Bed } from '../../support/bed.ts'
import { inProcess } from './in-process.ts'
import { awsBed } from './subject.ts'

/** Two controllers on one cluster and one cloud, whose log tells them apart. */
function pair() {
  const { bed, cloud } = awsBed({ kube: (api) => cutOff(api, () => state.alone) })
  const state = { alone: false }
  const second = new Bed({
    clock: bed.clock,
    cluster: bed.cluster,
    settings: { identity: 'second' },
    provider: (clock, clusterUid) =>
      createProvider({ region: 'us-east-1' }, { api: inProcess(cloud, 'second'), clock, clusterUid }),
  })
  const writers = () => {
    const callers = cloud.log.filter(({ mutating }) => mutating).map(({ caller = 'first' }) => caller)
    return callers.filter((caller, at) => caller !== callers[at - 1])
  }
  return { first: bed, second, cloud, state, writers }
}

/** No answer, as long as anybody waits for one. */
const silence = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const give = () => reject(new Error('no answer'))
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
  })

/** The port of one that the API server does not hear, and that hears nothing, while `alone` says so. */
function cutOff(api: KubeApi, alone: () => boolean): KubeApi {
  const unless = async <T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> => {
    const answer = alone() ? undefined : await ask()
    return alone() || answer === undefined ? silence(signal) : answer
  }
  return {
    ...api,
    get: (resource, ref, signal) => unless(signal, () => api.get(resource, ref, signal)),
    update: (resource, object, signal) => unless(signal, () => api.update(resource, object, signal)),
    patch: (resource, ref, patch, signal) => unless(signal, () => api.patch(resource, ref, patch, signal)),
  }
}

const ready = (bed: Bed, name: string): boolean => bed.condition(name)?.status === 'True'

test('aws: the leader dies in the middle of its work: the other replica ends it within 40 s', async (t) => {
  const { first, second, cloud, writers } = pair()
  first.start()
  await first.calm()
  second.start()
  first.apply('web')
  cloud.onCall = ({ action }) => {
    if (action === 'CreateListener' && first.running) first.kill()
  }
  await first.until('it is killed', () => !first.running)
  const died = first.clock.now()
  await first.until('the other one serves', () => ready(first, 'web'), 40_000)
  t.diagnostic(
    `served by the other replica ${((first.clock.now() - died) / 1_000).toFixed(1)} s after the leader died`,
  )
  assert.deepEqual(writers(), ['first', 'second'])
  assert.equal(cloud.world.loadBalancers.list().length, 1)
  await second.stop()
})

test('aws: a leader that the API server does not hear for a minute writes nothing once another one may', async () => {
  const { first, second, cloud, state, writers } = pair()
  first.start()
  await first.calm()
  second.start()
  // Every call takes long enough to be under way when the lease runs out.
  cloud.switches.latencyMs = { min: 5_000, max: 5_000 }
  for (let n = 0; n < 20; n++) first.apply(`s${n}`)
  await first.until('it writes', () => writers().length > 0)
  state.alone = true
  const began = first.clock.now()
  await first.until('the other one leads', () => second.manager.term !== undefined, 40_000)
  assert.ok(cloud.log.some(({ mutating, caller }) => mutating && caller === undefined))
  await first.pass(60_000 - (first.clock.now() - began))
  state.alone = false
  const all = () => Array.from({ length: 20 }, (_, n) => ready(first, `s${n}`)).every(Boolean)
  await first.until('all are served', all)
  assert.deepEqual(writers(), ['first', 'second'])
  assert.equal(cloud.world.loadBalancers.list().length, 20)
  await second.stop()
  await first.stop()
})

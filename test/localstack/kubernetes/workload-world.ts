import { runControllers } from '../../../localstack/kubernetes/controllers/run.ts'
import type { AnyObject } from '../../../localstack/kubernetes/object.ts'
import type { PodObject } from '../../../localstack/kubernetes/workload-objects.ts'
import type { VirtualClock } from '../../../src/lib/clock.ts'
import { settle } from '../../../src/lib/clock.ts'
import { cluster } from './cluster.ts'

/** A cluster of two nodes in which Deployments become pods. */
export function world() {
  const state = cluster()
  const running = new AbortController()
  for (const number of [1, 2])
    state.addNode({ name: `node-${number}`, podCIDRs: [`10.244.${number}.0/24`, `fd00:${number}::/112`] })
  runControllers(state, running.signal, { graceMs: 1000 })
  return {
    state,
    stop: () => running.abort(),
    settle: () => settle(),
    advance: (ms: number) => (state.clock as VirtualClock).advance(ms),
    pods: () => state.list('pods').items as readonly PodObject[],
    sets: () => state.list('replicasets').items,
    web: () => state.get('deployments', 'web'),
  }
}

export type World = ReturnType<typeof world>

export const deployment = (spec: object = {}, image = 'nginx:1') =>
  ({
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'nginx', image, ports: [{ name: 'http', containerPort: 80 }] }] },
      },
      ...spec,
    },
  }) as unknown as AnyObject

/** Runs a story in a new world, which ends with it. */
export async function inWorld(story: (world: World) => Promise<void>): Promise<void> {
  const made = world()
  try {
    await story(made)
  } finally {
    made.stop()
  }
}

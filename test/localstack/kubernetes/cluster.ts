import { VirtualClock } from '../../../src/lib/clock.ts'
import type { ServiceObject, ServiceSpec } from '../../../src/model/objects.ts'
import { ApiFault } from '../../../localstack/kubernetes/fault.ts'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import type { ClusterOptions } from '../../../localstack/kubernetes/state-options.ts'

/** A cluster in which nothing is random. */
export function cluster(options: ClusterOptions = {}): ClusterState {
  let count = 0
  return new ClusterState({ clock: new VirtualClock(), uid: () => `uid-${++count}`, ...options })
}

export const service = (spec: ServiceSpec = {}, name = 'web'): ServiceObject => ({
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
})

export const loadBalancer = (spec: ServiceSpec = {}, name = 'web') =>
  service({ type: 'LoadBalancer', ...spec }, name)

/** The fault that `run` ends in. */
export function faultOf(run: () => unknown): ApiFault {
  try {
    run()
  } catch (error) {
    if (error instanceof ApiFault) return error
    throw error
  }
  throw new Error('expected a fault')
}

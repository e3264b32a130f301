import type { ClusterState } from '../state.ts'
import { DeploymentController } from './deployments.ts'
import { GarbageCollector } from './garbage-collector.ts'
import { EndpointSliceController, type SliceOptions } from './endpoint-slices.ts'
import { EndpointsController } from './endpoints.ts'
import { Kubelet, type KubeletOptions } from './kubelet.ts'
import { ReplicaSetController } from './replica-sets.ts'
import { Scheduler } from './scheduler.ts'

export type ControllerOptions = SliceOptions & Pick<KubeletOptions, 'graceMs'>

/**
 * All that makes a cluster of an API server: Deployments become pods, pods get nodes and run, Services get endpoints. It
 * goes on until the signal aborts.
 */
export function runControllers(
  state: ClusterState,
  signal: AbortSignal,
  options: ControllerOptions = {},
): void {
  new GarbageCollector(state).start(signal)
  new DeploymentController(state).start(signal)
  new ReplicaSetController(state).start(signal)
  new Scheduler(state).start(signal)
  new Kubelet(state, { ...options, starts: true }).start(signal)
  new EndpointSliceController(state, options).start(signal)
  new EndpointsController(state).start(signal)
}

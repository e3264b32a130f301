import type { ClusterState } from '../state.ts'
import { DeploymentController } from './deployments.ts'
import { GarbageCollector } from './garbage-collector.ts'
import { EndpointSliceController, type SliceOptions } from './endpoint-slices.ts'
import { EndpointsController } from './endpoints.ts'
import { EventExpiry } from './event-expiry.ts'
import { Kubelet, type KubeletOptions } from './kubelet.ts'
import { ReplicaSetController } from './replica-sets.ts'
import { Scheduler } from './scheduler.ts'

/** Whatever brings pods that have a node to life and writes their status. */
export interface PodRunner {
  start(signal: AbortSignal): void
}

export type ControllerOptions = SliceOptions &
  Pick<KubeletOptions, 'graceMs'> & {
    /** Default: pods seem to run, and nothing does. */
    readonly runner?: (state: ClusterState) => PodRunner
  }

/**
 * All that makes a cluster of an API server: Deployments become pods, pods get nodes and run, Services get endpoints. It
 * goes on until the signal aborts.
 */
export function runControllers(
  state: ClusterState,
  signal: AbortSignal,
  options: ControllerOptions = {},
): void {
  new EventExpiry(state).start(signal)
  new GarbageCollector(state).start(signal)
  new DeploymentController(state).start(signal)
  new ReplicaSetController(state).start(signal)
  new Scheduler(state).start(signal)
  const runner = options.runner?.(state) ?? new Kubelet(state, { ...options, starts: true })
  runner.start(signal)
  new EndpointSliceController(state, options).start(signal)
  new EndpointsController(state).start(signal)
}

import type { PodRuntime } from '../../../localstack/kubernetes/pod-runtime.ts'
import type { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { configSource } from './config-source.ts'
import { LocalLauncher, type LauncherOptions } from './launcher.ts'
import { SandboxPods } from './pods.ts'
import { LocalPodRuntime } from './runtime.ts'

export type LocalPodsOptions = Omit<LauncherOptions, 'sources' | 'services' | 'clock'>

export interface LocalPods {
  readonly runner: SandboxPods
  readonly runtime: PodRuntime
}

/** Whatever runs the pods of a cluster on this machine. Nothing starts before the runner does. */
export function localPods(state: ClusterState, options: LocalPodsOptions): LocalPods {
  const launcher = new LocalLauncher({
    ...options,
    clock: state.clock,
    sources: configSource(state),
    services: () => state.list('services').items,
  })
  const runner = new SandboxPods(state, launcher)
  const place = options.place ?? ((address: string, port: number) => ({ address, port }))
  return { runner, runtime: new LocalPodRuntime(runner, launcher, place) }
}

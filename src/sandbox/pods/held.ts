import type { Clock } from '../../lib/clock.ts'
import { newContainer, type ContainerRules, type ContainerState } from './container-life.ts'
import type { Container, Pod } from './objects.ts'
import { Output } from './output.ts'
import { isSidecar } from './pod-status.ts'
import type { Workload } from './workload.ts'

/** A container of a pod that lives on this machine. */
export interface Held {
  readonly container: Container
  readonly rules: ContainerRules
  readonly output: Output
  state: ContainerState
  workload?: Workload
  /** Cancels the wait of a back-off. */
  waiting?: () => void
  probing?: () => void
  /** Another one with each launch: what an earlier run still says is not heard. */
  run: number
}

/** One that nothing has happened to yet. */
export function held(
  { metadata: { name, namespace = 'default', uid = '' } }: Pod,
  container: Container,
  isInit: boolean,
  policy: string,
  waits: string,
  clock: Clock,
): Held {
  // An init container runs once; it is tried again when it fails, unless nothing is.
  const once = policy === 'Never' ? 'Never' : 'OnFailure'
  const restart = isSidecar(container) ? 'Always' : isInit ? once : policy
  return {
    container,
    rules: {
      name: container.name,
      image: container.image ?? '',
      restart: restart === 'Never' || restart === 'OnFailure' ? restart : 'Always',
      startupProbe: container.startupProbe !== undefined,
      readinessProbe: container.readinessProbe !== undefined && (!isInit || isSidecar(container)),
      pod: `${name}_${namespace}(${uid})`,
    },
    output: new Output(clock),
    state: newContainer(waits),
    run: 0,
  }
}

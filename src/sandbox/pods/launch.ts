import type { PodSelf } from './fields.ts'
import type { Container, Handler, Pod } from './objects.ts'
import type { Checked } from './probe-check.ts'
import type { Output } from './output.ts'
import type { Setup } from './container-setup.ts'
import type { Workload } from './workload.ts'

export interface LaunchWish {
  readonly self: PodSelf
  readonly container: Container
  readonly output: Output
}

export interface Launched {
  readonly workload: Workload
  /** What stands in for the image. */
  readonly what: string
}

/** Begins containers, and keeps what they need on this machine. */
export interface Launcher {
  /** Rejects with `LaunchFailure`. */
  launch(wish: LaunchWish): Promise<Launched>
  /** One look at a container, for a probe or a hook. Never rejects. */
  check(self: PodSelf, container: Container, handler: Handler, timeoutMs: number): Promise<Checked>
  /** What a further command in a container is started with. Throws `LaunchFailure`. */
  setup(self: PodSelf, container: Container): Setup
  /** A ConfigMap or Secret of its namespace has changed. */
  refresh(self: PodSelf): void
  /** The pod is gone: so are its files. */
  forget(pod: Pod): void
  /** Ends whatever still runs. */
  close(): void
}

import type { Container, Pod } from './objects.ts'
import type { Output } from './output.ts'
import type { Workload } from './workload.ts'

/** Everything that is decided about a container before it begins. */
export interface LaunchWish {
  readonly pod: Pod
  readonly container: Container
  readonly ips: readonly string[]
  readonly hostIp: string | undefined
  readonly output: Output
}

/** `what` says what stands in for the image. Rejects with `LaunchFailure`. */
export type Launch = (wish: LaunchWish) => Promise<{ readonly workload: Workload; readonly what: string }>

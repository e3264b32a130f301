import { ownerOf } from '../model/from-service.ts'
import type { ServiceObject } from '../model/objects.ts'
import type { Problem } from '../model/problem.ts'
import type { Observed } from '../plan/resource.ts'
import type { Step } from '../plan/plan.ts'
import type { OwnerState } from '../plan/view.ts'
import type { Progress } from './progress.ts'

/** What the controller knows of one Service: plain JSON, served at /status/NAMESPACE/NAME. */
export interface ServiceReport {
  readonly service: string
  readonly provider: string
  /** What may be done for it: see `OwnerState`. */
  readonly state: OwnerState
  readonly converged: boolean
  /** Being planned or carried out right now. */
  readonly underWay: readonly string[]
  readonly objects: readonly {
    readonly kind: string
    readonly key: string
    readonly id: string
    readonly state: string
  }[]
  /** What is left to do, in order, with what it waits for. */
  readonly steps: readonly Step[]
  readonly problems: readonly Problem[]
  readonly failure?: { readonly op: string; readonly code: string; readonly message: string }
  /** Until it is looked at again by itself. */
  readonly nextMs?: number
}

export function reportOn(seen: {
  readonly service: ServiceObject
  readonly provider: string
  readonly state: OwnerState
  readonly progress: Progress
  readonly objects: readonly Observed[]
  /** Of what it asks for. */
  readonly problems: readonly Problem[]
  readonly nextMs?: number
}): ServiceReport {
  const { progress } = seen
  const { failure } = progress
  return {
    service: ownerOf(seen.service).name,
    provider: seen.provider,
    state: seen.state,
    converged: progress.converged,
    underWay: progress.open,
    objects: seen.objects.map(({ kind, key, id, state }) => ({ kind, key, id, state })),
    steps: progress.steps,
    problems: [...seen.problems, ...progress.problems],
    ...(failure === undefined
      ? {}
      : { failure: { op: failure.op, code: failure.code, message: failure.message } }),
    ...(seen.nextMs === undefined ? {} : { nextMs: seen.nextMs }),
  }
}

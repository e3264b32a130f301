import type { CallResult } from '../engine/gates.ts'
import type { Executed } from '../engine/execute.ts'
import type { EventSink } from '../kube/events.ts'
import type { KubeApi } from '../kube/port.ts'
import type { ReadStore } from '../kube/store.ts'
import type { Clock } from '../lib/clock.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'
import type { Log } from '../observe/log.ts'
import type { Hold, Step } from '../plan/plan.ts'
import type { Policy } from '../plan/policy.ts'
import type { Observed } from '../plan/resource.ts'
import type { Cluster } from '../provider/blueprint.ts'
import type { Provider } from '../provider/provider.ts'

/** Durations are in milliseconds. */
export interface TermSettings {
  readonly policy: Policy
  readonly adopt: boolean
  readonly loadBalancerClass?: string
  readonly listEveryMs: number
  readonly driftMs: number
  readonly graceMs: number
  /** After which what no Service has any more is removed; undefined: never. */
  readonly orphanGraceMs?: number
  readonly watchNamespace?: string
  readonly serviceWorkers: number
  readonly stackWorkers: number
  readonly cloudConcurrency: number
}

export interface TermParts {
  readonly clock: Clock
  readonly log: Log
  readonly api: KubeApi
  readonly provider: Provider
  readonly cluster: Cluster
  readonly services: ReadStore<ServiceObject>
  readonly nodes: ReadStore<NodeObject>
  readonly events: EventSink
  readonly settings: TermSettings
  /** Until when, on our clock, nobody else can lead. */
  readonly heldUntil: () => number
  /** Why a step must not be carried out, beyond the policy. */
  readonly forbids?: (step: Step, seen: Observed | undefined) => Hold | undefined
  readonly onCall?: (result: CallResult) => void
  readonly onStep?: (executed: Executed) => void
  readonly onReconciled?: (ms: number) => void
  readonly random?: () => number
}

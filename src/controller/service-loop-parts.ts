import type { EventSink } from '../kube/events.ts'
import type { ServiceChange } from '../kube/patch.ts'
import type { ReadStore } from '../kube/store.ts'
import type { Clock } from '../lib/clock.ts'
import type { ServiceObject } from '../model/objects.ts'
import type { Log } from '../observe/log.ts'
import type { Owners } from '../engine/owners.ts'
import type { ProviderError } from '../provider/errors.ts'
import type { Cluster, Facts, Lookup } from '../provider/blueprint.ts'
import type { EndpointSet } from './endpoint-set.ts'
import type { NodeSet } from './node-set.ts'
import type { ProgressParts } from './progress.ts'
import type { PublishParts } from './publish.ts'
import type { Referrals } from './referrals.ts'

/** What the work on one Service touches. */
export interface ServiceLoopParts extends ProgressParts, PublishParts {
  readonly clock: Clock
  readonly log: Log
  readonly cluster: Cluster
  readonly services: ReadStore<ServiceObject>
  readonly owners: Owners
  readonly nodes: NodeSet
  readonly endpoints: EndpointSet
  readonly referrals: Referrals
  readonly events: EventSink
  readonly facts: (lookups: readonly Lookup[], signal: AbortSignal) => Promise<Facts>
  /** Writes one patch of the status subresource and takes the answer into the store; false: the Service is gone. */
  readonly patch: (service: ServiceObject, change: ServiceChange, signal: AbortSignal) => Promise<boolean>
  readonly wakeStack: (stack: string, uid: string, rank: number) => void
  readonly awaitStack: (stack: string, uid: string) => void
  readonly again: (uid: string, ms: number) => void
  /** It is known what exists, up to what was written shortly before. */
  readonly listed: () => boolean
  /** Why it is not. */
  readonly listFailure: () => ProviderError | undefined
  readonly loadBalancerClass?: string
  readonly adopt: boolean
}

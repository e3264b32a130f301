import type { FieldChange, Observed, PartChange, Resource } from '../plan/resource.ts'
import type { Form } from './form.ts'

export interface Page {
  readonly items: readonly Observed[]
  readonly next?: string
}

/** What an update has to bring about. A kind carries out what ONE request can and leaves the rest to the next round. */
export interface Changes {
  readonly fields: readonly FieldChange[]
  readonly parts: readonly PartChange[]
}

/** What a read showed: the object, and all objects that live within it. */
export interface ReadResult {
  readonly object: Observed
  /** Complete for the kinds in `absorbs`: what the engine knew within the object and is not here, is gone. */
  readonly inside?: readonly Observed[]
}

/** How a target is, as the cloud's health checks see it. */
export interface TargetHealth {
  readonly healthy: boolean
  /** One word, in camel case. */
  readonly reason: string
  readonly message: string
}

/** A form with its calls. Each is one request, and takes its time limit from `signal`. */
export interface Kind extends Form {
  /** Every object of ours of this kind. Kinds that another one absorbs answer an empty page. */
  list(cursor: string | undefined, signal: AbortSignal): Promise<Page>
  read(seen: Observed, signal: AbortSignal): Promise<ReadResult | undefined>
  /** Finds what a create made whose answer was lost, or what already holds our name. */
  find(want: Resource, signal: AbortSignal): Promise<ReadResult | undefined>
  create(want: Resource, inside: readonly Resource[], signal: AbortSignal): Promise<Observed>
  update(seen: Observed, want: Resource, changes: Changes, signal: AbortSignal): Promise<Observed>
  delete(seen: Observed, signal: AbortSignal): Promise<void>
  /** Which allowance of the account its calls draw on, where the cloud gives several; `changes`: those of an update. */
  budget?(changes: Changes | undefined): string
  /** How these parts of it, by key, are as targets. Only kinds whose parts are checked have it. */
  health?(
    seen: Observed,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, TargetHealth>>
}

import type { Capabilities } from '../../src/provider/blueprint.ts'
import type { Bed, BedOptions } from '../support/bed.ts'

/** What a provider's test cloud must offer so that the same behaviours can be asked of every provider. */
export interface SubjectCloud {
  /** Every object, with ids that depend on history replaced: two runs that ended the same give the same. */
  dump(): unknown
  /** Writes so far. */
  writes(): readonly string[]
  reads(): number
  /** The k-th write from now is cut: before it takes effect, or with its answer lost. `then` runs at that moment. */
  cutNext(call: number, effect: 'before' | 'after', then: () => void): void
  uncut(): void
  /** What others do behind our back, by name. */
  readonly drifts: Readonly<Record<string, (bed: Bed) => void>>
  /** What must exist in the cloud before a node of this number is one. */
  nodeJoined?(n: number): void
  /** Lists that lag and calls that are refused for a while, or an end of it. */
  trouble?(on: boolean): void
}

/** What is under way when a controller dies. */
export interface Story {
  readonly name: string
  readonly options?: Partial<BedOptions>
  /** Brought to its end before anything is cut. */
  before(bed: Bed): void
  act(bed: Bed): void
  /** Whether it ended. */
  over(bed: Bed): boolean
  /** What history may decide is not compared at its end. */
  readonly timeless?: true
  /** What may change while nobody is there to see it. */
  readonly turns?: readonly Turn[]
}

/** Another turn of a story, while it is under way. */
export interface Turn {
  readonly name: string
  readonly happens: (bed: Bed) => void
  readonly over: (bed: Bed) => boolean
}

export const isTrue = (bed: Bed, name: string): boolean =>
  bed.condition(name)?.status === 'True' && bed.manager.term?.idle === true

export interface Subject {
  readonly name: string
  make(options?: Partial<BedOptions>): { readonly bed: Bed; readonly cloud: SubjectCloud }
  /** Objects that a plain Service's target sets are: one write each when a node joins. */
  readonly targetSets: number
  /** An annotation or field that is refused, as a patch, with the code that must be told, and what takes it back. */
  readonly invalid: { readonly patch: object; readonly code: string; readonly heal: object }
  /** What only this provider has, for the crash suite. */
  readonly stories?: readonly Story[]
  /** Services can share a load balancer. */
  readonly groups?: true
  /** An edit that narrows, as a patch. */
  readonly edit: object
  /** A dump without what history may decide: for which of several owners a shared part is written. */
  readonly timeless?: (dump: unknown) => unknown
  /** As the provider says it of itself. */
  readonly can: Capabilities
}

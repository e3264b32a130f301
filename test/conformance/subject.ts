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
  /** Refuses writes that concern this Service's part of a shared object, as a cloud does that finds it invalid. */
  nodeJoined?(n: number): void
}

export interface Subject {
  readonly name: string
  make(options?: Partial<BedOptions>): { readonly bed: Bed; readonly cloud: SubjectCloud }
  /** Objects that a plain Service's target sets are: one write each when a node joins. */
  readonly targetSets: number
  /** An annotation or field that is refused, as a patch, with the code that must be told. */
  readonly invalid: { readonly patch: object; readonly code: string }
  /** An edit that narrows, as a patch. */
  readonly edit: object
  readonly can: { readonly sourceRanges: boolean }
}

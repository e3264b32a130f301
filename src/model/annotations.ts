import type { Result } from '../lib/result.ts'
import type { Severity } from './problem.ts'

/** Why a text is not a value of a type. */
export interface Rejection {
  readonly message: string
  /** Overrides the type's own sentence where something more exact is known. */
  readonly accepted?: string
  readonly hint?: string
  readonly code?: string
}

/** How the text of an annotation becomes a value. `accepts` is shown in docs and in every refusal. */
export interface ValueType<T> {
  readonly name: string
  readonly accepts: string
  parse(text: string): Result<T, Rejection>
}

/**
 * What we do with a key. `ignored` (a warning) and `refused` (an error) carry a reason that the user is told, and the
 * values that ask for what holds anyway: those pass in silence (`all` where a controller writes the key by itself).
 */
export type Verdict =
  | { readonly is: 'implemented' }
  | { readonly is: 'ignored'; readonly why: string; readonly harmless?: readonly string[] | 'all' }
  | { readonly is: 'refused'; readonly why: string; readonly harmless?: readonly string[] }

/** One row of a provider's table: it drives parsing, validation, docs and did-you-mean. */
export interface AnnotationSpec<T> {
  /** For a family of keys: with its variable part in angle brackets, `...-attributes.<port>`. */
  readonly key: string
  /** Set for a family of keys: which keys belong to it. Its group `at` is the variable part: `(?<at>\d+)`. */
  readonly family?: RegExp
  readonly type: ValueType<T>
  /** The portable key that sets the same; its value is turned into this row's. Both at once have to agree. */
  readonly portable?: { readonly key: string; readonly type: ValueType<T> }
  readonly verdict: Verdict
  /** The key says who may connect: a blank value is no wish for everybody, so it is refused. */
  readonly blank?: 'refused'
  readonly doc: string
  /** What holds when the key is absent, in words. */
  readonly default: string
  readonly example: string
}

/** A key that every provider maps onto a row of its own. */
export interface PortableKey<T> {
  readonly key: string
  readonly type: ValueType<T>
  readonly doc: string
  readonly example: string
}

/** Rows by the short name that `desired` reads them under. */
export type AnnotationTable = Readonly<Record<string, AnnotationSpec<unknown>>>

export interface Setting<T> {
  readonly value: T
  readonly key: string
  readonly raw: string
  /** `metadata.annotations["key"]`. */
  readonly path: string
}

export type AnySettings = Readonly<Record<string, Setting<unknown> | undefined>>

/** Of families: by row, then by the variable part of the key. */
export type AnyKeyed = Readonly<Record<string, Readonly<Record<string, Setting<unknown>>>>>

export type Keyed<Table extends AnnotationTable> = {
  readonly [Name in keyof Table]?: Table[Name] extends AnnotationSpec<infer T>
    ? Readonly<Record<string, Setting<T>>>
    : never
}

export type Settings<Table extends AnnotationTable> = {
  readonly [Name in keyof Table]?: Table[Name] extends AnnotationSpec<infer T> ? Setting<T> : never
}

/** Keys that other clouds' controllers honour: never called a typo here. `cloud` is for the sentence. */
export interface ForeignKey {
  readonly key: string
  readonly cloud: string
  readonly severity: Severity
}

/** The typed view of what was read with `table`, or with a table that holds its rows. */
export const settingsOf = <Table extends AnnotationTable>(
  _table: Table,
  lb: { readonly settings: AnySettings },
): Settings<Table> => lb.settings as Settings<Table>

/** The same for the families of keys in a table. */
export const keyedOf = <Table extends AnnotationTable>(
  _table: Table,
  lb: { readonly keyed: AnyKeyed },
): Keyed<Table> => lb.keyed as Keyed<Table>

/** A row for who may connect. */
export const restricting = <T>(row: AnnotationSpec<T>): AnnotationSpec<T> => ({ ...row, blank: 'refused' })

import type { ServiceObject } from '../../src/model/objects.ts'

/** A case of the shared vectors: what a peer builds from a Service, as data. */
export interface Vector {
  readonly name: string
  readonly operation?: string
  readonly source: {
    readonly repo: string
    readonly file: string
    readonly test: string
    readonly index?: number
  }
  readonly service?: ServiceObject | null
  readonly context: Readonly<Record<string, unknown>>
  readonly expected: unknown
  readonly unconvertible?: readonly string[]
}

/** A group of cases: a JSON file, or a folder with one case in each. */
export interface VectorFile {
  /** Below the vectors' folder: `gcp/firewalls.json`, `aws/lbc/stack`. */
  readonly name: string
  readonly cases: readonly Vector[]
  /** Another file of the vectors, by its path there: the states that mixed cases start from. */
  readonly beside: (path: string) => unknown
}

/** Differences between what our code decides and what the peer expects; empty: the same, field for field. */
export type Compare = (one: Vector, file: VectorFile) => readonly string[]

/** What a file counts as. */
export type Graded = 'objects' | 'naming' | 'helpers' | 'proxy'

export interface CloudVectors {
  readonly cloud: string
  /**
   * `objects`: its cases describe objects built from a Service, the bar holds. `naming`: names only. `helpers`: small
   * functions of the peer that have no counterpart in an object. `proxy`: what the node proxy decides, and all must hold.
   */
  readonly graded: (file: string) => Graded
  /** The comparison for a case; undefined where there is none, which counts as a difference. */
  readonly compare: (one: Vector, file: VectorFile) => Compare | undefined
  /** `file: name of the case` -> the pitfall that we avoid by differing. */
  readonly listed: Readonly<Record<string, string>>
  /** The same where several cases show one pitfall. */
  readonly pitfalls?: readonly Pitfall[]
}

export interface Pitfall {
  /** Whether a case shows it: by what the case is given, never by its name. */
  readonly shownBy: (one: Vector) => boolean
  readonly why: string
}

import type { Service } from '../switches.ts'

/** The form of `model.json`. */
export interface Model {
  /** By action: the places of its input and its output in `shapes`. */
  readonly operations: Readonly<Record<Service, Readonly<Record<string, readonly [number, number]>>>>
  readonly shapes: readonly ModelShape[]
}

export type ScalarKind = 'string' | 'number' | 'boolean' | 'timestamp' | 'blob'

/** `unknown`: of a kind that no call here has needed. */
export type ModelShape =
  ScalarKind | 'unknown' | { readonly list: ModelMember } | { readonly members: readonly ModelMember[] }

export interface ModelMember {
  readonly name: string
  /** Its place in `shapes`. */
  readonly shape: number
  readonly required?: boolean
  readonly xmlName?: string
  readonly queryName?: string
}

import type { Cause } from './fault.ts'
import type { AnyObject, Draft } from './object.ts'

/**
 * What is particular to one resource. The store calls the parts in this order while an object is still a draft;
 * `allocate` may reserve nothing, it only chooses: `settle` is told what has really been stored.
 */
export interface Strategy<T = AnyObject> {
  /** Defaults and clears fields. `before` is absent on create. */
  readonly prepare?: (draft: Draft<T>, before: T | undefined) => void
  readonly allocate?: (draft: Draft<T>, before: T | undefined) => void
  readonly check?: (object: T, before: T | undefined) => readonly Cause[]
  readonly checkStatus?: (object: T) => readonly Cause[]
  readonly settle?: (before: T | undefined, after: T | undefined) => void
}

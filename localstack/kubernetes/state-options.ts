import type { Clock } from '../../src/lib/clock.ts'
import type { Writer } from './fields/tracking.ts'
import type { PatchType } from './patch/patch.ts'
import type { StoreOptions } from './store.ts'
import type { StrategyOptions } from './strategies.ts'

export interface ClusterOptions extends StrategyOptions, StoreOptions {
  readonly clock?: Clock
  /** Makes the uids. Default: random; a test that compares output hands in a counter. */
  readonly uid?: () => string
}

export interface WriteOptions {
  readonly subresource?: 'status' | undefined
  readonly dryRun?: boolean | undefined
  /** Who owns what this request writes. Without one an object begins with no owners, and its owners stay in step. */
  readonly writer?: Writer | undefined
  /** Told of fields that the resource does not have and that are dropped; may throw to refuse them. */
  readonly onUnknown?: ((fields: readonly string[]) => void) | undefined
}

export interface PatchOptions extends WriteOptions {
  /** Default `merge`. */
  readonly type?: PatchType
}

export interface ApplyOptions extends Omit<WriteOptions, 'onUnknown'> {
  readonly writer: Writer
  /** Takes over the fields that others own, where that is a conflict otherwise. */
  readonly force?: boolean
}

export interface DeleteOptions {
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
  readonly dryRun?: boolean | undefined
  /** How long a pod may take to end; 0 removes it at once. Default: as its spec says. */
  readonly gracePeriodSeconds?: number | undefined
  /** `Foreground` and `Orphan` hold the object until a garbage collector has seen to what it owns. Default Background. */
  readonly propagationPolicy?: string | undefined
}

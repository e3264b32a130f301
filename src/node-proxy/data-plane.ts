import type { IpFamily } from '../lib/ip.ts'
import type { ProxyTable } from './table/row.ts'

/** Keys of the rows that are new, different or gone since the last call that succeeded; `all`: write everything anew. */
export type Changed = ReadonlySet<string> | 'all'

export interface FamilyFailure {
  readonly family: IpFamily
  readonly message: string
  /**
   * Present: only these rows are not served (an address that another program holds, a row that was refused), and all
   * else of the family is; they are in the next calls' `changed` until they are. Absent: nothing of the family was taken.
   */
  readonly keys?: readonly string[]
  /** It is how this data plane is (an address that is not one of this machine): no retry helps, and nobody is told. */
  readonly expected?: true
}

export interface Applied {
  /** Families not named here serve the table. One that failed keeps what it served; the caller tries it again, whole. */
  readonly failures: readonly FamilyFailure[]
}

/** Makes the machine treat packets as the table says. One call at a time. */
export interface DataPlane {
  readonly name: 'nftables' | 'userspace'
  /** Those that it can serve here, known once it has started. Undefined: all. */
  readonly families?: readonly IpFamily[] | undefined
  /** Finds out whether it can work here. Rejects with `PlaneRefused`, which names what is missing. */
  start(signal: AbortSignal): Promise<void>
  /** Resolves when packets meet the table. The first call replaces whatever an earlier process left, unnoticed by them. */
  apply(table: ProxyTable, changed: Changed, signal: AbortSignal): Promise<Applied>
  /** Whether what was written is still there. False: the caller applies `all`. */
  intact(signal: AbortSignal): Promise<boolean>
  /** Ends in good order. nftables leaves its rules in place, so that packets do not notice; userspace drains. */
  stop(): Promise<void>
  /** Removes everything that any version of this plane ever made on the machine. */
  cleanup(signal: AbortSignal): Promise<void>
}

/** The machine lacks what this data plane needs. */
export class PlaneRefused extends Error {
  override readonly name = 'PlaneRefused'
  readonly missing: string
  readonly hint: string

  constructor(missing: string, hint: string, options?: ErrorOptions) {
    super(`${missing}; ${hint}`, options)
    this.missing = missing
    this.hint = hint
  }
}

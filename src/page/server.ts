import type { PageSource } from './source.ts'
import type { Clock } from '../lib/clock.ts'

export interface PageOptions {
  readonly source: PageSource
  readonly clock: Clock
  /** `host:port`, `:port` for all addresses, `[::1]:port`; port 0 takes a free one. */
  readonly bind: string
  /** Names under which it answers beside those of loopback. */
  readonly hosts?: readonly string[]
}

export interface PageServer {
  readonly host: string
  readonly port: number
  readonly url: string
  /** Ends at once, whoever is connected. */
  close(): Promise<void>
}

import type { DispatcherOptions } from '@kubernetes/client-node'
import type * as undici from './undici-library.ts'
import type { Dispatcher } from 'undici'
import { hash } from '../lib/hash.ts'
import { KubeError } from './errors.ts'

type Undici = typeof undici

/** HTTP/1.1: a watch of its own connection cannot hold up a lease renewal. */
const limits = {
  connections: 64,
  allowH2: false,
  /** Below the 90 s after which API servers close an idle connection. */
  keepAliveTimeout: 55_000,
}

/**
 * The connections to one API server. A rotated CA or client certificate gets a pool of its own; the one before is
 * closed when its last answer is read.
 */
export class Pools {
  readonly #undici: Undici
  #key = ''
  #pool: Dispatcher | undefined
  readonly #open = new Set<Dispatcher>()

  constructor(undici: Undici) {
    this.#undici = undici
  }

  for(wanted: DispatcherOptions): Dispatcher {
    // Buffers would be hashed by their indexes; JSON writes a Buffer by its bytes.
    const key = hash([JSON.stringify(wanted)], 64)
    if (this.#pool !== undefined && this.#key === key) return this.#pool
    const pool = this.#make(wanted)
    const before = this.#pool
    this.#open.add(pool)
    this.#pool = pool
    this.#key = key
    if (before !== undefined) void before.close().then(() => this.#open.delete(before))
    return pool
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((pool) => pool.destroy()))
    this.#open.clear()
    this.#pool = undefined
  }

  #make(wanted: DispatcherOptions): Dispatcher {
    const { Agent, ProxyAgent } = this.#undici
    if (wanted.type === 'socks') throw new KubeError(0, 'Misconfigured', 'SOCKS proxies are not supported')
    if (wanted.type === 'none') return new Agent(limits)
    // The two libraries write the same TLS options in types that differ in what may be undefined.
    const connect = wanted.connect as object
    if (wanted.type === 'agent') return new Agent({ ...limits, connect })
    return new ProxyAgent({ ...limits, uri: wanted.uri, requestTls: wanted.requestTls as object, connect })
  }
}

import type { IpFamily } from '../../lib/ip.ts'
import type { Log } from '../../observe/log.ts'
import type { Relay, RelayFrontend } from '../../relay/frontend.ts'
import type { Applied, Changed, DataPlane } from '../data-plane.ts'
import type { ProxyTable, Row } from '../table/row.ts'
import { frontendId, loopbackAddress } from './frontends.ts'

/** What is counted of node ports on loopback: `nftables_localhost_nodeport_listeners` and `_listener_creation_failures_total`. */
export interface LocalhostCounts {
  listeners(count: number): void
  failed(by: number): void
}

export interface LocalhostOptions {
  readonly relay: Relay
  readonly log: Log
  readonly counts: LocalhostCounts
  readonly drainMs?: number
}

/**
 * Node ports on 127.0.0.1 and ::1 beside a data plane of the kernel, which cannot serve them: packets of loopback
 * addresses may not leave the machine. TCP only, as KEP-6032 has it; the endpoint sees this node's address.
 */
function localhostFrontends(row: Row, table: ProxyTable): readonly RelayFrontend[] {
  const settings = table.families[row.family]
  const { nodePort: port } = row
  if (settings?.nodePorts.localhost !== true || port === undefined || row.protocol !== 'TCP') return []
  const endpoints = (row.externalLocal ? row.local : row.cluster) ?? []
  if (endpoints.length === 0) return []
  const address = loopbackAddress[row.family]
  return [
    {
      id: frontendId(row.key, address, port),
      protocol: 'TCP',
      address,
      port,
      routes: [
        { targets: endpoints.map((endpoint) => ({ address: endpoint.address, port: endpoint.port })) },
      ],
      scheduler: 'random',
      ...(row.affinitySeconds === undefined ? {} : { affinitySeconds: row.affinitySeconds }),
    },
  ]
}

/**
 * The inner plane, and node ports on loopback. A port that cannot be had there is logged, counted and tried again
 * with the next whole write; it is no failure of the family, whose other addresses are served.
 */
export class LocalhostPlane implements DataPlane {
  readonly name: DataPlane['name']
  readonly #inner: DataPlane
  readonly #options: LocalhostOptions
  /** Ids of each row that has any: what the relay was asked for. */
  readonly #asked = new Map<string, readonly string[]>()
  #failed: ReadonlySet<string> = new Set()

  constructor(inner: DataPlane, options: LocalhostOptions) {
    this.name = inner.name
    this.#inner = inner
    this.#options = options
  }

  get families(): readonly IpFamily[] | undefined {
    return this.#inner.families
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#inner.start(signal)
  }

  async apply(table: ProxyTable, changed: Changed, signal: AbortSignal): Promise<Applied> {
    const applied = await this.#inner.apply(table, changed, signal)
    await this.#listen(table, changed)
    return applied
  }

  intact(signal: AbortSignal): Promise<boolean> {
    return this.#inner.intact(signal)
  }

  async stop(): Promise<void> {
    await Promise.all([this.#inner.stop(), this.#options.relay.drain(this.#options.drainMs ?? 10_000)])
  }

  cleanup(signal: AbortSignal): Promise<void> {
    return this.#inner.cleanup(signal)
  }

  async #listen(table: ProxyTable, changed: Changed): Promise<void> {
    const { relay, log, counts } = this.#options
    const put: RelayFrontend[] = []
    const remove: string[] = []
    const keys = changed === 'all' ? new Set([...table.rows.keys(), ...this.#asked.keys()]) : changed
    for (const key of keys) {
      const row = table.rows.get(key)
      const now = row === undefined ? [] : localhostFrontends(row, table)
      const ids = now.map(({ id }) => id)
      remove.push(...(this.#asked.get(key) ?? []).filter((id) => !ids.includes(id)))
      if (ids.length === 0) this.#asked.delete(key)
      else this.#asked.set(key, ids)
      put.push(...now)
    }
    if (put.length === 0 && remove.length === 0) return
    const failures = await relay.change(put, remove)
    counts.failed(failures.length)
    for (const { id, message } of failures)
      if (!this.#failed.has(id)) log.warn('node port not served on loopback', { reason: message })
    const tried = new Set([...put.map(({ id }) => id), ...remove])
    const still = [...this.#failed].filter((id) => !tried.has(id))
    this.#failed = new Set([...still, ...failures.map(({ id }) => id)])
    counts.listeners([...this.#asked.values()].flat().length - this.#failed.size)
  }
}

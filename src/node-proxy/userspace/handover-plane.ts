import { rmdir } from 'node:fs/promises'
import type { IpFamily } from '../../lib/ip.ts'
import type { Log } from '../../observe/log.ts'
import type { SharingRelay } from '../../relay/frontend.ts'
import { Handover } from '../../relay/handover.ts'
import { dropPins, keepPins, takePins } from '../../relay/pin-file.ts'
import { FolderRefused } from '../../relay/state-folder.ts'
import type { Applied, Changed, DataPlane } from '../data-plane.ts'
import type { ProxyTable } from '../table/row.ts'

export interface HandoverPlaneOptions {
  readonly relay: SharingRelay
  readonly log: Log
  /** Where this process and the one before or after it find each other. */
  readonly folder: string
  /** Another process serves now: this one may end. */
  readonly onSuperseded: () => void
}

/** How long a process that is told to end waits for a successor that is there and does not serve yet. */
const successorPatienceMs = 10_000

/** A plane whose sockets end with its process: the next process serves before this one stops. */
export class HandoverPlane implements DataPlane {
  readonly name: DataPlane['name']
  readonly #inner: DataPlane
  readonly #options: HandoverPlaneOptions
  #handover: Handover | undefined
  #serves = false
  #superseded = false
  #ending: Promise<void> | undefined

  constructor(inner: DataPlane, options: HandoverPlaneOptions) {
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

  /** The one before makes room just before this one serves, and stops just after. */
  async apply(table: ProxyTable, changed: Changed, signal: AbortSignal): Promise<Applied> {
    if (this.#superseded) return { failures: [] }
    if (this.#serves) return this.#inner.apply(table, changed, signal)
    await this.#takeOver()
    const applied = await this.#inner.apply(table, changed, signal)
    this.#serves = true
    await this.#handover?.announce()
    return applied
  }

  async #takeOver(): Promise<void> {
    if (this.#handover !== undefined) return
    const { folder, log, relay } = this.#options
    try {
      const handover = new Handover({
        folder,
        log,
        prepare: async () => {
          await relay.hold()
          await this.#keepPins()
        },
        release: () => this.#release(),
      })
      if (await handover.takeOver()) log.info('another proxy serves here: taking over from it')
      this.#handover = handover
      await relay.adopt(await takePins(folder))
    } catch (error) {
      if (!(error instanceof FolderRefused)) throw error
      log.warn('connections that come while the proxy restarts are refused: name a folder with --state-dir', {
        error,
      })
    }
  }

  intact(signal: AbortSignal): Promise<boolean> {
    return this.#inner.intact(signal)
  }

  async stop(): Promise<void> {
    const succeeded = await this.#handover?.succeeded(successorPatienceMs)
    if (succeeded === false && this.#serves) await this.#keepPins()
    this.#handover?.close()
    await this.#end()
  }

  /** So that clients with affinity keep their targets. */
  async #keepPins(): Promise<void> {
    const { relay, folder, log } = this.#options
    try {
      await keepPins(folder, await relay.pins())
    } catch (error) {
      log.warn('clients with session affinity may reach other pods after this restart', { error })
    }
  }

  async cleanup(signal: AbortSignal): Promise<void> {
    const { folder } = this.#options
    await this.#inner.cleanup(signal)
    await dropPins(folder)
    // One in which another process listens is not empty, and stays.
    await rmdir(folder).catch(() => {})
  }

  /** Not by removing what is served: a relay that drains takes what is queued, and keeps its UDP flows. */
  #release(): Promise<void> {
    this.#superseded = true
    // Whoever waits for `stop` hears of a failure.
    this.#end().catch(() => {})
    this.#options.onSuperseded()
    return Promise.resolve()
  }

  #end(): Promise<void> {
    return (this.#ending ??= this.#inner.stop())
  }
}

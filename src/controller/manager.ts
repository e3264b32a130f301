/**
 * The controller as a whole: watches, contends for the lease, and leads for a term whenever it holds it. Everything it
 * touches comes in as a port, so a test runs the very same thing on a cluster and a cloud in memory.
 */
import type { CallResult } from '../engine/gates.ts'
import type { Executed } from '../engine/execute.ts'
import type { EventSink } from '../kube/events.ts'
import { Lease } from '../kube/lease.ts'
import { nodes as nodeType, services as serviceType, type KubeApi } from '../kube/port.ts'
import { Reflector } from '../kube/reflector.ts'
import { trimNode } from '../kube/trim.ts'
import type { Clock } from '../lib/clock.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'
import type { Log } from '../observe/log.ts'
import type { Cluster } from '../provider/blueprint.ts'
import type { Provider } from '../provider/provider.ts'
import { overviewOf } from './overview.ts'
import type { ServiceReport } from './service-report.ts'
import { Term } from './term.ts'
import type { TermSettings } from './term-parts.ts'

export interface ManagerSettings extends TermSettings {
  readonly leaseNamespace: string
  readonly leaseName: string
  /** Must be another one in each process, after a restart too. */
  readonly identity: string
}

export interface ManagerParts {
  readonly clock: Clock
  readonly log: Log
  readonly api: KubeApi
  readonly provider: Provider
  readonly cluster: Cluster
  readonly events: EventSink
  readonly settings: ManagerSettings
  readonly onCall?: (result: CallResult) => void
  readonly onStep?: (executed: Executed) => void
  readonly onReconciled?: (ms: number) => void
  readonly onLeading?: (leading: boolean) => void
  readonly random?: () => number
}

export class Manager {
  readonly #parts: ManagerParts
  readonly services: Reflector<ServiceObject>
  readonly nodes: Reflector<NodeObject>
  readonly lease: Lease
  #term: Term | undefined
  /** Ends the term when the lease goes. */
  #lost = new AbortController()
  #leading: Promise<void> = Promise.resolve()
  /** Ends terms in good order. */
  readonly #stop = new AbortController()
  #told = false

  constructor(parts: ManagerParts) {
    this.#parts = parts
    const { api, clock, log, settings } = parts
    const shared = { api, clock, log, ...(parts.random === undefined ? {} : { random: parts.random }) }
    this.services = new Reflector<ServiceObject>({
      ...shared,
      resource: serviceType,
      ...(settings.watchNamespace === undefined ? {} : { namespace: settings.watchNamespace }),
    })
    this.nodes = new Reflector<NodeObject>({ ...shared, resource: nodeType, trim: trimNode })
    this.lease = new Lease({
      ...shared,
      namespace: settings.leaseNamespace,
      name: settings.leaseName,
      identity: settings.identity,
      onAcquired: () => this.#begin(),
      onLost: (why) => this.#end(why),
    })
  }

  /** The running term, while we lead. */
  get term(): Term | undefined {
    return this.#term
  }

  /** What keeps us from being of use, by name. */
  checks(): Readonly<Record<string, string | undefined>> {
    const term = this.#term
    return {
      services: this.services.hasSynced ? undefined : 'Services have not been listed yet',
      nodes: this.nodes.hasSynced ? undefined : 'Nodes have not been listed yet',
      cloud: term === undefined || term.listed ? undefined : 'cloud objects have not been listed yet',
    }
  }

  /** Who leads, as far as we know, and what is known here of one Service. */
  report(
    namespace: string,
    name: string,
  ): { readonly leader: string | undefined; readonly report?: ServiceReport } {
    const service = this.services.store.get(`${namespace}/${name}`)
    const report = service === undefined ? undefined : this.#term?.report(service)
    return { leader: this.lease.holder, ...(report === undefined ? {} : { report }) }
  }

  /** Runs until the signal aborts; then ends what is under way and gives the lease back. */
  async run(signal: AbortSignal): Promise<void> {
    const watching = new AbortController()
    const reflectors = [this.services.start(watching.signal), this.nodes.start(watching.signal)]
    signal.addEventListener('abort', () => this.#stop.abort(), { once: true })
    if (signal.aborted) this.#stop.abort()
    const leading = new AbortController()
    const lease = this.lease.start(leading.signal)
    await new Promise<void>((resolve) => {
      if (this.#stop.signal.aborted) resolve()
      else this.#stop.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    // The lease is given back only when nothing of ours can write any more.
    await this.#leading
    leading.abort()
    await lease
    watching.abort()
    await Promise.all(reflectors)
  }

  #begin(): void {
    this.#parts.onLeading?.(true)
    this.#lost = new AbortController()
    const lost = this.#lost.signal
    this.#leading = this.#leading.then(() => this.#lead(lost))
  }

  #end(why: string): void {
    this.#parts.onLeading?.(false)
    if (why !== 'stopped') this.#lost.abort()
  }

  async #lead(lost: AbortSignal): Promise<void> {
    const { log, api, clock, provider, cluster, events, settings } = this.#parts
    const signal = AbortSignal.any([this.#stop.signal, lost])
    const synced = Promise.all([this.services.synced, this.nodes.synced])
    await Promise.race([
      synced,
      new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
    ])
    if (signal.aborted) return
    const term = new Term({
      ...this.#parts,
      api,
      clock,
      log,
      provider,
      cluster,
      events,
      settings,
      services: this.services.store,
      nodes: this.nodes.store,
      heldUntil: () => this.lease.heldUntil(),
    })
    this.#term = term
    if (!this.#told) overviewOf(this.services.store.list(), provider, settings, log)
    this.#told = true
    try {
      await term.run(signal, lost)
    } finally {
      this.#term = undefined
    }
  }
}

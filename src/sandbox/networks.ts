import { follow } from '../../localstack/kubernetes/controllers/follow.ts'
import type { ClusterState } from '../../localstack/kubernetes/state.ts'
import { EventRecorder } from '../kube/events.ts'
import { endpointSlices, nodes, serviceCidrs, services, type KubeApi } from '../kube/port.ts'
import { SharedWatches } from '../kube/shared-watches.ts'
import { monotonicClock, systemClock } from '../lib/clock.ts'
import { trimOwnNode, trimService, trimServiceCidr, trimSlice } from '../node-proxy/table/trim.ts'
import { silentMetricsOf } from '../observe/metrics.ts'
import { nodeProxyMetricTable } from '../observe/node-proxy-metric-table.ts'
import type { Log } from '../observe/log.ts'
import type { Relay } from '../relay/frontend.ts'
import { LocalRelay } from '../relay/local-relay.ts'
import type { Layout } from './layout.ts'
import { openClusterNetwork, openNodeNetwork } from './net/network.ts'
import type { Translation } from './net/translation.ts'
import { SlowRelay } from './net/slow-relay.ts'
import type { ProxyParts, RunningProxy } from './net/node-proxy.ts'
import type { Part } from './part.ts'

export interface NetworksWish {
  readonly api: KubeApi
  readonly layout: Layout
  readonly translation: Translation
  readonly log: Log
}

/** What proxies read: what each would watch for itself on a machine of its own, all of them watch together here. */
const shared = [
  { resource: services, trim: trimService },
  { resource: endpointSlices, trim: trimSlice },
  { resource: nodes, trim: trimOwnNode },
  { resource: serviceCidrs, trim: trimServiceCidr },
]

/** A node that is deleted is a machine that goes on: it answers until nobody sends anything there any more. */
const deletedGraceMs = 2_000

/** The proxies of a sandbox: one a node, and one for cluster addresses. */
export class Networks implements Part {
  readonly #events: EventRecorder
  readonly #parts: ProxyParts
  readonly #over = new AbortController()
  readonly #nodes = new Map<string, RunningProxy>()
  /** What listens for each node. */
  readonly #relays = new Map<string, SlowRelay>()
  /** Nodes that the cluster has. */
  readonly #known = new Set<string>()
  /** Nodes that are to be off, whatever is written of them. */
  readonly #off = new Set<string>()
  readonly #delays = new Map<string, number>()
  /** Nodes whose listeners are on their way out: the next ones at their ports wait for that. */
  readonly #leaving = new Map<string, Promise<void>>()
  #cluster: RunningProxy | undefined

  private constructor({ api, layout, translation, log }: NetworksWish) {
    const component = 'lb-controller-node-proxy'
    this.#events = new EventRecorder({ api, clock: systemClock, instance: 'sandbox', component, log })
    this.#parts = {
      api: new SharedWatches({ api, clock: systemClock, log, kinds: shared, signal: this.#over.signal }),
      layout,
      translation,
      log,
      metrics: silentMetricsOf(nodeProxyMetricTable),
      events: this.#events,
      relay: (own) => new LocalRelay({ clock: monotonicClock, log: own }),
    }
  }

  /** Resolves when all of them serve. */
  static async open(state: ClusterState, wish: NetworksWish): Promise<Networks> {
    const networks = new Networks(wish)
    const cluster = openClusterNetwork(networks.#parts)
    networks.#cluster = cluster
    follow(state, 'nodes', networks.#over.signal, ({ metadata: { name } }, gone) => {
      if (gone) networks.#known.delete(name)
      else networks.#known.add(name)
      if (gone) void networks.#close(name, deletedGraceMs)
      else networks.#open(name)
    })
    await Promise.all([cluster, ...networks.#nodes.values()].map(({ ready }) => ready))
    return networks
  }

  /** By name of the node; cluster addresses are the network's own. */
  node(name: string): RunningProxy | undefined {
    return this.#nodes.get(name)
  }

  get cluster(): RunningProxy | undefined {
    return this.#cluster
  }

  /** Puts an end to `stopNode`. A node that was deleted meanwhile stays away. */
  startNode(name: string): void {
    this.#off.delete(name)
    this.#open(name)
  }

  /** Nothing answers at its address any more, until `startNode`. */
  async stopNode(name: string): Promise<void> {
    this.#off.add(name)
    await this.#close(name)
  }

  /** New connections through the node wait so long before they are passed on. Undefined: no longer. */
  async slowNode(name: string, delayMs: number | undefined): Promise<void> {
    if (delayMs === undefined) this.#delays.delete(name)
    else this.#delays.set(name, delayMs)
    await this.#relays.get(name)?.slow(delayMs)
  }

  /** A node that is not of the layout has no address here. */
  #open(name: string): void {
    const node = this.#parts.layout.nodes.find((one) => one.name === name)
    if (node === undefined || this.#off.has(name) || !this.#known.has(name) || this.#nodes.has(name)) return
    if (this.#leaving.has(name) || this.#over.signal.aborted) return
    const relay = (log: Log): Relay => {
      const made = new SlowRelay(this.#parts.relay(log), this.#delays.get(name))
      this.#relays.set(name, made)
      return made
    }
    this.#nodes.set(name, openNodeNetwork({ ...this.#parts, relay }, node))
  }

  async #close(name: string, afterMs = 0): Promise<void> {
    const proxy = this.#nodes.get(name)
    this.#nodes.delete(name)
    this.#relays.delete(name)
    if (proxy !== undefined) {
      const left = systemClock
        .sleep(afterMs, this.#over.signal)
        .then(() => proxy.close())
        .finally(() => this.#leaving.delete(name))
      this.#leaving.set(name, left)
      // Whoever asked for it meanwhile was told to wait.
      void left.then(() => this.#open(name))
    }
    await this.#leaving.get(name)
  }

  async close(): Promise<void> {
    this.#over.abort()
    const proxies = [...(this.#cluster === undefined ? [] : [this.#cluster]), ...this.#nodes.values()]
    await Promise.all([...proxies.map((proxy) => proxy.close()), ...this.#leaving.values()])
    await this.#events.drained()
  }
}

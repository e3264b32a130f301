import type { Clock } from '../../lib/clock.ts'
import type {
  EndpointSliceObject,
  NodeObject,
  ServiceCidrObject,
  ServiceObject,
} from '../../model/objects.ts'
import type { Log } from '../../observe/log.ts'
import { isForbidden, isNotFound } from '../../kube/errors.ts'
import {
  endpointSlices,
  nodes,
  serviceCidrs,
  services,
  type KubeApi,
  type ResourceType,
} from '../../kube/port.ts'
import { Reflector, type Trouble } from '../../kube/reflector.ts'
import type { Change } from '../../kube/store.ts'
import { headlessLabel, otherProxyLabel } from '../table/endpoints.ts'
import { serviceOfSlice } from '../table/table.ts'
import type { World } from '../table/tracker.ts'
import { trimOwnNode, trimService, trimServiceCidr, trimSlice } from '../table/trim.ts'

const notHeadless = `!${headlessLabel}`

/** What other proxies serve, and headless Services, are not even sent to us. */
const servicesOf = (proxyName: string | undefined): string =>
  `${proxyName === undefined ? `!${otherProxyLabel}` : `${otherProxyLabel}=${proxyName}`},${notHeadless}`

/** The slice controller copies the label to its slices; those of others may lack it, and are looked up by Service. */
const slicesOf = (proxyName: string | undefined): string =>
  proxyName === undefined ? servicesOf(proxyName) : notHeadless

export interface WatchesOptions {
  readonly api: KubeApi
  /** One that only goes on. */
  readonly clock: Clock
  readonly log: Log
  readonly nodeName: string
  /** These two as in `TableSettings`; who serves every node looks at none. */
  readonly serviceProxyName?: string
  readonly everyNode?: true
  readonly machineAddresses: () => readonly string[]
  /** `namespace/name` of the Service that changed, or one of whose slices did. */
  readonly onService: (service: string, change: Change<ServiceObject>) => void
  readonly onSlice: (service: string, change: Change<EndpointSliceObject>) => void
  /** The Node or a ServiceCIDR changed. */
  readonly onNode: () => void
  readonly onTrouble?: (resource: string, trouble: Trouble) => void
}

/** How long serving may wait for a Node that the API server does not have. */
const nodePatienceMs = 10_000
/** A cluster that has no ServiceCIDRs, or does not show them, may do so one day. */
const askAgainMs = 3_600_000
const unreachableMs = 10_000

/** Everything of the cluster that the proxy looks at. */
export class Watches implements World {
  readonly #opts: WatchesOptions
  readonly #services: Reflector<ServiceObject>
  readonly #slices: Reflector<EndpointSliceObject>
  readonly #nodes: Reflector<NodeObject>
  readonly #cidrs: Reflector<ServiceCidrObject>

  constructor(opts: WatchesOptions) {
    this.#opts = opts
    const more = (resource: ResourceType) => ({
      api: opts.api,
      clock: opts.clock,
      log: opts.log,
      resource,
      onTrouble: (trouble: Trouble) => opts.onTrouble?.(resource.plural, trouble),
    })
    this.#services = new Reflector({
      ...more(services),
      trim: trimService,
      labelSelector: servicesOf(opts.serviceProxyName),
    })
    this.#slices = new Reflector({
      ...more(endpointSlices),
      trim: trimSlice,
      labelSelector: slicesOf(opts.serviceProxyName),
      indexes: { service: indexed },
    })
    this.#nodes = new Reflector({
      ...more(nodes),
      trim: trimOwnNode,
      fieldSelector: `metadata.name=${opts.nodeName}`,
    })
    this.#cidrs = new Reflector({ ...more(serviceCidrs), trim: trimServiceCidr })
    this.#services.store.subscribe((change) => opts.onService(change.key, change))
    this.#slices.store.subscribe((change) => {
      const touched = new Set([change.before, change.now].flatMap((slice) => indexed(slice)))
      for (const service of touched) opts.onSlice(service, change)
    })
    this.#nodes.store.subscribe(() => opts.onNode())
    this.#cidrs.store.subscribe(() => opts.onNode())
  }

  serviceKeys = (): Iterable<string> => this.#services.store.keys()
  service = (key: string): ServiceObject | undefined => this.#services.store.get(key)
  slicesOf = (service: string): readonly EndpointSliceObject[] => this.#slices.store.by('service', service)
  node = (): NodeObject | undefined => this.#nodes.store.get(this.#opts.nodeName)
  serviceCidrs = (): Iterable<ServiceCidrObject> => this.#cidrs.store.list()
  machineAddresses = (): readonly string[] => this.#opts.machineAddresses()

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([
      this.#services.start(signal),
      this.#slices.start(signal),
      ...(this.#opts.everyNode === true ? [] : [this.#nodes.start(signal)]),
      this.#watchCidrs(signal),
    ])
  }

  /** Resolves when enough is known to write rules; false when stopped before. */
  async ready(signal: AbortSignal): Promise<boolean> {
    const listed = await Promise.all([this.#services.synced, this.#slices.synced])
    if (!listed.every(Boolean)) return false
    const { clock, log, nodeName, everyNode } = this.#opts
    if (everyNode === true) return true
    const end = clock.now() + nodePatienceMs
    while (this.node() === undefined && clock.now() < end && !signal.aborted) await clock.sleep(100, signal)
    if (this.node() === undefined && !signal.aborted)
      log.warn('the cluster has no Node of this name: no endpoint counts as local until it has', {
        node: nodeName,
        hint: 'say --node-name as "kubectl get nodes" shows it',
      })
    return !signal.aborted
  }

  /** They say which addresses are for Services; without them, unused ones are not dropped. */
  async #watchCidrs(signal: AbortSignal): Promise<void> {
    const { api, clock, log } = this.#opts
    let said = false
    while (!signal.aborted) {
      try {
        await api.list(serviceCidrs, { limit: 1 }, signal)
        return await this.#cidrs.start(signal)
      } catch (error) {
        const refused = isNotFound(error) || isForbidden(error)
        if (refused && !said)
          log.info('the cluster does not show ServiceCIDRs: going on without', {
            reason: isNotFound(error) ? 'it has none, as before Kubernetes 1.33' : 'they may not be read',
          })
        said ||= refused
        await clock.sleep(refused ? askAgainMs : unreachableMs, signal)
      }
    }
  }
}

function indexed(slice: EndpointSliceObject | undefined): readonly string[] {
  const service = slice === undefined ? undefined : serviceOfSlice(slice)
  return service === undefined ? [] : [service]
}

import { endpointSlices, namespaces, services, type KubeApi } from '../../kube/port.ts'
import { Reflector } from '../../kube/reflector.ts'
import type { Clock } from '../../lib/clock.ts'
import type { EndpointSliceObject, KubeObject, ServiceObject } from '../../model/objects.ts'
import { serviceOfSlice } from '../../node-proxy/table/table.ts'
import type { Log } from '../../observe/log.ts'
import { clusterAddresses, type Names } from './names.ts'

export interface WatchedNamesOptions {
  readonly api: KubeApi
  readonly clock: Clock
  readonly log: Log
  /** As in `Names`. */
  readonly outside: Names['outside']
}

/** The names of a cluster, as they are at this moment. */
export class WatchedNames implements Names {
  readonly outside: Names['outside']
  readonly #services: Reflector<ServiceObject>
  readonly #slices: Reflector<EndpointSliceObject>
  readonly #namespaces: Reflector<KubeObject>

  constructor({ outside, ...parts }: WatchedNamesOptions) {
    this.outside = outside
    this.#services = new Reflector({
      ...parts,
      resource: services,
      indexes: { address: clusterAddresses },
      trim: ({ metadata, spec }) => ({ metadata: bare(metadata), ...(spec === undefined ? {} : { spec }) }),
    })
    this.#slices = new Reflector({
      ...parts,
      resource: endpointSlices,
      indexes: { service: (slice) => [serviceOfSlice(slice) ?? ''] },
      trim: ({ metadata, addressType, endpoints, ports }) => ({
        metadata: bare(metadata),
        addressType,
        endpoints: (endpoints ?? []).map(({ addresses, hostname, conditions }) => ({
          addresses,
          ...(hostname === undefined ? {} : { hostname }),
          ...(conditions === undefined ? {} : { conditions }),
        })),
        ...(ports === undefined ? {} : { ports }),
      }),
    })
    this.#namespaces = new Reflector({
      ...parts,
      resource: namespaces,
      trim: ({ metadata }) => ({ metadata: bare(metadata) }),
    })
  }

  service = (key: string): ServiceObject | undefined => this.#services.store.get(key)
  slicesOf = (key: string): readonly EndpointSliceObject[] => this.#slices.store.by('service', key)
  hasNamespace = (name: string): boolean => this.#namespaces.store.get(name) !== undefined
  servicesAt = (address: string): readonly ServiceObject[] => this.#services.store.by('address', address)

  /** Resolves when all names are known; false: it was stopped before. */
  async synced(): Promise<boolean> {
    const all = await Promise.all([this.#services.synced, this.#slices.synced, this.#namespaces.synced])
    return all.every(Boolean)
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#services, this.#slices, this.#namespaces].map((one) => one.start(signal)))
  }
}

/** No annotations: they are most of what there is of small objects. */
const bare = (metadata: KubeObject['metadata']): KubeObject['metadata'] => ({
  ...metadata,
  annotations: none,
})
const none = {}

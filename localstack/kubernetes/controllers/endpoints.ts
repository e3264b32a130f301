import { equal } from '../../../src/lib/json.ts'
import type { EndpointSliceObject, ServiceObject } from '../../../src/model/objects.ts'
import { matchesLabels } from '../apps/selector.ts'
import type { ClusterState } from '../state.ts'
import { follow, keyOf } from './follow.ts'
import { Queue } from './queue.ts'
import { ServicePods } from './service-pods.ts'
import { SliceWriter } from './slice-writer.ts'
import { mirrored, mirrorManager, subsetsOf } from './subsets.ts'

const managed = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
const skipsMirror = 'endpointslice.kubernetes.io/skip-mirror'

/** Keeps Endpoints for Services that select pods, and slices for those whose Endpoints a user writes. */
export class EndpointsController {
  readonly #state: ClusterState
  readonly #pods: ServicePods
  readonly #slices: SliceWriter

  constructor(state: ClusterState) {
    this.#state = state
    this.#pods = new ServicePods(state)
    this.#slices = new SliceWriter(state, mirrorManager)
  }

  start(signal: AbortSignal): void {
    const queue = new Queue((key) => this.#look(key), signal)
    this.#slices.start(signal)
    this.#pods.start(signal, (service) => queue.add(service))
    follow(this.#state, 'endpoints', signal, (endpoints) => queue.add(keyOf(endpoints)))
  }

  #look(key: string): void {
    const [namespace = '', name = ''] = key.split('/')
    const service = this.#state.find('services', key)
    if (service?.spec?.selector !== undefined && service.spec.type !== 'ExternalName') {
      this.#write(service)
      this.#slices.sync(namespace, name, [])
      return
    }
    const endpoints = this.#state.find('endpoints', key)
    const isOurs = matchesLabels(managed, endpoints?.metadata.labels ?? {})
    if (endpoints !== undefined && isOurs && service === undefined)
      this.#state.delete('endpoints', endpoints.metadata)
    const isSkipped = endpoints?.metadata.labels?.[skipsMirror] === 'true'
    const wanted: readonly EndpointSliceObject[] =
      service === undefined || endpoints === undefined || isOurs || isSkipped ? [] : mirrored(endpoints)
    this.#slices.sync(namespace, name, wanted)
  }

  #write(service: ServiceObject): void {
    const { name, namespace = 'default' } = service.metadata
    const endpoints = {
      metadata: { name, namespace, labels: { ...service.metadata.labels, ...managed } },
      subsets: subsetsOf(service, this.#pods.near(service)),
    }
    const held = this.#state.find('endpoints', service.metadata)
    if (held === undefined) this.#state.create('endpoints', endpoints)
    else if (
      !equal(held.subsets ?? [], endpoints.subsets) ||
      !equal(held.metadata.labels, endpoints.metadata.labels)
    )
      this.#state.update('endpoints', endpoints)
  }
}

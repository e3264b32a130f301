import { equal } from '../../../src/lib/json.ts'
import type { EndpointSliceObject } from '../../../src/model/objects.ts'
import { matchesLabels } from '../apps/selector.ts'
import type { ClusterState } from '../state.ts'
import type { PodObject } from '../workload-objects.ts'
import { follow, keyOf } from './follow.ts'
import { Queue } from './queue.ts'
import { mirrored, mirrorManager, subsetsOf } from './subsets.ts'
import { syncSlices } from './slice-writer.ts'

const managed = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
const skipsMirror = 'endpointslice.kubernetes.io/skip-mirror'

/** Keeps Endpoints for Services that select pods, and slices for those whose Endpoints a user writes. */
export class EndpointsController {
  readonly #state: ClusterState

  constructor(state: ClusterState) {
    this.#state = state
  }

  start(signal: AbortSignal): void {
    const queue = new Queue((key) => this.#look(key), signal)
    follow(this.#state, 'services', signal, (service) => queue.add(keyOf(service)))
    follow(this.#state, 'endpoints', signal, (endpoints) => queue.add(keyOf(endpoints)))
    follow(this.#state, 'pods', signal, ({ metadata: { namespace = 'default', labels = {} } }) => {
      for (const service of this.#state.list('services', { namespace }).items)
        if (matchesLabels(service.spec?.selector ?? {}, labels)) queue.add(keyOf(service))
    })
  }

  #look(key: string): void {
    const [namespace = '', name = ''] = key.split('/')
    const service = this.#state.find('services', key)
    if (service?.spec?.selector !== undefined && service.spec.type !== 'ExternalName') return this.#write(key)
    const endpoints = this.#state.find('endpoints', key)
    const isOurs = matchesLabels(managed, endpoints?.metadata.labels ?? {})
    if (endpoints !== undefined && isOurs && service === undefined)
      this.#state.delete('endpoints', endpoints.metadata)
    const isSkipped = endpoints?.metadata.labels?.[skipsMirror] === 'true'
    const wanted: readonly EndpointSliceObject[] =
      service === undefined || endpoints === undefined || isOurs || isSkipped ? [] : mirrored(endpoints)
    syncSlices(this.#state, { namespace, service: name, manager: mirrorManager }, wanted)
  }

  #write(key: string): void {
    const service = this.#state.get('services', key)
    const { name, namespace = 'default' } = service.metadata
    const pods = this.#state.list('pods', { namespace }).items as readonly PodObject[]
    const endpoints = {
      metadata: { name, namespace, labels: { ...service.metadata.labels, ...managed } },
      subsets: subsetsOf(service, pods),
    }
    const held = this.#state.find('endpoints', key)
    if (held === undefined) this.#state.create('endpoints', endpoints)
    else if (
      !equal(held.subsets ?? [], endpoints.subsets) ||
      !equal(held.metadata.labels, endpoints.metadata.labels)
    )
      this.#state.update('endpoints', endpoints)
    syncSlices(this.#state, { namespace, service: name, manager: mirrorManager }, [])
  }
}

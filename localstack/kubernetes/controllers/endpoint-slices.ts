import type { ClusterState } from '../state.ts'
import { follow } from './follow.ts'
import { Queue } from './queue.ts'
import { ServicePods } from './service-pods.ts'
import { managedBy, serviceName, sliceManager, slicesOf } from './slices.ts'
import { SliceWriter } from './slice-writer.ts'

export interface SliceOptions {
  /** How many endpoints one slice holds. Default 100. */
  readonly perSlice?: number
}

/** Keeps the slices of each Service that selects pods. */
export class EndpointSliceController {
  readonly #state: ClusterState
  readonly #pods: ServicePods
  readonly #slices: SliceWriter
  readonly #perSlice: number

  constructor(state: ClusterState, { perSlice = 100 }: SliceOptions = {}) {
    this.#state = state
    this.#pods = new ServicePods(state)
    this.#slices = new SliceWriter(state, sliceManager)
    this.#perSlice = perSlice
  }

  start(signal: AbortSignal): void {
    const queue = new Queue((key) => this.#look(key), signal)
    this.#slices.start(signal)
    this.#pods.start(signal, (service) => queue.add(service))
    follow(this.#state, 'endpointslices', signal, ({ metadata: { namespace = 'default', labels = {} } }) => {
      if (labels[managedBy] === sliceManager) queue.add(`${namespace}/${labels[serviceName]}`)
    })
  }

  #look(key: string): void {
    const [namespace = '', name = ''] = key.split('/')
    const service = this.#state.find('services', key)
    const wanted = service === undefined ? [] : slicesOf(service, this.#pods.near(service), this.#perSlice)
    this.#slices.sync(namespace, name, wanted)
  }
}

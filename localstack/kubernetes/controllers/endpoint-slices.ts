import { equal } from '../../../src/lib/json.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { matchesLabels } from '../apps/selector.ts'
import type { ClusterState } from '../state.ts'
import type { PodObject } from '../workload-objects.ts'
import { follow, keyOf } from './follow.ts'
import { Queue } from './queue.ts'
import { managedBy, serviceName, sliceManager, slicesOf } from './slices.ts'
import { syncSlices } from './slice-writer.ts'

export interface SliceOptions {
  /** How many endpoints one slice holds. Default 100. */
  readonly perSlice?: number
}

/** Keeps the slices of each Service that selects pods. */
export class EndpointSliceController {
  readonly #state: ClusterState
  readonly #perSlice: number

  constructor(state: ClusterState, { perSlice = 100 }: SliceOptions = {}) {
    this.#state = state
    this.#perSlice = perSlice
  }

  start(signal: AbortSignal): void {
    const queue = new Queue((key) => this.#look(key), signal)
    const labelsSeen = new Map<string, Readonly<Record<string, string>>>()
    const mark = (namespace: string, labels: Readonly<Record<string, string>>) => {
      for (const service of this.#state.list('services', { namespace }).items)
        if (matchesLabels(service.spec?.selector ?? {}, labels)) queue.add(keyOf(service))
    }
    follow(this.#state, 'services', signal, (service) => queue.add(keyOf(service)))
    follow(this.#state, 'pods', signal, (pod, gone) => {
      const { namespace = 'default', labels = {} } = pod.metadata
      const before = labelsSeen.get(keyOf(pod))
      if (before !== undefined && !equal(before, labels)) mark(namespace, before)
      if (gone) labelsSeen.delete(keyOf(pod))
      else labelsSeen.set(keyOf(pod), labels)
      mark(namespace, labels)
    })
    follow(this.#state, 'endpointslices', signal, ({ metadata: { namespace = 'default', labels = {} } }) => {
      if (labels[managedBy] === sliceManager) queue.add(`${namespace}/${labels[serviceName]}`)
    })
  }

  #look(key: string): void {
    const [namespace = '', name = ''] = key.split('/')
    const service: ServiceObject | undefined = this.#state.find('services', key)
    const pods = this.#state.list('pods', { namespace }).items as readonly PodObject[]
    const wanted = service === undefined ? [] : slicesOf(service, pods, this.#perSlice)
    syncSlices(this.#state, { namespace, service: name, manager: sliceManager }, wanted)
  }
}

import { equal } from '../../../src/lib/json.ts'
import type { EndpointSliceObject, KubeObject } from '../../../src/model/objects.ts'
import type { AnyObject } from '../object.ts'
import type { ClusterState } from '../state.ts'
import { ObjectIndex } from './object-index.ts'
import { managedBy, serviceName } from './slices.ts'

const term = (namespace: string, service: string) => `${namespace} ${service}`

/** The slices of all Services that one manager keeps. */
export class SliceWriter {
  readonly #state: ClusterState
  readonly #slices: ObjectIndex<'endpointslices'>

  constructor(state: ClusterState, manager: string) {
    this.#state = state
    this.#slices = new ObjectIndex(state, 'endpointslices', ({ metadata }: KubeObject) => {
      const { namespace = 'default', labels = {} } = metadata
      return labels[managedBy] === manager ? [term(namespace, labels[serviceName] ?? '')] : []
    })
  }

  start(signal: AbortSignal): void {
    this.#slices.start(signal)
  }

  /** Makes a Service's slices those that are wanted, and writes no more than differs. */
  sync(namespace: string, service: string, wanted: readonly EndpointSliceObject[]): void {
    for (const { metadata } of this.#slices.of(term(namespace, service)))
      if (!wanted.some((slice) => slice.metadata.name === metadata.name))
        this.#state.delete('endpointslices', metadata)
    for (const slice of wanted) this.#write(slice)
  }

  #write(slice: EndpointSliceObject): void {
    const held = this.#state.find('endpointslices', slice.metadata) as unknown as
      EndpointSliceObject | undefined
    const object = slice as unknown as AnyObject
    if (held === undefined) this.#state.create('endpointslices', object)
    else if (
      !equal(held.endpoints ?? [], slice.endpoints) ||
      !equal(held.ports ?? [], slice.ports) ||
      !equal(held.metadata.labels, slice.metadata.labels)
    )
      this.#state.update('endpointslices', object)
  }
}

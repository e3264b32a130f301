import { equal } from '../../../src/lib/json.ts'
import type { EndpointSliceObject } from '../../../src/model/objects.ts'
import type { AnyObject } from '../object.ts'
import type { ClusterState } from '../state.ts'
import { managedBy, serviceName } from './slices.ts'

/** Makes a Service's slices of one manager those that are wanted, and writes no more than differs. */
export function syncSlices(
  state: ClusterState,
  of: { readonly namespace: string; readonly service: string; readonly manager: string },
  wanted: readonly EndpointSliceObject[],
): void {
  const held = state.list('endpointslices', {
    namespace: of.namespace,
    labelSelector: `${managedBy}=${of.manager},${serviceName}=${of.service}`,
  })
  for (const { metadata } of held.items)
    if (!wanted.some((slice) => slice.metadata.name === metadata.name))
      state.delete('endpointslices', metadata)
  for (const slice of wanted) write(state, slice)
}

function write(state: ClusterState, slice: EndpointSliceObject): void {
  const held = state.find('endpointslices', slice.metadata) as unknown as EndpointSliceObject | undefined
  const object = slice as unknown as AnyObject
  if (held === undefined) state.create('endpointslices', object)
  else if (
    !equal(held.endpoints ?? [], slice.endpoints) ||
    !equal(held.ports ?? [], slice.ports) ||
    !equal(held.metadata.labels, slice.metadata.labels)
  )
    state.update('endpointslices', object)
}

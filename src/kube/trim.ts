import { serviceNameLabel } from '../model/endpoints.ts'
import type { EndpointSliceObject, KubeObject, NodeObject, PodObject } from '../model/objects.ts'

/** What a store does not keep of an object: weight that nothing reads. Each answers the same object, lighter. */
export type Trim<T> = (object: T) => T

/** For every type. A Service keeps all else, `last-applied-configuration` too: users compare with it. */
export const trimObject = <T extends KubeObject>(object: T): T =>
  'managedFields' in object.metadata
    ? { ...object, metadata: without(object.metadata, 'managedFields') as KubeObject['metadata'] }
    : object

/** Drops images, volumes, capacity and heartbeats, so that a node that only says it lives is no news. */
export function trimNode(node: NodeObject): NodeObject {
  const { status, ...rest } = trimObject(node)
  if (status === undefined) return rest
  return {
    ...rest,
    status: {
      ...(status.addresses === undefined ? {} : { addresses: status.addresses }),
      ...(status.conditions === undefined
        ? {}
        : { conditions: status.conditions.map((c) => ({ type: c.type, status: c.status })) }),
    },
  }
}

/** Keeps addresses, ports, conditions and the names that tell whose they are: there may be very many slices. */
export function trimEndpointSlice(slice: EndpointSliceObject): EndpointSliceObject {
  const { name, namespace, uid, resourceVersion, labels = {} } = slice.metadata
  const service = labels[serviceNameLabel]
  return {
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(service === undefined ? {} : { labels: { [serviceNameLabel]: service } }),
    },
    addressType: slice.addressType,
    // The API writes null for an empty list.
    endpoints: (slice.endpoints ?? []).map(
      ({ addresses, conditions, nodeName, zone, targetRef: { kind, name: pod } = {} }) => ({
        addresses,
        ...(conditions === undefined ? {} : { conditions }),
        ...(nodeName === undefined ? {} : { nodeName }),
        ...(zone === undefined ? {} : { zone }),
        ...(kind === 'Pod' && pod !== undefined ? { targetRef: { kind, name: pod } } : {}),
      }),
    ),
    ports: (slice.ports ?? []).map(({ name: portName, port, protocol }) => ({
      ...(portName === undefined ? {} : { name: portName }),
      ...(port === undefined ? {} : { port }),
      ...(protocol === undefined ? {} : { protocol }),
    })),
  }
}

/** Keeps what readiness gates need. */
export function trimPod({ metadata, spec, status }: PodObject): PodObject {
  const { name, namespace, uid, resourceVersion, deletionTimestamp } = metadata
  return {
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: { readinessGates: spec?.readinessGates ?? [] },
    status: {
      conditions: (status?.conditions ?? []).map(({ type, status: is, reason, message }) => ({
        type,
        status: is,
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
      })),
    },
  }
}

const without = (object: object, ...keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))

import type { KubeObject, NodeObject } from '../model/objects.ts'

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

const changedAt = 'endpoints.kubernetes.io/last-change-trigger-time'

/** Drops what names the pod behind an endpoint and when it last changed. */
export function trimEndpointSlice<T extends KubeObject>(slice: T): T {
  const light = trimObject(slice) as T & { endpoints?: readonly object[] | null }
  const { annotations = {} } = light.metadata
  return {
    ...light,
    ...(changedAt in annotations
      ? { metadata: { ...light.metadata, annotations: without(annotations, changedAt) } }
      : {}),
    // The API writes null for an empty list.
    endpoints: (light.endpoints ?? []).map((endpoint) =>
      without(endpoint, 'targetRef', 'deprecatedTopology'),
    ),
  }
}

const without = (object: object, ...keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))

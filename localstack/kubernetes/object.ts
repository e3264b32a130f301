import type { KubeObject, NodeObject, ServiceCidrObject, ServiceObject } from '../../src/model/objects.ts'
import type { DeploymentObject, EndpointsObject, ReplicaSetObject } from './workload-objects.ts'

/** An object of any kind, with whatever else its writer put into it. */
export type AnyObject = KubeObject & { readonly [field: string]: unknown }

/** What the store hands its strategies while an object is still being made. */
export type Draft<T> = T extends object ? { -readonly [K in keyof T]: Draft<T[K]> } : T

export interface ObjectReference {
  readonly apiVersion?: string
  readonly kind?: string
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly fieldPath?: string
}

/** An Event as core/v1 writes it, which is also how it is stored. */
export interface EventObject extends KubeObject {
  readonly involvedObject?: ObjectReference
  readonly reason?: string
  readonly message?: string
  readonly type?: string
  readonly source?: { readonly component?: string; readonly host?: string }
  readonly count?: number
  readonly firstTimestamp?: string | null
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string }
  readonly action?: string
  readonly related?: ObjectReference
  readonly reportingComponent?: string
  readonly reportingInstance?: string
}

export interface LeaseObject extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string | null
    readonly leaseDurationSeconds?: number | null
    readonly acquireTime?: string | null
    readonly renewTime?: string | null
    readonly leaseTransitions?: number | null
    readonly preferredHolder?: string | null
    readonly strategy?: string | null
  }
}

export interface NamespaceObject extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] }
  readonly status?: { readonly phase?: string }
}

/** What each resource's name stands for in TypeScript; resources that we only store are `AnyObject`. */
export interface ObjectTypes {
  readonly services: ServiceObject
  readonly nodes: NodeObject
  readonly events: EventObject
  readonly leases: LeaseObject
  readonly namespaces: NamespaceObject
  readonly endpointslices: AnyObject
  readonly pods: AnyObject
  readonly configmaps: AnyObject
  readonly servicecidrs: ServiceCidrObject
  readonly deployments: DeploymentObject
  readonly replicasets: ReplicaSetObject
  readonly endpoints: EndpointsObject
  readonly secrets: AnyObject
}

export type ResourceName = keyof ObjectTypes
export type ObjectOf<R extends ResourceName> = ObjectTypes[R]

/** Makes a value and all it holds read-only, so that a reader who writes into the store's memory is found out. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}

export const draftOf = (object: unknown): Draft<AnyObject> => structuredClone(object) as Draft<AnyObject>

/** The value at a dotted path, or undefined when the path leads nowhere. */
export function fieldAt(object: unknown, path: string): unknown {
  let value = object
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** `web`, `kube-system/dns` or an object's own metadata. A namespaced resource without a namespace is in `default`. */
export type Reference = string | { readonly name: string; readonly namespace?: string }

export function referenceOf(reference: Reference): { name: string; namespace: string } {
  if (typeof reference !== 'string')
    return { name: reference.name, namespace: reference.namespace ?? 'default' }
  const slash = reference.indexOf('/')
  return slash < 0
    ? { name: reference, namespace: 'default' }
    : { name: reference.slice(slash + 1), namespace: reference.slice(0, slash) }
}

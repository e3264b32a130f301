import type { JsonObject } from '../lib/json.ts'
import type { KubeObject } from '../model/objects.ts'
import type { KubeError } from './errors.ts'

/**
 * What we need of an API server, and no more: raw JSON in and out, every wait cut short by a signal. `client.ts` is
 * this port over HTTP; a cluster in memory can be it as well.
 */
export interface KubeApi {
  /** One page. Objects come without `managedFields`, with `apiVersion` and `kind` as a watch delivers them. */
  list<T extends KubeObject>(
    resource: ResourceType,
    opts: ListOptions,
    signal: AbortSignal,
  ): Promise<ListPage<T>>
  /** Resolves with how the watch ended, whatever happened; it never rejects. */
  watch<T extends KubeObject>(
    resource: ResourceType,
    opts: WatchOptions,
    onEvent: (event: WatchEvent<T>) => void,
    signal: AbortSignal,
  ): Promise<WatchEnd>
  /** The calls below reject with `KubeError`; `code` 404, 409 and so on are the API server's. */
  get<T extends KubeObject>(resource: ResourceType, ref: ObjectRef, signal: AbortSignal): Promise<T>
  create<T extends KubeObject>(resource: ResourceType, object: T, signal: AbortSignal): Promise<T>
  /** Replaces the object; its `metadata.resourceVersion`, when given, must be the current one. */
  update<T extends KubeObject>(resource: ResourceType, object: T, signal: AbortSignal): Promise<T>
  patch<T extends KubeObject>(
    resource: ResourceType,
    ref: ObjectRef,
    patch: Patch,
    signal: AbortSignal,
  ): Promise<T>
}

export interface ResourceType {
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
}

export interface ObjectRef {
  readonly namespace?: string
  readonly name: string
}

export interface ListOptions {
  /** All namespaces when absent. */
  readonly namespace?: string
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
  readonly fieldSelector?: string
  readonly labelSelector?: string
}

export interface ListPage<T> {
  readonly items: readonly T[]
  /** Where a watch starts that misses nothing after this list. */
  readonly resourceVersion: string
  readonly continue?: string
}

export interface WatchOptions {
  readonly namespace?: string
  readonly resourceVersion: string
  /** The server ends the watch after this. */
  readonly timeoutSeconds: number
  readonly allowWatchBookmarks: boolean
  readonly fieldSelector?: string
  readonly labelSelector?: string
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  readonly object: T
}

export type WatchEnd =
  /** The server closed it in good order, or the caller's signal did. */
  | { readonly how: 'closed' }
  /** The resourceVersion is too old (410): only a new list helps. */
  | { readonly how: 'expired' }
  /** A line was no watch event: something may have been missed. */
  | { readonly how: 'garbled' }
  | { readonly how: 'failed'; readonly error: KubeError }

export interface Patch {
  readonly type: 'merge' | 'strategic' | 'json' | 'apply'
  readonly body: JsonObject | readonly JsonObject[]
  readonly subresource?: string
  /** Who writes; must be set for `apply`. */
  readonly fieldManager?: string
  /** Answers what would come of it, and writes nothing. */
  readonly dryRun?: true
}

const type = (
  group: string,
  version: string,
  plural: string,
  kind: string,
  namespaced = true,
): ResourceType => Object.freeze({ group, version, plural, kind, namespaced })

export const services = type('', 'v1', 'services', 'Service')
export const nodes = type('', 'v1', 'nodes', 'Node', false)
export const namespaces = type('', 'v1', 'namespaces', 'Namespace', false)
export const endpointSlices = type('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice')
export const serviceCidrs = type('networking.k8s.io', 'v1', 'servicecidrs', 'ServiceCIDR', false)
export const pods = type('', 'v1', 'pods', 'Pod')
export const secrets = type('', 'v1', 'secrets', 'Secret')
export const leases = type('coordination.k8s.io', 'v1', 'leases', 'Lease')
export const events = type('events.k8s.io', 'v1', 'events', 'Event')

export const apiVersionOf = (resource: ResourceType): string =>
  resource.group === '' ? resource.version : `${resource.group}/${resource.version}`

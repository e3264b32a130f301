import { equal, type Json, type JsonObject } from '../lib/json.ts'
import type { Condition, LoadBalancerStatus, ServiceObject } from '../model/objects.ts'
import { mergeConditions } from './conditions.ts'
import type { Patch } from './port.ts'

/** What one patch of a Service's status subresource shall make true. What is left out stays as it is. */
export interface ServiceChange {
  /** null takes an annotation away. */
  readonly annotations?: Readonly<Record<string, string | null>>
  readonly addFinalizers?: readonly string[]
  readonly removeFinalizers?: readonly string[]
  readonly loadBalancer?: LoadBalancerStatus
  /** Set by type; the types of others stay. */
  readonly conditions?: readonly Condition[]
  readonly dropConditions?: readonly string[]
  /** Patch only this very version of the Service. Default: only when a list is rewritten. */
  readonly guardVersion?: boolean
}

/**
 * One JSON merge patch, or undefined when the Service is already so. It carries the uid, so it never hits another
 * Service of the same name. A merge patch replaces lists whole: when one changes (finalizers, conditions), the
 * version is required too, so that what another writer added meanwhile ends in 409 rather than lost.
 */
export function servicePatch(service: ServiceObject, change: ServiceChange, now: number): Patch | undefined {
  const annotations = changedAnnotations(service, change)
  const finalizers = changedFinalizers(service, change)
  const loadBalancer = changedLoadBalancer(service, change)
  const conditions = changedConditions(service, change, now)
  if ([annotations, finalizers, loadBalancer, conditions].every((part) => part === undefined))
    return undefined
  const { uid, resourceVersion } = service.metadata
  const guard = change.guardVersion === true || finalizers !== undefined || conditions !== undefined
  const metadata = {
    ...(uid === undefined ? {} : { uid }),
    ...(guard && resourceVersion !== undefined ? { resourceVersion } : {}),
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
  }
  const status = {
    ...(loadBalancer === undefined ? {} : { loadBalancer }),
    ...(conditions === undefined ? {} : { conditions }),
  }
  return {
    type: 'merge',
    subresource: 'status',
    body: {
      ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
      ...(Object.keys(status).length === 0 ? {} : { status }),
    } as unknown as JsonObject,
  }
}

function changedAnnotations(service: ServiceObject, change: ServiceChange) {
  const held = service.metadata.annotations ?? {}
  const changed = Object.entries(change.annotations ?? {}).filter(
    ([key, value]) => (held[key] ?? null) !== value,
  )
  return changed.length === 0 ? undefined : Object.fromEntries(changed)
}

function changedFinalizers(service: ServiceObject, change: ServiceChange): readonly string[] | undefined {
  const held = service.metadata.finalizers ?? []
  const kept = held.filter((name) => change.removeFinalizers?.includes(name) !== true)
  const added = (change.addFinalizers ?? []).filter((name) => !kept.includes(name))
  return kept.length === held.length && added.length === 0 ? undefined : [...kept, ...added]
}

/** Only the parts of it that we may write; null empties. */
function changedLoadBalancer(service: ServiceObject, change: ServiceChange): { ingress: Json } | undefined {
  if (change.loadBalancer === undefined) return undefined
  const held = service.status?.loadBalancer?.ingress ?? []
  const ingress = change.loadBalancer.ingress ?? []
  if (equal(held, ingress)) return undefined
  return { ingress: ingress.length === 0 ? null : (ingress as unknown as Json) }
}

function changedConditions(service: ServiceObject, change: ServiceChange, now: number) {
  const held = service.status?.conditions ?? []
  const next = mergeConditions(held, change.conditions ?? [], change.dropConditions ?? [], now)
  return equal(held, next) ? undefined : next
}

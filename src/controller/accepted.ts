/**
 * The one thing we remember on a Service: the input that was last applied, and a hash of what it became (law 2). It
 * keeps serving while the live input is invalid. Losing it costs speed, never safety.
 */
import { hash } from '../lib/hash.ts'
import { equal, isObject, stableText, type Json, type JsonObject } from '../lib/json.ts'
import type { AnnotationTable } from '../model/annotations.ts'
import { acceptedAnnotation } from '../model/claim.ts'
import type { ServiceObject, ServicePort, ServiceSpec } from '../model/objects.ts'
import type { Cause } from '../plan/view.ts'
import type { Resource } from '../plan/resource.ts'
import type { Form } from '../provider/form.ts'

export interface Input {
  readonly spec: JsonObject
  readonly annotations: Readonly<Record<string, string>>
}

export interface Accepted {
  readonly version: 1
  /** Absent until something was applied: the Service is claimed, and no more. */
  readonly input?: Input
  readonly hash?: string
  /** What an earlier input asked for stays until then (ISO time): clients still know its address. */
  readonly leaving?: { readonly input: Input; readonly until: string }
}

const fields = [
  'ports',
  'loadBalancerSourceRanges',
  'loadBalancerClass',
  'loadBalancerIP',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'ipFamilies',
  'ipFamilyPolicy',
  'sessionAffinity',
  'sessionAffinityConfig',
  'allocateLoadBalancerNodePorts',
] as const satisfies readonly (keyof ServiceSpec)[]

const sharedPrefix = 'lb-controller.io/'
const rangesKey = 'service.beta.kubernetes.io/load-balancer-source-ranges'

/** What of a Service decides about its load balancer. */
export function inputOf(service: ServiceObject, table: AnnotationTable): Input {
  const keys = new Set(Object.values(table).map((row) => row.key))
  const spec: Record<string, Json> = {}
  for (const field of fields) {
    const value = service.spec?.[field]
    if (value !== undefined) spec[field] = value as Json
  }
  const annotations: Record<string, string> = {}
  for (const [key, value] of Object.entries(service.metadata.annotations ?? {})) {
    const counts =
      keys.has(key) || key === rangesKey || (key.startsWith(sharedPrefix) && key !== acceptedAnnotation)
    if (counts) annotations[key] = value
  }
  return { spec, annotations }
}

/** Undefined when there is none, or one that was not written by us: both mean that nothing is remembered. */
export function readAccepted(service: ServiceObject): Accepted | undefined {
  const text = service.metadata.annotations?.[acceptedAnnotation]
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value) && value['version'] === 1) return value as unknown as Accepted
  } catch {
    // Somebody wrote into it: as good as lost.
  }
  return { version: 1 }
}

export const writeAccepted = (accepted: Accepted): string => JSON.stringify(accepted)

const portKey = (port: ServicePort): string => `${port.port}/${port.protocol ?? 'TCP'}`

/**
 * The Service as it was when `input` was applied, with what lives on: a port that is gone, or that has another node
 * port now, is not kept, since nothing answers there any more.
 */
export function serviceAt(service: ServiceObject, input: Input): ServiceObject {
  const live = new Map((service.spec?.ports ?? []).map((port) => [portKey(port), port.nodePort]))
  const spec = input.spec as ServiceSpec
  const ports = (spec.ports ?? []).filter((port) => live.get(portKey(port)) === port.nodePort)
  const { healthCheckNodePort } = service.spec ?? {}
  return {
    ...service,
    metadata: { ...service.metadata, annotations: input.annotations },
    spec: {
      ...spec,
      type: 'LoadBalancer',
      ports,
      ...(healthCheckNodePort === undefined ? {} : { healthCheckNodePort }),
    },
  }
}

/** Of what the objects were asked to be; targets and other parts follow the cluster and are left out. */
export function hashOf(resources: readonly Resource[], kinds: Readonly<Record<string, Form>>): string {
  const rows = resources
    .filter((resource) => resource.body !== 'foreign')
    .map((resource) => [
      resource.kind,
      resource.key,
      kinds[resource.kind]?.canonical(resource.spec) ?? resource.spec,
    ])
    .toSorted((a, b) => (stableText(a) < stableText(b) ? -1 : 1))
  return hash(rows, 16)
}

/** What holds when a field is absent, for a cause that reads well. */
const defaults: Readonly<Record<string, string>> = { 'spec.loadBalancerSourceRanges[0]': '0.0.0.0/0' }

function leaves(value: Json | undefined, path: string, into: Map<string, Json>): void {
  if (Array.isArray(value)) value.forEach((item: Json, index) => leaves(item, `${path}[${index}]`, into))
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) leaves(item, `${path}.${key}`, into)
  else if (value !== undefined) into.set(path, value)
}

function inputLeaves(input: Input): Map<string, Json> {
  const into = new Map<string, Json>()
  leaves(input.spec, 'spec', into)
  for (const [key, value] of Object.entries(input.annotations))
    into.set(`metadata.annotations[${JSON.stringify(key)}]`, value)
  return into
}

const text = (value: Json | undefined): string | undefined =>
  value === undefined || typeof value === 'string' ? value : JSON.stringify(value)

/** Where two inputs differ, in the user's own paths. */
export function causesBetween(before: Input, after: Input): readonly Cause[] {
  const old = inputLeaves(before)
  const now = inputLeaves(after)
  const causes: Cause[] = []
  for (const path of new Set([...now.keys(), ...old.keys()])) {
    const was = text(old.get(path)) ?? defaults[path]
    const is = text(now.get(path)) ?? defaults[path]
    if (equal(was, is)) continue
    causes.push({
      path,
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { after: is }),
    })
  }
  return causes
}

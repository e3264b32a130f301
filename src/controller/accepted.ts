/**
 * The one thing we remember on a Service: the input that was last applied, and a hash of what it became (law 2). It
 * keeps serving while the live input is invalid. Losing it costs speed, never safety.
 */
import { hashOfTexts } from '../lib/hash.ts'
import { equal, isObject, stableText, type Json, type JsonObject } from '../lib/json.ts'
import type { AnnotationTable } from '../model/annotations.ts'
import { acceptedAnnotation } from '../model/claim.ts'
import type { ServiceObject, ServicePort, ServiceSpec } from '../model/objects.ts'
import { indexOf } from '../model/table-index.ts'
import type { Cause } from '../plan/view.ts'
import type { Resource } from '../plan/resource.ts'
import type { Form } from '../provider/form.ts'

export interface Input {
  readonly spec: JsonObject
  readonly annotations: Readonly<Record<string, string>>
  /** What other Services of its namespace had to say, by name, where some of its traffic goes to them. */
  readonly others?: Readonly<Record<string, JsonObject>>
}

export interface Accepted {
  readonly version: 1
  /** Absent until something was applied: the Service is claimed, and no more. */
  readonly input?: Input
  /** Of what is in place. Absent while it is not sure to be: something else was begun, or a switch not carried out. */
  readonly hash?: string
  /** From whom it is being taken over: until that is done, nobody works on it. */
  readonly adopting?: string
  /** What earlier inputs asked for, the oldest first: it stays until then, for clients still know its address. */
  readonly leaving?: readonly Leaving[]
}

export interface Leaving {
  readonly input: Input
  /** ISO time. */
  readonly until: string
}

/** An annotation has room for so many inputs. Whoever moves more often within one grace loses the oldest set early. */
export const mostLeaving = 4

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
  const index = indexOf(table)
  const spec: Record<string, Json> = {}
  for (const field of fields) {
    const value = service.spec?.[field]
    if (value !== undefined) spec[field] = value as Json
  }
  const annotations: Record<string, string> = {}
  for (const [key, value] of Object.entries(service.metadata.annotations ?? {})) {
    const counts =
      index.nameOf(key) !== undefined ||
      key === rangesKey ||
      (key.startsWith(sharedPrefix) && key !== acceptedAnnotation)
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
    if (isObject(value) && value['version'] === 1) return withList(value as unknown as Written)
  } catch {
    // Somebody wrote into it: as good as lost.
  }
  return { version: 1 }
}

/** An earlier version remembered the last of the sets that leave, and no more. */
type Written = Omit<Accepted, 'leaving'> & { readonly leaving?: Leaving | readonly Leaving[] }

function withList({ leaving, ...rest }: Written): Accepted {
  return leaving === undefined ? rest : { ...rest, leaving: 'until' in leaving ? [leaving] : leaving }
}

export const writeAccepted = (accepted: Accepted): string => JSON.stringify(accepted)

const portKey = (port: ServicePort): string => `${port.port}/${port.protocol ?? 'TCP'}`

/**
 * The Service as it was when `input` was applied, with what lives on. Nothing answers at a port that is gone, nor at a
 * node port that became another one: such a port is not kept, or `follows` to its node port of today. Where pods are sent to,
 * node ports do not matter.
 */
export function serviceAt(
  service: ServiceObject,
  input: Input,
  follows: boolean | 'pods' = false,
): ServiceObject {
  const live = new Map((service.spec?.ports ?? []).map((port) => [portKey(port), port]))
  const spec = input.spec as ServiceSpec
  const ports = (spec.ports ?? []).flatMap((port): readonly ServicePort[] => {
    const now = live.get(portKey(port))
    if (now === undefined) return []
    if (follows === 'pods' || now.nodePort === port.nodePort) return [port]
    return follows && now.nodePort !== undefined ? [{ ...port, nodePort: now.nodePort }] : []
  })
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
    .map((resource) =>
      stableText([
        resource.kind,
        resource.key,
        kinds[resource.kind]?.canonical(resource.spec) ?? resource.spec,
      ]),
    )
    .toSorted((a, b) => (a < b ? -1 : 1))
  return hashOfTexts(rows, 16)
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
  for (const [name, spec] of Object.entries(input.others ?? {})) leaves(spec, `Service ${name}: spec`, into)
  return into
}

const text = (value: Json | undefined): string | undefined =>
  value === undefined || typeof value === 'string' ? value : JSON.stringify(value)

/** Where two inputs differ, in the user's own paths. */
export function causesBetween(before: Input, after: Input): readonly Cause[] {
  if (equal(before, after)) return []
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

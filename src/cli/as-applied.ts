/**
 * What a Service of a file would be once it is applied, as the API server says by a dry run.
 *
 *   last applied   kubectl apply wrote into an annotation what it applied: what was there and is gone from the file goes
 *   otherwise      server-side apply under the name that the files are applied under: the server knows what that one owns
 *
 * The first is worked out here, as kubectl does: a server-side apply under a new name would never take anything away.
 */
import { isNotFound } from '../kube/errors.ts'
import { services, type KubeApi, type Patch } from '../kube/port.ts'
import { isObject, stableText, type Json, type JsonObject } from '../lib/json.ts'
import type { ServiceObject } from '../model/objects.ts'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** Rejects with `KubeError`. `manager` is the field manager of a server-side apply. */
export async function asApplied(
  api: KubeApi,
  object: ServiceObject & { readonly metadata: { readonly namespace: string } },
  manager: string,
  signal: AbortSignal,
): Promise<ServiceObject> {
  const { namespace, name } = object.metadata
  const next = { apiVersion: 'v1', kind: 'Service', ...object } as unknown as JsonObject
  const patch = await clientSide(api, next, { namespace, name }, signal)
  const dry: Patch = patch ?? { type: 'apply', body: next, fieldManager: manager, dryRun: true }
  return api.patch<ServiceObject>(services, { namespace, name }, dry, signal)
}

async function clientSide(
  api: KubeApi,
  next: JsonObject,
  ref: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<Patch | undefined> {
  let live: ServiceObject
  try {
    live = await api.get<ServiceObject>(services, ref, signal)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
  const last = parsed(live.metadata.annotations?.[lastApplied])
  if (last === undefined) return undefined
  return { type: 'merge', body: threeWay(last, next, live as unknown as JsonObject), dryRun: true }
}

function parsed(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The merge patch that kubectl apply amounts to: what the file says, and null for what the last file said and this one does not. */
export function threeWay(last: JsonObject, next: JsonObject, live: JsonObject): JsonObject {
  const spec = merged(part(last, 'spec'), part(next, 'spec'))
  const ports = part(next, 'spec')['ports']
  const metadata = (key: string) =>
    merged(part(part(last, 'metadata'), key), part(part(next, 'metadata'), key))
  return {
    metadata: {
      labels: metadata('labels'),
      annotations: { ...metadata('annotations'), [lastApplied]: null },
    },
    spec: Array.isArray(ports)
      ? { ...spec, ports: mergedPorts(portsOf(last), portsOf(next), portsOf(live)) }
      : spec,
  }
}

const part = (object: JsonObject, key: string): JsonObject => {
  const value = object[key]
  return isObject(value) ? value : {}
}

function merged(last: JsonObject, next: JsonObject): JsonObject {
  const gone = Object.keys(last).filter((key) => next[key] === undefined)
  const kept = Object.entries(next).map(([key, value]): [string, Json] => {
    const before = last[key]
    return [key, isObject(value) ? merged(isObject(before) ? before : {}, value) : value]
  })
  return { ...Object.fromEntries(kept), ...Object.fromEntries(gone.map((key) => [key, null])) }
}

const portsOf = (object: JsonObject): readonly JsonObject[] => {
  const { ports } = part(object, 'spec')
  return Array.isArray(ports) ? (ports as readonly Json[]).filter(isObject) : []
}

const portKey = ({ port, protocol = 'TCP' }: JsonObject): string => stableText([port, protocol])

/** A port keeps what others gave it, such as its node port; one that the last file had and this one has not goes. */
function mergedPorts(
  last: readonly JsonObject[],
  next: readonly JsonObject[],
  live: readonly JsonObject[],
): readonly JsonObject[] {
  const before = new Map(last.map((port) => [portKey(port), port]))
  const there = new Map(live.map((port) => [portKey(port), port]))
  const wanted = new Set(next.map(portKey))
  const written = next.map((port): JsonObject => {
    const gone = Object.keys(before.get(portKey(port)) ?? {}).filter((key) => port[key] === undefined)
    const rest = Object.entries(there.get(portKey(port)) ?? {}).filter(([key]) => !gone.includes(key))
    return { ...Object.fromEntries(rest), ...port }
  })
  const others = live.filter((port) => !wanted.has(portKey(port)) && !before.has(portKey(port)))
  return [...written, ...others]
}

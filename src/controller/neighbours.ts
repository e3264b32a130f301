/**
 * What a decision on one Service needs of its neighbours, the Services of its namespace: what they say, where some of its
 * traffic goes to them, and the pods of all to whose pods it sends.
 */
import type { JsonObject } from '../lib/json.ts'
import { endpointsAt, type Endpoints } from '../model/endpoints.ts'
import type { ServiceObject, ServiceSpec } from '../model/objects.ts'
import { otherService, type NoService, type Others, type OtherService } from '../model/others.ts'
import type { Context } from '../provider/blueprint.ts'

export interface NeighbourParts {
  /** The pods of a Service of the same namespace, by its name; undefined while nobody knows. */
  readonly endpoints: (service: string) => Endpoints | undefined
  /** A Service of the same namespace, by its name. */
  readonly service: (name: string) => ServiceObject | undefined
  /** Names of the Services of the same namespace. */
  readonly serviceNames: () => readonly string[]
}

/** Those of one Service while it is decided on, and what is not known of them. */
export interface Neighbours {
  readonly parts: NeighbourParts
  /** As it is in the store. */
  readonly live: ServiceObject
  readonly backends: Set<string>
  readonly awaits: Set<string>
}

/** The pods behind the Service as it is or was. */
export function endpointsFor(asked: Neighbours, at: ServiceObject): Endpoints | undefined {
  const { live } = asked
  const endpoints = livePods(asked, live.metadata.name, live)
  return endpoints && endpointsAt(endpoints, live.spec?.ports ?? [], at.spec?.ports ?? [])
}

/** The pods behind another Service, with the names that its ports have in `spec`. */
function endpointsOfOther(asked: Neighbours, name: string, spec: ServiceSpec): Endpoints | undefined {
  const live = asked.parts.service(name)
  const endpoints = livePods(asked, name, live)
  return endpoints && endpointsAt(endpoints, live?.spec?.ports ?? spec.ports ?? [], spec.ports ?? [])
}

function livePods(
  { parts, backends, awaits }: Neighbours,
  name: string,
  live: ServiceObject | undefined,
): Endpoints | undefined {
  backends.add(name)
  const endpoints = parts.endpoints(name)
  if (endpoints !== undefined && (live === undefined || !isBehind(endpoints, live))) return endpoints
  awaits.add(name)
  return undefined
}

/**
 * Slices follow an edit of the Service's ports a moment later. Until then their ports have names that it does not
 * know, and one of its own would seem to have no pods at all. Slices that nobody but a person writes are taken as they
 * are, and a port more in them is nobody's business.
 */
function isBehind(endpoints: Endpoints, { spec }: ServiceObject): boolean {
  if (spec?.selector === undefined) return false
  const names = new Set((spec.ports ?? []).map(({ name }) => name ?? ''))
  const told = new Set(endpoints.map(({ portName }) => portName))
  return [...told].some((name) => !names.has(name)) && [...names].some((name) => !told.has(name))
}

/** What another Service says; where it is gone, or with `asThen`, what it said then. */
export function specOf(
  { service }: NeighbourParts,
  name: string,
  then: JsonObject | undefined,
  asThen: boolean,
): ServiceSpec | undefined {
  const live = service(name)
  if (then !== undefined && (asThen || live === undefined)) return then
  return live === undefined ? undefined : (live.spec ?? {})
}

export function othersFor(
  asked: Neighbours,
  specs: ReadonlyMap<string, ServiceSpec | undefined>,
  backends: readonly string[],
): Others {
  const others = new Map<string, OtherService | NoService>()
  for (const [name, spec] of specs) {
    if (spec === undefined) {
      others.set(name, { instead: asked.parts.serviceNames() })
      continue
    }
    const endpoints = backends.includes(name) ? endpointsOfOther(asked, name, spec) : undefined
    others.set(name, { ...otherService(spec), ...(endpoints === undefined ? {} : { endpoints }) })
  }
  return others
}

/** The pods of these Services, for one whose input nobody can read. */
export function podsFor(asked: Neighbours, names: readonly string[]): Pick<Context, 'endpoints' | 'others'> {
  const { live, parts } = asked
  const endpoints = names.includes(live.metadata.name) ? endpointsFor(asked, live) : undefined
  const rest = names.filter((name) => name !== live.metadata.name)
  const specs = new Map(rest.map((name) => [name, parts.service(name)?.spec ?? {}]))
  return {
    ...(endpoints === undefined ? {} : { endpoints }),
    ...(rest.length === 0 ? {} : { others: othersFor(asked, specs, rest) }),
  }
}

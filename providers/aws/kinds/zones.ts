/**
 * The zones of a load balancer as SetSubnets names them: all at once, those that stay with what they have. AWS changes
 * neither the subnet nor the addresses of a zone in place, and no load balancer is ever without a zone. So, in this order:
 *
 *   zones that are new come in, beside those that are there
 *   one zone that has to be made anew leaves, and comes in again with the next call
 *   what nobody wants any more leaves with the last one
 *
 * A call is decided by what is there alone, so that it does not matter where the road was left.
 */
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'

type Mapping = Readonly<Record<string, string>>

/** What was chosen for each subnet. */
export type Zones = Readonly<Record<string, Mapping>>

/** The zone that a subnet is in; undefined where nobody has told. */
export type ZoneOf = (subnet: string) => string | undefined

/** What a zone holds for itself alone. A prefix for source NAT can change in place. */
const addressFields = ['AllocationId', 'PrivateIPv4Address', 'IPv6Address'] as const

/** The zones that a spec names. Of a wish: beside what it asks for, what is there and nobody asks to change. */
export function zonesIn({ Subnets: subnets, SubnetMappings: mappings }: JsonObject): Zones {
  const ids = Array.isArray(subnets) ? (subnets as readonly string[]) : []
  const chosen = isObject(mappings) ? mappings : {}
  return Object.fromEntries(ids.map((id) => [id, textsIn(chosen[id])]))
}

const textsIn = (value: Json | undefined): Mapping =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )

export interface ZoneChange {
  readonly seen: Zones
  readonly want: Zones
  readonly zoneOf: ZoneOf
  /** The load balancer gets IPv6 only now: zones that stay may be given an address of that family. */
  readonly newFamily: boolean
}

/** Subnets that have to leave first, although their zone stays: what they have cannot become what is wanted. */
export function remade({ seen, want, zoneOf, newFamily }: ZoneChange): readonly string[] {
  const zone = (id: string): string => zoneOf(id) ?? id
  const wanted = new Map(Object.keys(want).map((id) => [zone(id), id]))
  return Object.keys(seen).filter((id) => {
    const successor = wanted.get(zone(id))
    if (successor === undefined) return false
    return successor !== id || !staysAs(seen[id] ?? {}, want[id] ?? {}, newFamily)
  })
}

const staysAs = (has: Mapping, asked: Mapping, newFamily: boolean): boolean =>
  addressFields.every(
    (field) =>
      has[field] === asked[field] || (field === 'IPv6Address' && newFamily && has[field] === undefined),
  )

/** What the next call names; `want` when it is the last one, nothing when the road that it begins leads nowhere. */
export function nextZones(change: ZoneChange): Zones | undefined {
  const first = callFrom(change)
  let now = first
  // Each zone leaves and comes in once at most.
  for (let left = 2 * (Object.keys(change.seen).length + Object.keys(change.want).length); left > 0; left--) {
    if (now === undefined || now === change.want) return now && first
    now = callFrom({ ...change, seen: now })
  }
  return undefined
}

function callFrom(change: ZoneChange): Zones | undefined {
  const { seen, want, zoneOf } = change
  const zone = (id: string): string => zoneOf(id) ?? id
  const anew = remade(change)
  const absent = Object.keys(want).filter(
    (id) => !(id in seen) && !anew.some((other) => zone(other) === zone(id)),
  )
  const free = absent.filter((id) => !holds(Object.values(seen), want[id]))
  if (anew.length === 0 && free.length === absent.length) return want
  const now = Object.fromEntries(
    Object.entries(seen).map(([id, has]) => [id, anew.includes(id) ? has : (want[id] ?? has)]),
  )
  if (free.length > 0) return { ...now, ...Object.fromEntries(free.map((id) => [id, want[id] ?? {}])) }
  const [leaves] = [...anew, ...Object.keys(seen).filter((id) => !(id in want))].toSorted(
    (a, b) => Number(isAwaited(seen, want, b)) - Number(isAwaited(seen, want, a)),
  )
  if (leaves !== undefined && Object.keys(seen).length > 1) {
    const { [leaves]: _, ...rest } = now
    return rest
  }
  // The only zone of all: another one stands in for it meanwhile, with an address that AWS chooses.
  const [helper] = absent
  return helper === undefined ? undefined : { ...now, [helper]: {} }
}

const holds = (zones: readonly Mapping[], asked: Mapping = {}): boolean =>
  zones.some((has) =>
    addressFields.some((field) => asked[field] !== undefined && has[field] === asked[field]),
  )

/** Whether another zone asks for an address that this one has. */
const isAwaited = (seen: Zones, want: Zones, id: string): boolean =>
  Object.entries(want).some(([other, asked]) => other !== id && holds([seen[id] ?? {}], asked))

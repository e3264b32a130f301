/**
 * Whether what an edit made can take over from what serves now (law 4): in every failure domain in which the old one
 * has a target that answers, the new one has one too. Where the old one has none, nobody is waited for: an application
 * that is down must not hold up its own move.
 */
import type { Observed, Part, Resource } from '../plan/resource.ts'

/** Something that carries traffic, as it is wanted and as it is. */
export interface Serving {
  readonly wish: Resource
  readonly seen: Observed | undefined
}

/** What clients would miss if the new set took over now. */
export interface Lack {
  readonly wish: Resource
  /** Where the old set answers and this does not yet; empty where it is not about places. */
  readonly zones: readonly string[]
}

/** How far a move is. */
export interface Move {
  readonly serves: boolean
  /** It takes longer than anybody should wait for without a word. */
  readonly stalled?: boolean
  /** What the new set lacks; undefined while it is not in place yet. */
  readonly lacks?: readonly Lack[]
}

/** A list does not tell whether traffic passes. */
export const isUnread = ({ seen }: Serving): boolean =>
  seen?.serving === 'unreadable' && seen.depth === 'listed'

export function lacksOf(fresh: readonly Serving[], old: readonly Serving[]): readonly Lack[] {
  return fresh.flatMap((one) => {
    const zones = missing(one, old)
    return zones === undefined ? [] : [{ wish: one.wish, zones }]
  })
}

/** Undefined: nothing is missing. */
function missing({ wish, seen }: Serving, old: readonly Serving[]): readonly string[] | undefined {
  if (seen === undefined) return []
  if (seen.healthy === undefined) return seen.serving === false ? [] : undefined
  const telling = old.filter((other) => other.seen?.healthy !== undefined)
  const rivals = telling.filter((other) => succeeds(wish, other.wish))
  // Nothing is known of how the old one is: then the new one has to answer at all.
  const answers = telling.length === 0 || rivals.some((other) => other.seen?.healthy?.length !== 0)
  if (!answers) return undefined
  const has = zonesOf({ wish, seen })
  const could = new Set(Object.values(wish.parts ?? {}).flatMap((part) => zoneOf(wish, part)))
  const needed = new Set(rivals.flatMap((other) => [...zonesOf(other)]))
  const lacking = [...needed].filter((zone) => could.has(zone) && !has.has(zone)).toSorted()
  if (lacking.length > 0) return lacking
  return seen.healthy.length === 0 ? [...needed].toSorted() : undefined
}

const succeeds = (wish: Resource, old: Resource): boolean =>
  wish.serves === undefined || old.serves === undefined || wish.serves === old.serves

/** Where it has a target that answers. A target that is wanted no more is about to leave, and does not count. */
function zonesOf({ wish, seen }: Serving): ReadonlySet<string> {
  return new Set((seen?.healthy ?? []).flatMap((key) => zoneOf(wish, wish.parts?.[key])))
}

const zoneOf = ({ zones }: Resource, part: Part | undefined): readonly string[] =>
  part?.zone === undefined || zones?.includes(part.zone) === false ? [] : [part.zone]

export function lackText({ wish, zones }: Lack): string {
  const what = wish.serves === undefined ? `${wish.kind} ${wish.key}` : `port ${wish.serves}`
  return zones.length === 0 ? `${what} does not answer yet` : `${what} has none in ${zones.join(', ')}`
}

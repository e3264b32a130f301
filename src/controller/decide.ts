/**
 * From a Service to what should exist for it. The live input decides while it is valid; else the accepted one, with
 * live nodes and ports; else what is there stays and follows the nodes (law 2).
 */
import { ownerOf } from '../model/from-service.ts'
import type { ServiceObject } from '../model/objects.ts'
import type { Problem } from '../model/problem.ts'
import type { LostPorts } from '../plan/lost-ports.ts'
import { refKey, type Resource } from '../plan/resource.ts'
import type { Cause } from '../plan/view.ts'
import { causesBetween, hashOf, inputOf, readAccepted, type Accepted, type Input } from './accepted.ts'
import { leadingToBoth, unite, withForgotten } from './desired.ts'
import { keptOf } from './kept-of.ts'
import { podsFor } from './neighbours.ts'
import { wishAt, wishOf, withOthers, type Asking, type DecideParts } from './wish-of.ts'

export interface Decision {
  /** All that should exist now: of the live input, and of an earlier one that still serves. */
  readonly resources: readonly Resource[]
  /** The same without some ports of the live input, which others may hold. */
  readonly without: (ports: LostPorts) => readonly Resource[]
  /** Stacks of groups in which it takes part by any of its inputs. */
  readonly joins: readonly string[]
  /** What an earlier input asked for in such stacks and none asks for now. */
  readonly released: readonly Resource[]
  /** Of the input that the status is published from. */
  readonly live: readonly Resource[]
  /** Of the input that was accepted last, as it is wanted today. */
  readonly before: readonly Resource[]
  /** Something that serves traffic now has a successor, which is not accepted yet. */
  readonly moving: boolean
  /** Something that stays leads to both, and to the successor alone only after the switch: until then it is not in place. */
  readonly between: boolean
  /** What replaced sets let in can be held to what the live input allows: if not, none stays once it is replaced. */
  readonly confined: boolean
  /** Until then (ISO time) the last of what earlier inputs served with stays. */
  readonly staysUntil?: string
  readonly state: 'settled' | 'frozen'
  /** The live input's problems, warnings included. */
  readonly problems: readonly Problem[]
  /** Whether the live input is what `live` came from. */
  readonly valid: boolean
  readonly input: Input
  /** The input that `live` came from: the live one, else one that was begun, else the accepted one. */
  readonly served: Input | undefined
  /** Of the input that `live` came from: changes that interrupt traffic may be carried out. */
  readonly leave: boolean
  readonly hash: string
  readonly causes: readonly Cause[]
  readonly accepted: Accepted | undefined
  /** Services whose pods are sent to and not known yet: until then nothing is judged. */
  readonly awaits: readonly string[]
  /** Whether pods are targets, so that it needs no nodes. */
  readonly sendsToPods: boolean
  /** Facts that could not be had: worth asking again soon. */
  readonly lacking: boolean
  /** What it rests on changes without an event: it is looked at again after this. */
  readonly againMs?: number
}

const alone = { joins: [], released: [] } as const

function releasedFrom(
  once: readonly Resource[],
  now: readonly Resource[],
  joins: ReadonlySet<string>,
): readonly Resource[] {
  if (joins.size === 0) return []
  const wanted = new Set(now.map(refKey))
  const gone = once.filter((resource) => joins.has(resource.stack) && !wanted.has(refKey(resource)))
  return [...new Map(gone.map((resource) => [refKey(resource), resource])).values()]
}

export async function decide(parts: DecideParts, service: ServiceObject): Promise<Decision> {
  const { provider, cluster, nodes } = parts
  const { kinds } = provider
  const accepted = readAccepted(service)
  const asked: Asking = { parts, live: service, backends: new Set(), awaits: new Set() }
  const wish = await wishOf(asked, service)
  const input = withOthers(inputOf(service, provider.annotations), wish)
  const causes = accepted?.input === undefined ? [] : causesBetween(accepted.input, input)
  const wished = wish.resources === undefined ? undefined : hashOf(wish.resources, kinds)
  const isAccepted = wished !== undefined && accepted?.hash === wished
  const then = isAccepted ? wish : await wishAt(asked, service, accepted?.input)
  const before = then?.resources
  // An edit that was begun goes on when an invalid one follows: to undo it could open what it had closed.
  const begun = wish.resources === undefined ? await wishAt(asked, service, parts.begun) : undefined
  const now = wish.resources === undefined ? (begun ?? then) : wish
  const live = now?.resources
  const served =
    wish.resources !== undefined
      ? input
      : withOthers(begun === undefined ? accepted?.input : parts.begun, now)
  const stay = (earlier: Input) =>
    keptOf(asked, service, { earlier, access: served ?? input, live: live ?? [] })
  const leaving = (live === undefined ? [] : (accepted?.leaving ?? [])).filter(
    ({ until }) => Date.parse(until) > parts.now,
  )
  const lefts = await Promise.all(leaving.map((one) => stay(one.input)))
  const stays = leaving.map(({ until }, at) => ({ until, resources: lefts[at]?.resources ?? [] }))
  const first =
    live === undefined || accepted?.input === undefined || isAccepted ? undefined : await stay(accepted.input)
  const last = stays.findLast(({ resources }) => resources.length > 0)
  const awaits = [...asked.awaits]
  const told = {
    problems: wish.problems,
    valid: wish.resources !== undefined && awaits.length === 0,
    lacking: wish.lacking ?? false,
    ...(wish.againMs === undefined ? {} : { againMs: wish.againMs }),
    sendsToPods: asked.backends.size > 0,
    awaits,
    leave: now?.leave === true,
    input,
    causes,
    accepted,
  }
  if (live === undefined || awaits.length > 0) {
    const uid = ownerOf(service).uid
    // Nothing was ever applied and nothing is there: an unreadable wish is then no wish, and holds nobody up.
    const nothing = parts.listed && accepted?.input === undefined && parts.observed(uid).length === 0
    if (nothing && awaits.length === 0)
      return {
        ...told,
        ...alone,
        without: () => [],
        resources: [],
        live: [],
        before: [],
        served,
        moving: false,
        between: false,
        confined: true,
        state: 'settled',
        hash: '',
      }
    // Its parts of shared objects stay by themselves: nobody may take them from an owner that is frozen.
    const observed = parts.observed(uid).filter((object) => object.owners.some((owner) => owner.uid === uid))
    const pods = live === undefined ? podsFor(asked, provider.podsBehind?.(observed) ?? []) : {}
    const resources = provider.follow(observed, { cluster, nodes, facts: new Map(), observed, ...pods })
    return {
      ...told,
      ...alone,
      without: () => resources,
      resources,
      live: resources,
      before: [],
      served,
      moving: false,
      between: false,
      confined: true,
      state: 'frozen',
      hash: '',
    }
  }
  const beside = [first?.resources ?? [], ...stays.map(({ resources }) => resources).toReversed()]
  const toBoth = (own: readonly Resource[]) => leadingToBoth(own, before ?? [], first?.resources ?? [], kinds)
  const withOld = (own: readonly Resource[]) => beside.reduce(unite, withForgotten(own, before ?? []))
  const meanwhile = toBoth(live)
  const resources = withOld(meanwhile)
  const over = await Promise.all((accepted?.leaving ?? []).map((one) => wishAt(asked, service, one.input)))
  const earlier = [then, ...over]
  const joins = new Set([now, ...earlier].flatMap((one) => one?.joins ?? []))
  return {
    ...told,
    resources,
    without: (ports) => withOld(toBoth(now?.without?.(ports) ?? live)),
    joins: [...joins],
    released: releasedFrom(
      earlier.flatMap((one) => one?.resources ?? []),
      resources,
      joins,
    ),
    live,
    served,
    before: before ?? first?.resources ?? [],
    moving: (first?.resources.length ?? 0) > 0,
    between: meanwhile.some((resource, at) => resource !== live[at]),
    confined: first?.confined ?? true,
    state: 'settled',
    hash: now === wish && wished !== undefined ? wished : hashOf(live, kinds),
    ...(last === undefined ? {} : { staysUntil: last.until }),
  }
}

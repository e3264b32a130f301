/**
 * From a Service to what should exist for it. The live input decides while it is valid; else the accepted one, with
 * live nodes and ports; else what is there stays and follows the nodes (law 2).
 */
import { fromService, ownerOf } from '../model/from-service.ts'
import type { TargetNode } from '../model/nodes.ts'
import type { ServiceObject } from '../model/objects.ts'
import { hasError, type Problem } from '../model/problem.ts'
import { refKey, type Observed, type Resource } from '../plan/resource.ts'
import type { Cause } from '../plan/view.ts'
import type { Cluster, Context, Facts, Lookup } from '../provider/blueprint.ts'
import type { Provider } from '../provider/provider.ts'
import {
  causesBetween,
  hashOf,
  inputOf,
  readAccepted,
  serviceAt,
  type Accepted,
  type Input,
} from './accepted.ts'
import { confined, sameAccess } from './confine.ts'
import { stillServing, unite, withForgotten } from './desired.ts'

export interface DecideParts {
  readonly provider: Provider
  readonly cluster: Cluster
  readonly nodes: readonly TargetNode[]
  readonly facts: (lookups: readonly Lookup[]) => Promise<Facts>
  readonly observed: (uid: string) => readonly Observed[]
  /** The last valid input that was begun, if it is not accepted yet. */
  readonly begun: Input | undefined
  /** It is known what exists. */
  readonly listed: boolean
  readonly now: number
}

export interface Decision {
  /** All that should exist now: of the live input, and of an earlier one that still serves. */
  readonly resources: readonly Resource[]
  /** Of the input that the status is published from. */
  readonly live: readonly Resource[]
  /** Of the input that was accepted last, as it is wanted today. */
  readonly before: readonly Resource[]
  /** Something that serves traffic now has a successor, which is not accepted yet. */
  readonly moving: boolean
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
  readonly hash: string
  readonly causes: readonly Cause[]
  readonly accepted: Accepted | undefined
  /** Facts that could not be had: worth asking again soon. */
  readonly lacking: boolean
}

interface Wish {
  readonly lacking?: boolean
  readonly resources?: readonly Resource[]
  readonly problems: readonly Problem[]
}

async function wishOf(parts: DecideParts, service: ServiceObject): Promise<Wish> {
  const { provider, nodes, cluster } = parts
  const options = {
    provider: provider.name,
    table: provider.annotations,
    can: provider.can,
    origin: 'cluster',
  } as const
  const { lb, problems } = fromService(service, options)
  if (lb === undefined) return { problems }
  const facts = await parts.facts(provider.lookups(lb, nodes))
  const context: Context = { cluster, nodes, facts, observed: parts.observed(lb.owner.uid) }
  const desired = provider.desired(lb, context)
  const all = [...problems, ...desired.problems]
  const lacking = [...facts.values()].some((fact) => !('value' in fact))
  return hasError(all) ? { problems: all, lacking } : { resources: desired.resources, problems: all, lacking }
}

/** What an input from before asks for today; undefined when it cannot be told. */
async function wishAt(
  parts: DecideParts,
  service: ServiceObject,
  input: Input | undefined,
  follows = false,
): Promise<readonly Resource[] | undefined> {
  if (input === undefined) return undefined
  return (await wishOf(parts, serviceAt(service, input, follows))).resources
}

export async function decide(parts: DecideParts, service: ServiceObject): Promise<Decision> {
  const { provider, cluster, nodes } = parts
  const { kinds } = provider
  const input = inputOf(service, provider.annotations)
  const accepted = readAccepted(service)
  const wish = await wishOf(parts, service)
  const causes = accepted?.input === undefined ? [] : causesBetween(accepted.input, input)
  const told = {
    problems: wish.problems,
    valid: wish.resources !== undefined,
    lacking: wish.lacking ?? false,
    input,
    causes,
    accepted,
  }
  const isAccepted = wish.resources !== undefined && accepted?.hash === hashOf(wish.resources, kinds)
  const before = isAccepted ? wish.resources : await wishAt(parts, service, accepted?.input)
  // An edit that was begun goes on when an invalid one follows: to undo it could open what it had closed.
  const begun = wish.resources === undefined ? await wishAt(parts, service, parts.begun) : undefined
  const live = wish.resources ?? begun ?? before
  const served = wish.resources !== undefined ? input : begun === undefined ? accepted?.input : parts.begun
  if (live === undefined) {
    const uid = ownerOf(service).uid
    // Nothing was ever applied and nothing is there: an unreadable wish is then no wish, and holds nobody up.
    if (parts.listed && accepted?.input === undefined && parts.observed(uid).length === 0)
      return {
        ...told,
        resources: [],
        live: [],
        before: [],
        served,
        moving: false,
        confined: true,
        state: 'settled',
        hash: '',
      }
    // Its parts of shared objects stay by themselves: nobody may take them from an owner that is frozen.
    const observed = parts.observed(uid).filter((object) => object.owners.some((owner) => owner.uid === uid))
    const resources = provider.follow(observed, { cluster, nodes, facts: new Map(), observed })
    return {
      ...told,
      resources,
      live: resources,
      before: [],
      served,
      moving: false,
      confined: true,
      state: 'frozen',
      hash: '',
    }
  }
  const stay = (earlier: Input) => keptOf(parts, service, { earlier, access: served ?? input, live })
  const leaving = (accepted?.leaving ?? []).filter(({ until }) => Date.parse(until) > parts.now)
  const lefts = await Promise.all(leaving.map((one) => stay(one.input)))
  const stays = leaving.map(({ until }, at) => ({ until, resources: lefts[at]?.resources ?? [] }))
  const first = accepted?.input === undefined || isAccepted ? undefined : await stay(accepted.input)
  const last = stays.findLast(({ resources }) => resources.length > 0)
  return {
    ...told,
    resources: [first?.resources ?? [], ...stays.map(({ resources }) => resources).toReversed()].reduce(
      unite,
      withForgotten(live, before ?? []),
    ),
    live,
    served,
    before: before ?? first?.resources ?? [],
    moving: (first?.resources.length ?? 0) > 0,
    confined: first?.confined ?? true,
    state: 'settled',
    hash: hashOf(live, kinds),
    ...(last === undefined ? {} : { staysUntil: last.until }),
  }
}

interface Kept {
  readonly resources: readonly Resource[]
  readonly confined: boolean
}

interface Earlier {
  readonly earlier: Input
  /** Says who may connect by now. */
  readonly access: Input
  readonly live: readonly Resource[]
}

/**
 * What an earlier input serves with and the live one does not have. It follows nodes and ports, and lets in whom the
 * live input lets in. What it asked for may not be told today, for want of a fact or by newer rules: then all that is
 * there stays as it is, for clients hang on it.
 */
async function keptOf(parts: DecideParts, service: ServiceObject, at: Earlier): Promise<Kept> {
  const { provider, observed, cluster, nodes } = parts
  const { kinds, annotations: table } = provider
  const { earlier, access, live } = at
  const own = await wishAt(parts, service, earlier, true)
  const serving = (resources: readonly Resource[]) => stillServing(resources, live, kinds)
  if (own !== undefined && serving(own).length === 0) return { resources: [], confined: true }
  if (own !== undefined && sameAccess(earlier, access, table))
    return { resources: serving(own), confined: true }
  for (const input of confined(earlier, access, table)) {
    const wish = await wishAt(parts, service, input, true)
    if (wish === undefined || (own !== undefined && !sameObjects(serving(own), serving(wish)))) continue
    return { resources: serving(wish), confined: true }
  }
  if (own !== undefined) return { resources: serving(own), confined: false }
  const uid = ownerOf(service).uid
  const mine = observed(uid).filter((object) => object.owners.some((owner) => owner.uid === uid))
  const followed = provider.follow(mine, { cluster, nodes, facts: new Map(), observed: mine })
  return { resources: serving(followed), confined: true }
}

/** By what they are: rules within them may differ. */
function sameObjects(a: readonly Resource[], b: readonly Resource[]): boolean {
  const keys = new Set(a.map(refKey))
  return a.length === b.length && b.every((resource) => keys.has(refKey(resource)))
}

/**
 * From a Service to what should exist for it. The live input decides while it is valid; else the accepted one, with
 * live nodes and ports; else what is there stays and follows the nodes (law 2).
 */
import { fromService, ownerOf } from '../model/from-service.ts'
import type { LoadBalancer } from '../model/load-balancer.ts'
import type { TargetNode } from '../model/nodes.ts'
import type { ServiceObject } from '../model/objects.ts'
import { sentToBy } from '../model/others.ts'
import { hasError, type Problem } from '../model/problem.ts'
import type { LostPorts } from '../plan/lost-ports.ts'
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
import { leadingToBoth, stillServing, unite, withForgotten } from './desired.ts'
import {
  endpointsFor,
  othersFor,
  podsFor,
  specOf,
  type NeighbourParts,
  type Neighbours,
} from './neighbours.ts'

export interface DecideParts extends NeighbourParts {
  readonly provider: Provider
  readonly cluster: Cluster
  readonly nodes: readonly TargetNode[]
  readonly facts: (lookups: readonly Lookup[]) => Promise<Facts>
  /** By the uid of an owner; that of what a group has in common is its stack. */
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
}

interface Wish {
  readonly leave?: boolean
  readonly lacking?: boolean
  readonly resources?: readonly Resource[]
  readonly without?: (ports: LostPorts) => readonly Resource[]
  readonly joins?: readonly string[]
  /** What other Services had to say that it refers to. */
  readonly others?: Remembered
  readonly problems: readonly Problem[]
}

type Remembered = NonNullable<Input['others']>

const readFor = ({ name, annotations, can }: Provider, service: ServiceObject) =>
  fromService(service, { provider: name, table: annotations, can, origin: 'cluster' })

/** Other Services are taken as they are, those that are gone as they were; with `asThen` all of them. */
async function wishOf(
  asked: Asking,
  service: ServiceObject,
  then: Remembered = {},
  asThen = false,
): Promise<Wish> {
  const { parts } = asked
  const { provider, nodes, cluster } = parts
  const { lb, problems } = readFor(provider, service)
  if (lb === undefined) return { problems }
  const facts = await parts.facts(provider.lookups(lb, nodes))
  const backends = provider.backends?.(lb) ?? []
  const endpoints = backends.includes(lb.name) ? endpointsFor(asked, service) : undefined
  const refersTo = provider.refersTo?.(lb) ?? []
  const specs = new Map(refersTo.map((name) => [name, specOf(parts, name, then[name], asThen)]))
  const others = othersFor(asked, specs, backends)
  const joins = provider.joins?.(lb) ?? []
  const context: Context = {
    cluster,
    nodes,
    facts,
    observed: [lb.owner.uid, ...joins].flatMap((uid) => parts.observed(uid)),
    ...(endpoints === undefined ? {} : { endpoints }),
    ...(refersTo.length === 0 ? {} : { others }),
  }
  const desired = provider.desired(lb, context)
  const all = [...problems, ...desired.problems]
  const lacking = [...facts.values()].some((fact) => !('value' in fact))
  const without = (ports: LostPorts) => desiredWithout(provider, lb, context, ports)
  const known = [...specs].flatMap(([name, spec]) => (spec === undefined ? [] : [[name, sentToBy(spec)]]))
  const told = {
    problems: all,
    lacking,
    joins,
    ...(known.length === 0 ? {} : { others: Object.fromEntries(known) as Remembered }),
  }
  return hasError(all) ? told : { ...told, resources: desired.resources, without, leave: lb.allowsOutage }
}

/** An input with what other Services say to it today. */
function withOthers<T extends Input | undefined>(input: T, wish: Wish | undefined): T {
  return input === undefined || wish?.others === undefined ? input : { ...input, others: wish.others }
}

function desiredWithout(
  provider: Provider,
  lb: LoadBalancer,
  context: Context,
  lost: LostPorts,
): readonly Resource[] {
  const ports = lb.ports.filter(({ index }) => !lost.has(index))
  if (ports.length === 0) return []
  const { resources, problems } = provider.desired({ ...lb, ports }, context)
  return hasError(problems) ? [] : resources
}

/** One decision under way. */
interface Asking extends Neighbours {
  readonly parts: DecideParts
}

/** What an input from before asks for today; undefined when it cannot be told. */
async function wishAt(
  asked: Asking,
  service: ServiceObject,
  input: Input | undefined,
  follows = false,
): Promise<Wish | undefined> {
  if (input === undefined) return undefined
  const { provider } = asked.parts
  const toPods = serviceAt(service, input, 'pods')
  const { lb } = readFor(provider, toPods)
  const sends = lb !== undefined && (provider.backends?.(lb) ?? []).length > 0
  const then = sends ? toPods : serviceAt(service, input, follows)
  const wish = await wishOf(asked, then, input.others)
  if (wish.resources !== undefined) return wish
  if (input.others === undefined) return undefined
  // Another Service may have lost the port that was sent to.
  const once = await wishOf(asked, then, input.others, true)
  return once.resources === undefined ? undefined : once
}

/** What a Service that leaves had in the stacks of groups, by each of its inputs. */
export async function leftBy(
  parts: DecideParts,
  service: ServiceObject,
): Promise<Pick<Decision, 'joins' | 'released'>> {
  const { provider } = parts
  const accepted = readAccepted(service)
  const asked: Asking = { parts, live: service, backends: new Set(), awaits: new Set() }
  const inputs = [
    inputOf(service, provider.annotations),
    accepted?.input,
    ...(accepted?.leaving ?? []).map((one) => one.input),
  ]
  const joins = new Set<string>()
  const released = new Map<string, Resource>()
  for (const input of inputs) {
    const { lb } = input === undefined ? {} : readFor(provider, serviceAt(service, input))
    const stacks = lb === undefined ? [] : (provider.joins?.(lb) ?? [])
    if (stacks.length === 0) continue
    for (const stack of stacks) joins.add(stack)
    const wish = await wishAt(asked, service, input)
    for (const resource of wish?.resources ?? [])
      if (joins.has(resource.stack)) released.set(refKey(resource), resource)
  }
  return { joins: [...joins], released: [...released.values()] }
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
  const isAccepted = wish.resources !== undefined && accepted?.hash === hashOf(wish.resources, kinds)
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
async function keptOf(asked: Asking, service: ServiceObject, at: Earlier): Promise<Kept> {
  const { provider, observed, cluster, nodes } = asked.parts
  const { kinds, annotations: table } = provider
  const { earlier, access, live } = at
  const own = (await wishAt(asked, service, earlier, true))?.resources
  const serving = (resources: readonly Resource[]) => stillServing(resources, live, kinds)
  if (own !== undefined && serving(own).length === 0) return { resources: [], confined: true }
  if (own !== undefined && sameAccess(earlier, access, table))
    return { resources: serving(own), confined: true }
  for (const input of confined(earlier, access, table)) {
    const wish = (await wishAt(asked, service, input, true))?.resources
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

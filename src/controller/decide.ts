/**
 * From a Service to what should exist for it. The live input decides while it is valid; else the accepted one, with
 * live nodes and ports; else what is there stays and follows the nodes (law 2).
 */
import { fromService, ownerOf } from '../model/from-service.ts'
import { endpointsAt, type Endpoints } from '../model/endpoints.ts'
import type { LoadBalancer } from '../model/load-balancer.ts'
import type { TargetNode } from '../model/nodes.ts'
import type { ServiceObject } from '../model/objects.ts'
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
import { stillServing, unite, withForgotten } from './desired.ts'

export interface DecideParts {
  readonly provider: Provider
  readonly cluster: Cluster
  readonly nodes: readonly TargetNode[]
  /** The pods of a Service of the same namespace, by its name; undefined while nobody knows. */
  readonly endpoints: (service: string) => Endpoints | undefined
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
  readonly problems: readonly Problem[]
}

const readFor = ({ name, annotations, can }: Provider, service: ServiceObject) =>
  fromService(service, { provider: name, table: annotations, can, origin: 'cluster' })

async function wishOf(asked: Asking, service: ServiceObject): Promise<Wish> {
  const { parts } = asked
  const { provider, nodes, cluster } = parts
  const { lb, problems } = readFor(provider, service)
  if (lb === undefined) return { problems }
  const facts = await parts.facts(provider.lookups(lb, nodes))
  const endpoints = endpointsFor(asked, provider.backends?.(lb) ?? [], service)
  const joins = provider.joins?.(lb) ?? []
  const context: Context = {
    cluster,
    nodes,
    facts,
    observed: [lb.owner.uid, ...joins].flatMap((uid) => parts.observed(uid)),
    ...(endpoints === undefined ? {} : { endpoints }),
  }
  const desired = provider.desired(lb, context)
  const all = [...problems, ...desired.problems]
  const lacking = [...facts.values()].some((fact) => !('value' in fact))
  const without = (ports: LostPorts) => desiredWithout(provider, lb, context, ports)
  return hasError(all)
    ? { problems: all, lacking, joins }
    : { resources: desired.resources, without, joins, problems: all, lacking, leave: lb.allowsOutage }
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
  const wish = await wishOf(asked, sends ? toPods : serviceAt(service, input, follows))
  return wish.resources === undefined ? undefined : wish
}

/** One decision under way, and what it learned that it does not know. */
interface Asking {
  readonly parts: DecideParts
  /** As it is in the store. */
  readonly live: ServiceObject
  readonly backends: Set<string>
  readonly awaits: Set<string>
}

/** The pods behind a Service as it is or was. */
function endpointsFor(
  { parts, live, backends, awaits }: Asking,
  names: readonly string[],
  at: ServiceObject,
): Endpoints | undefined {
  const [name] = names
  if (name === undefined) return undefined
  backends.add(name)
  const endpoints = parts.endpoints(name)
  const ports = live.spec?.ports ?? []
  if (endpoints === undefined || isBehind(endpoints, live)) {
    awaits.add(name)
    return undefined
  }
  return endpointsAt(endpoints, ports, at.spec?.ports ?? [])
}

/**
 * Slices follow an edit of the Service's ports a moment later. Until then their ports have names that it does not
 * know, and it would seem to have no pods at all. Slices that nobody but a person writes are taken as they are.
 */
function isBehind(endpoints: Endpoints, { spec }: ServiceObject): boolean {
  if (spec?.selector === undefined) return false
  const names = new Set((spec.ports ?? []).map(({ name }) => name ?? ''))
  return endpoints.some(({ portName }) => !names.has(portName))
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
  const input = inputOf(service, provider.annotations)
  const accepted = readAccepted(service)
  const asked: Asking = { parts, live: service, backends: new Set(), awaits: new Set() }
  const wish = await wishOf(asked, service)
  const causes = accepted?.input === undefined ? [] : causesBetween(accepted.input, input)
  const isAccepted = wish.resources !== undefined && accepted?.hash === hashOf(wish.resources, kinds)
  const then = isAccepted ? wish : await wishAt(asked, service, accepted?.input)
  const before = then?.resources
  // An edit that was begun goes on when an invalid one follows: to undo it could open what it had closed.
  const begun = wish.resources === undefined ? await wishAt(asked, service, parts.begun) : undefined
  const now = wish.resources === undefined ? (begun ?? then) : wish
  const live = now?.resources
  const served = wish.resources !== undefined ? input : begun === undefined ? accepted?.input : parts.begun
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
        confined: true,
        state: 'settled',
        hash: '',
      }
    // Its parts of shared objects stay by themselves: nobody may take them from an owner that is frozen.
    const observed = parts.observed(uid).filter((object) => object.owners.some((owner) => owner.uid === uid))
    const pods =
      live === undefined && provider.sendsToPods?.(observed) === true
        ? endpointsFor(asked, [service.metadata.name], service)
        : undefined
    const context = { cluster, nodes, facts: new Map(), observed }
    const resources = provider.follow(
      observed,
      pods === undefined ? context : { ...context, endpoints: pods },
    )
    return {
      ...told,
      ...alone,
      without: () => resources,
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
  const beside = [first?.resources ?? [], ...stays.map(({ resources }) => resources).toReversed()]
  const withOld = (own: readonly Resource[]) => beside.reduce(unite, withForgotten(own, before ?? []))
  const resources = withOld(live)
  const over = await Promise.all((accepted?.leaving ?? []).map((one) => wishAt(asked, service, one.input)))
  const earlier = [then, ...over]
  const joins = new Set([now, ...earlier].flatMap((one) => one?.joins ?? []))
  return {
    ...told,
    resources,
    without: (ports) => withOld(now?.without?.(ports) ?? live),
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

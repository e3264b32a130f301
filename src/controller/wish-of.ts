/** What one input of a Service asks for today: the live one, or one of before with live nodes, pods and ports. */
import { fromService } from '../model/from-service.ts'
import type { LoadBalancer } from '../model/load-balancer.ts'
import type { TargetNode } from '../model/nodes.ts'
import type { ServiceObject } from '../model/objects.ts'
import { sentToBy } from '../model/others.ts'
import { hasError, type Problem } from '../model/problem.ts'
import type { LostPorts } from '../plan/lost-ports.ts'
import type { Observed, Resource } from '../plan/resource.ts'
import type { Cluster, Context, Facts, Lookup } from '../provider/blueprint.ts'
import type { Provider } from '../provider/provider.ts'
import { serviceAt, type Input } from './accepted.ts'
import { endpointsFor, othersFor, specOf, type NeighbourParts, type Neighbours } from './neighbours.ts'

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

export interface Wish {
  readonly leave?: boolean
  readonly lacking?: boolean
  /** A fact that it rests on changes without an event: it is looked at again after this. */
  readonly againMs?: number
  readonly resources?: readonly Resource[]
  readonly without?: (ports: LostPorts) => readonly Resource[]
  readonly joins?: readonly string[]
  /** What other Services had to say that it refers to. */
  readonly others?: Remembered
  readonly problems: readonly Problem[]
}

type Remembered = NonNullable<Input['others']>

export const readFor = ({ name, annotations, can }: Provider, service: ServiceObject) =>
  fromService(service, { provider: name, table: annotations, can, origin: 'cluster' })

/** Other Services are taken as they are, those that are gone as they were; with `asThen` all of them. */
export async function wishOf(
  asked: Asking,
  service: ServiceObject,
  then: Remembered = {},
  asThen = false,
): Promise<Wish> {
  const { parts } = asked
  const { provider, nodes, cluster } = parts
  const { lb, problems } = readFor(provider, service)
  if (lb === undefined) return { problems }
  const lookups = provider.lookups(lb, nodes)
  const facts = await parts.facts(lookups)
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
  const againMs = Math.min(...lookups.map((lookup) => lookup.againMs ?? Infinity))
  const without = (ports: LostPorts) => desiredWithout(provider, lb, context, ports)
  const known = [...specs].flatMap(([name, spec]) => (spec === undefined ? [] : [[name, sentToBy(spec)]]))
  const told = {
    problems: all,
    lacking,
    ...(againMs === Infinity ? {} : { againMs }),
    joins,
    ...(known.length === 0 ? {} : { others: Object.fromEntries(known) as Remembered }),
  }
  return hasError(all) ? told : { ...told, resources: desired.resources, without, leave: lb.allowsOutage }
}

/** An input with what other Services say to it today. */
export function withOthers<T extends Input | undefined>(input: T, wish: Wish | undefined): T {
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
export interface Asking extends Neighbours {
  readonly parts: DecideParts
}

/** What an input from before asks for today; undefined when it cannot be told. */
export async function wishAt(
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

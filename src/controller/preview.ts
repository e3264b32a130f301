/**
 * What a controller would do now, without one: a term of leadership on the cluster as it is, or as it would be with
 * some Services changed, that may read everything and write nothing, or nothing but what is let through.
 */
import type { Executed } from '../engine/execute.ts'
import type { EventSink } from '../kube/events.ts'
import {
  services as serviceType,
  type KubeApi,
  type ObjectRef,
  type Patch,
  type ResourceType,
} from '../kube/port.ts'
import { Store } from '../kube/store.ts'
import type { Clock } from '../lib/clock.ts'
import { acceptedAnnotation } from '../model/claim.ts'
import type { KubeObject, NodeObject, ServiceObject } from '../model/objects.ts'
import { silentLog } from '../observe/log.ts'
import { orderSteps } from '../plan/order.ts'
import type { Problem } from '../model/problem.ts'
import type { Step } from '../plan/plan.ts'
import type { Observed, Resource } from '../plan/resource.ts'
import type { Cluster } from '../provider/blueprint.ts'
import type { ProviderError } from '../provider/errors.ts'
import type { Provider } from '../provider/provider.ts'
import { readAccepted, writeAccepted } from './accepted.ts'
import { orphansIn, type Orphan } from './orphans.ts'
import type { ServiceReport } from './service-report.ts'
import { Term } from './term.ts'
import type { TermParts, TermSettings } from './term-parts.ts'

export interface PreviewParts {
  readonly clock: Clock
  readonly api: KubeApi
  readonly provider: Provider
  readonly cluster: Cluster
  readonly services: readonly ServiceObject[]
  readonly nodes: readonly NodeObject[]
  readonly settings: Pick<
    TermSettings,
    'adopt' | 'loadBalancerClass' | 'graceMs' | 'serviceWorkers' | 'stackWorkers' | 'cloudConcurrency'
  >
  /** What was applied is taken to be in place. Else every object of ours is read in full. */
  readonly trusting?: true
  /** Lets some steps be carried out. */
  readonly hands?: Hands
  /** Told now and then how many Services are decided on. */
  readonly onProgress?: (decided: number) => void
}

export interface Hands {
  /** Until when, on our clock, nobody else writes. */
  readonly heldUntil: () => number
  /** Why a step is not carried out. */
  readonly forbids: NonNullable<TermParts['forbids']>
  readonly onStep: (executed: Executed) => void
  /** Asked while nothing is under way. */
  readonly isOver: (seen: Preview) => boolean
}

/** What a Service would have. */
export interface Wanted {
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
  readonly hash: string
}

export interface Preview {
  /** In the order in which they would be carried out; each with what it waits for. */
  readonly steps: readonly Step[]
  readonly services: readonly { readonly service: ServiceObject; readonly report: ServiceReport }[]
  /** Objects of ours whose Service is not there. */
  readonly lost: readonly Orphan[]
  readonly failures: readonly ProviderError[]
  readonly wanted: (uid: string) => Wanted
  readonly ownedBy: (uid: string) => readonly Observed[]
  /** Objects that refer to it. */
  readonly usersOf: (id: string) => readonly Observed[]
}

const lookAgainMs = 50
const never = 24 * 3_600_000
const noEvents: EventSink = { record: () => {} }

/** Rejects with the ProviderError when what exists cannot be listed, and with the signal's reason. */
export async function preview(parts: PreviewParts, signal: AbortSignal): Promise<Preview> {
  const { clock, provider } = parts
  const services = new Store<ServiceObject>()
  services.replaceAll(parts.trusting === true ? parts.services : parts.services.map(distrusted))
  const nodes = new Store<NodeObject>()
  nodes.replaceAll(parts.nodes)
  const stop = new AbortController()
  const { hands } = parts
  const term = new Term({
    ...parts,
    log: silentLog,
    api: readOnly(parts.api, services),
    provider: unhurried(provider),
    services,
    nodes,
    events: noEvents,
    settings: {
      ...parts.settings,
      policy: hands === undefined ? 'plan-only' : 'sync',
      listEveryMs: never,
      driftMs: never,
      ...(hands === undefined ? {} : { orphanGraceMs: 0 }),
    },
    // Without a lease a write is refused where it is sent, whatever asked for it.
    heldUntil: () => hands?.heldUntil() ?? 0,
    ...(hands === undefined ? {} : { forbids: hands.forbids, onStep: hands.onStep }),
  })
  const running = term.run(stop.signal, stop.signal)
  try {
    for (let calm = 0; calm < 3 || hands?.isOver(seenBy(term, services)) === false;) {
      signal.throwIfAborted()
      const { failure } = term
      if (failure !== undefined && failure.kind !== 'throttled' && failure.kind !== 'transient') throw failure
      parts.onProgress?.(services.size - term.undecided)
      await clock.sleep(lookAgainMs, signal)
      calm = isAtRest(term, services) ? calm + 1 : 0
    }
    return seenBy(term, services)
  } finally {
    stop.abort()
    await running
  }
}

function seenBy(term: Term, services: Store<ServiceObject>): Preview {
  const reports = [...term.runner.reports()].map(([, report]) => report)
  return {
    steps: orderSteps(reports.flatMap(({ steps }) => steps)),
    services: services.list().map((service) => ({ service, report: term.report(service) })),
    lost: orphansIn(term.inventory, term.owners),
    failures: reports.flatMap(({ failure }) => failure ?? []),
    wanted: (uid) => {
      const { problems = [], hash = '' } = term.owners.get(uid) ?? {}
      return { resources: term.wishes.of(uid) ?? [], problems, hash }
    },
    ownedBy: term.inventory.ofOwner,
    usersOf: (id) => term.inventory.referrers(id),
  }
}

const isAtRest = (term: Term, services: Store<ServiceObject>): boolean =>
  term.settled && term.idle && (term.undecided === 0 || services.size === 0)

/** What was accepted is known, but not that it is in place. */
function distrusted(service: ServiceObject): ServiceObject {
  const accepted = readAccepted(service)
  if (accepted?.hash === undefined) return service
  const { hash: _hash, ...rest } = accepted
  const annotations = { ...service.metadata.annotations, [acceptedAnnotation]: writeAccepted(rest) }
  return { ...service, metadata: { ...service.metadata, annotations } }
}

const refuse = () => Promise.reject(new Error('a preview writes nothing'))

/** Writes end where they begin: the object is answered as if it had been written, and stays as it is. */
function readOnly(api: KubeApi, services: Store<ServiceObject>): KubeApi {
  return {
    list: (resource, options, signal) => api.list(resource, options, signal),
    watch: (resource, options, onEvent, signal) => api.watch(resource, options, onEvent, signal),
    get: (resource, ref, signal) => api.get(resource, ref, signal),
    create: refuse,
    update: refuse,
    patch: async <T extends KubeObject>(
      resource: ResourceType,
      ref: ObjectRef,
      _patch: Patch,
      signal: AbortSignal,
    ) => {
      const held = resource === serviceType ? services.get(`${ref.namespace}/${ref.name}`) : undefined
      return held === undefined ? await api.get<T>(resource, ref, signal) : (held as KubeObject as T)
    },
  }
}

/** Nothing was written a moment ago, so one list shows all. */
const unhurried = (provider: Provider): Provider => ({
  ...provider,
  kinds: Object.fromEntries(
    Object.entries(provider.kinds).map(([name, kind]) => [name, { ...kind, settleMs: 0 }]),
  ),
})

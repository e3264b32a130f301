/**
 * The pods behind the Services whose load balancers send to pods. Slices and pods are watched only in namespaces that
 * have such Services; for everybody else they cost nothing.
 */
import { priority } from '../engine/gates.ts'
import { endpointSlices, pods as podType, type KubeApi } from '../kube/port.ts'
import { ScopedReflectors } from '../kube/scoped-reflectors.ts'
import type { Change } from '../kube/store.ts'
import { trimEndpointSlice, trimPod } from '../kube/trim.ts'
import type { Clock } from '../lib/clock.ts'
import { equal } from '../lib/json.ts'
import { endpointsOf, serviceNameLabel, takesTraffic, type Endpoints } from '../model/endpoints.ts'
import type { EndpointSliceObject, PodObject } from '../model/objects.ts'
import { gatesFor, mayBeTarget, type GateMatch } from '../model/readiness-gates.ts'
import type { Log } from '../observe/log.ts'

/** Changes that follow within this time join the first one's answer (law 13). */
const joinMs = 1_000

export interface EndpointSetParts {
  readonly api: KubeApi
  readonly clock: Clock
  readonly log: Log
  readonly random?: () => number
  readonly gateIsFor: GateMatch
  /** The pods of a Service changed: who sends to them should look. */
  readonly changed: (uid: string, rank: number) => void
  /** A gated pod changed, or is seen for the first time. */
  readonly podChanged: (pod: PodObject) => void
}

/** The endpoints of one Service as they were last looked at. */
interface Snapshot {
  endpoints: Endpoints
  quietUntil: number
  waiting?: (() => void) | undefined
}

export class EndpointSet {
  readonly #parts: EndpointSetParts
  readonly #slices: ScopedReflectors<EndpointSliceObject>
  readonly #pods: ScopedReflectors<PodObject>
  /** uid -> the Services, as `namespace/name`, whose pods it sends to */
  readonly #uses = new Map<string, Set<string>>()
  /** `namespace/name` -> uids of those who send to its pods */
  readonly #users = new Map<string, Set<string>>()
  /** namespace -> the Services in it whose pods are sent to */
  readonly #inUse = new Map<string, Set<string>>()
  /** `namespace/name` of a Service in use -> what is known of its pods */
  readonly #snapshots = new Map<string, Snapshot>()

  constructor(parts: EndpointSetParts) {
    this.#parts = parts
    const { api, clock, log, random } = parts
    const shared = { api, clock, log, ...(random === undefined ? {} : { random }) }
    this.#slices = new ScopedReflectors<EndpointSliceObject>({
      ...shared,
      resource: endpointSlices,
      labelSelector: serviceNameLabel,
      trim: trimEndpointSlice,
      indexes: { service: (slice) => [serviceOf(slice)] },
      onChange: (change) => this.#sliceChanged(change),
      onTold: (namespace) => this.#told(namespace),
    })
    this.#pods = new ScopedReflectors<PodObject>({
      ...shared,
      resource: podType,
      // One that has ended is nobody's target, whatever else it still says.
      fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
      trim: trimPod,
      keep: ({ spec }) => (spec?.readinessGates ?? []).length > 0,
      onChange: (change) => this.#podTouched(change),
      onTold: (namespace) => this.#told(namespace),
    })
  }

  /** The pods of a Service, `namespace/name`, for one that sends to them; undefined while nobody knows. */
  need(uid: string, service: string): Endpoints | undefined {
    const uses = this.#uses.get(uid)
    if (uses === undefined) this.#uses.set(uid, new Set([service]))
    else uses.add(service)
    const users = this.#users.get(service)
    if (users === undefined) this.#users.set(service, new Set([uid]))
    else users.add(uid)
    const namespace = namespaceOf(service)
    const inUse = this.#inUse.get(namespace)
    if (inUse === undefined) this.#inUse.set(namespace, new Set([service]))
    else inUse.add(service)
    if (inUse === undefined) this.#watch()
    return this.#of(service)
  }

  /** It sends to the pods of these Services, and of no others. */
  keep(uid: string, services: readonly string[]): void {
    for (const service of this.#uses.get(uid) ?? []) {
      if (services.includes(service)) continue
      this.#uses.get(uid)?.delete(service)
      const users = this.#users.get(service)
      users?.delete(uid)
      if (users?.size === 0) this.#forget(service)
    }
    if (this.#uses.get(uid)?.size === 0) this.#uses.delete(uid)
  }

  /** The pods that it sends to, as they were last looked at; undefined when it sends to none. */
  seenBy(uid: string): Endpoints | undefined {
    const uses = this.#uses.get(uid)
    return uses && [...uses].flatMap((service) => this.#snapshots.get(service)?.endpoints ?? [])
  }

  /** Who sends to the pods of a Service. */
  usersOf(service: string): Iterable<string> {
    return this.#users.get(service) ?? []
  }

  /** Services in use that one of the pod's gates waits for. */
  servicesGating(pod: PodObject): readonly string[] {
    const { namespace = '' } = pod.metadata
    const inUse = [...(this.#inUse.get(namespace) ?? [])]
    return inUse.filter((service) => gatesFor(pod, nameOf(service), this.#parts.gateIsFor).length > 0)
  }

  /** Pods that bear gates, where they are known. */
  podsIn(namespace: string): ReturnType<ScopedReflectors<PodObject>['store']> {
    return this.#pods.store(namespace)
  }

  /** Why the pods of a Service are not known. */
  whyUnknown(service: string): string {
    const failure = this.#slices.failure(namespaceOf(service)) ?? this.#pods.failure(namespaceOf(service))
    const because = failure === undefined ? '' : ` (${failure.message})`
    return `the pods of namespace ${namespaceOf(service)} have not been listed yet${because}`
  }

  /** The same array until they change. */
  #of(service: string): Endpoints | undefined {
    const known = this.#snapshots.get(service)?.endpoints
    if (known !== undefined) return known
    const endpoints = this.#compute(service)
    if (endpoints !== undefined)
      this.#snapshots.set(service, { endpoints, quietUntil: this.#parts.clock.now() })
    return endpoints
  }

  #forget(service: string): void {
    this.#users.delete(service)
    this.#snapshots.get(service)?.waiting?.()
    this.#snapshots.delete(service)
    const namespace = namespaceOf(service)
    const inUse = this.#inUse.get(namespace)
    inUse?.delete(service)
    if (inUse?.size !== 0) return
    this.#inUse.delete(namespace)
    this.#watch()
  }

  #watch(): void {
    const namespaces = new Set(this.#inUse.keys())
    this.#slices.want(namespaces)
    this.#pods.want(namespaces)
  }

  async stop(): Promise<void> {
    for (const { waiting } of this.#snapshots.values()) waiting?.()
    await Promise.all([this.#slices.stop(), this.#pods.stop()])
  }

  #compute(service: string): Endpoints | undefined {
    const namespace = namespaceOf(service)
    const slices = this.#slices.store(namespace)
    const pods = this.#pods.store(namespace)
    // Without leave to see pods there are no gates to heed; that they cannot be seen just now is another matter.
    const denied = this.#pods.failure(namespace)?.code === 403
    if (slices === undefined || (pods === undefined && !denied)) return undefined
    return endpointsOf(slices.by('service', service), (name) => {
      const pod = pods?.get(`${namespace}/${name}`)
      if (pod === undefined || !mayBeTarget(pod)) return false
      return gatesFor(pod, nameOf(service), this.#parts.gateIsFor).length > 0
    })
  }

  #sliceChanged({ before, now }: Change<EndpointSliceObject>): void {
    const services = [before, now].flatMap((slice) => (slice === undefined ? [] : [serviceOf(slice)]))
    for (const service of new Set(services)) this.#touched(service)
  }

  #podTouched({ before, now }: Change<PodObject>): void {
    const pod = now ?? before
    if (pod === undefined) return
    for (const service of this.servicesGating(pod)) this.#touched(service)
    if (now !== undefined) this.#parts.podChanged(now)
  }

  /** A list came to its end, or to none: those who waited for it look again. */
  #told(namespace: string): void {
    for (const [one, services] of this.#inUse) {
      if (namespace !== '' && one !== namespace) continue
      for (const service of services) {
        if (this.#snapshots.has(service)) this.#touched(service)
        else for (const uid of this.usersOf(service)) this.#parts.changed(uid, priority.resync)
      }
      for (const pod of this.#pods.store(one)?.list() ?? []) this.#parts.podChanged(pod)
    }
  }

  #touched(service: string): void {
    const snapshot = this.#snapshots.get(service)
    if (snapshot === undefined || snapshot.waiting !== undefined) return
    const left = snapshot.quietUntil - this.#parts.clock.now()
    if (left <= 0) this.#refresh(service, snapshot)
    else
      snapshot.waiting = this.#parts.clock.after(left, () => {
        snapshot.waiting = undefined
        this.#refresh(service, snapshot)
      })
  }

  #refresh(service: string, snapshot: Snapshot): void {
    snapshot.quietUntil = this.#parts.clock.now() + joinMs
    const before = snapshot.endpoints
    const next = this.#compute(service)
    if (next === undefined || equal(before, next)) return
    snapshot.endpoints = next
    const stays = new Set(next.filter(takesTraffic).map(({ address }) => address))
    const leaves = before.some((endpoint) => takesTraffic(endpoint) && !stays.has(endpoint.address))
    const rank = leaves ? priority.leaving : priority.joining
    for (const uid of this.usersOf(service)) this.#parts.changed(uid, rank)
  }
}

const namespaceOf = (service: string): string => service.slice(0, service.indexOf('/'))
const nameOf = (service: string): string => service.slice(service.indexOf('/') + 1)

const serviceOf = ({ metadata }: EndpointSliceObject): string =>
  `${metadata.namespace ?? ''}/${metadata.labels?.[serviceNameLabel] ?? ''}`

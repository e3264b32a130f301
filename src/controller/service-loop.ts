/**
 * One Service at a time, by uid: what should exist for it goes to the stacks, how far they are comes back into its
 * status. The only writer of a Service (law 9). It carries no event: it looks at how things are, and is cheap enough to
 * be asked again whenever anything moved.
 */
import { equal } from '../lib/json.ts'
import type { ServiceChange } from '../kube/patch.ts'
import { namesIn } from '../kube/store.ts'
import { acceptedAnnotation, adoptedFrom, claim, finalizer } from '../model/claim.ts'
import { ownerOf } from '../model/from-service.ts'
import type { ServiceObject } from '../model/objects.ts'
import { refKey, type Owner, type Resource } from '../plan/resource.ts'
import type { Asked } from '../engine/wishes.ts'
import { Announcer } from './announcer.ts'
import { writeAccepted, type Accepted, type Input } from './accepted.ts'
import { errorsOf, leftAlone, readyCondition } from './conditions.ts'
import { decide, type Decision } from './decide.ts'
import { Departure, seesWhatItLeft } from './departure.ts'
import { MoveWatch } from './move-watch.ts'
import { progressOf, stacksOf, type Progress } from './progress.ts'
import { publicationOf } from './publish.ts'
import { sameResources } from './same-resources.ts'
import * as say from './say.ts'
import type { ServiceLoopParts } from './service-loop-parts.ts'
import type { DecideParts } from './wish-of.ts'

/** Facts may have changed by then (law: parked until input, facts or ten minutes pass). */
const invalidAgainMs = 600_000
const refusedAgainMs = 31_000

/** Services, as `namespace/name`, that were asked for: their pods, and what they say themselves. */
interface Others {
  readonly pods: string[]
  readonly services: string[]
}

export class ServiceLoop {
  readonly #parts: ServiceLoopParts
  readonly #announcer: Announcer
  /** uid -> the last valid input that was handed to the stacks */
  readonly #begun = new Map<string, Input>()
  readonly #moves: MoveWatch
  readonly #departure: Departure

  constructor(parts: ServiceLoopParts) {
    this.#parts = parts
    this.#announcer = new Announcer(parts.events, parts.clock, parts.log)
    this.#moves = new MoveWatch(parts)
    this.#departure = new Departure(parts, {
      wish: (...asked) => this.#wish(...asked),
      progress: (uid) => this.#progress(uid),
      decide: (service, signal) => this.#decide(service, signal),
      look: (service, signal) => this.#decideParts(service, signal, { pods: [], services: [] }),
      undecided: (service) => this.#isUndecided(service),
      forget: (uid) => this.#forget(uid),
    })
  }

  async reconcile(uid: string, rank: number, signal: AbortSignal): Promise<void> {
    const { services, inventory, provider, adopt, loadBalancerClass } = this.#parts
    const service = services.byUid(uid)
    if (service === undefined) return this.#departure.vanished(uid, rank)
    const claimed = claim(service, {
      adopt,
      ownsObjects: inventory.ofOwner(uid).length > 0,
      foreignFinalizers: provider.foreignFinalizers,
      ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
    })
    if (claimed.is === 'ours') return this.#ours(service, rank, signal)
    // Whether it is ours may show only when it is known what exists.
    if (!this.#parts.listed()) return
    if (claimed.is === 'release') return this.#departure.goes(service, rank, signal)
    this.#wish(ownerOf(service), '', [], rank, false)
    this.#forget(uid)
    // Some of its objects may be marked already.
    if (adoptedFrom(service) !== undefined) this.#isUndecided(service)
    if (claimed.foreign === undefined) return
    const told = leftAlone(claimed.why, claimed.foreign, claimed.mend)
    await this.#parts.patch(service, { conditions: [told] }, signal)
  }

  #forget(uid: string): void {
    const { owners, parking, wishes, endpoints, referrals } = this.#parts
    endpoints.keep(uid, [])
    referrals.keep(uid, [])
    owners.forget(uid)
    wishes.forget(uid)
    parking.release(uid)
    this.#announcer.forget(uid)
    this.#begun.delete(uid)
    this.#moves.forget(uid)
    this.#departure.forget(uid)
  }

  async #ours(service: ServiceObject, rank: number, signal: AbortSignal): Promise<void> {
    const { owners, nodes, events, clock, again } = this.#parts
    const owner = ownerOf(service)
    const decision = await this.#decide(service, signal)
    const begun = this.#begun.get(owner.uid)
    if (decision.valid) this.#begun.set(owner.uid, decision.input)
    // The same, with what other Services say to it today.
    else if (decision.served !== undefined && decision.served.spec === begun?.spec)
      this.#begun.set(owner.uid, decision.served)
    const known = owners.get(owner.uid)
    const edited = decision.accepted?.input === undefined || decision.causes.length > 0
    const { state, causes, hash, leave } = decision
    if (!equal(known?.causes, causes) || known?.state !== state || known.hash !== hash)
      this.#parts.parking.release(owner.uid)
    if (edited && decision.valid) this.#announcer.ensuring(service, decision)
    // Gone meanwhile: what is made now would be nobody's.
    if (!(await this.#arm(service, decision, signal))) return
    const trusted = decision.accepted?.hash !== undefined && decision.accepted.hash === decision.hash
    owners.set({ owner, state, causes, trusted, armed: true, leave, hash, problems: decision.problems })
    const created = service.metadata.creationTimestamp ?? ''
    const changed =
      known === undefined || known.state !== state || known.leave !== leave || (known.trusted && !trusted)
    this.#wish(owner, created, decision.resources, rank, changed, this.#shared(decision))
    seesWhatItLeft(this.#parts, owner.uid)
    if (nodes.nodes.length === 0 && !decision.sendsToPods) say.noNodes(events, service)
    const progress = this.#progress(owner.uid)
    await this.#report(service, decision, progress, signal)
    if (decision.lacking) again(owner.uid, refusedAgainMs)
    else if (!decision.valid) again(owner.uid, invalidAgainMs)
    if (decision.againMs !== undefined) again(owner.uid, decision.againMs)
    for (const { until } of decision.accepted?.leaving ?? []) {
      const left = Date.parse(until) - clock.now()
      if (left > 0) again(owner.uid, left + 1)
    }
  }

  /** How far it is; stacks that are about to tell more are asked to wake us then. */
  #progress(uid: string): Progress {
    const progress = progressOf(this.#parts, uid)
    for (const stack of progress.open) this.#parts.awaitStack(stack, uid)
    // What goes there with the last member is nobody's in particular, so no report speaks of us.
    if (progress.steps.length > 0)
      for (const stack of this.#parts.wishes.leftBy(uid)) this.#parts.awaitStack(stack, uid)
    const failure = this.#parts.listFailure()
    return failure === undefined ? progress : { ...progress, converged: false, open: [], failure }
  }

  async #decide(service: ServiceObject, signal: AbortSignal): Promise<Decision> {
    const { endpoints, referrals } = this.#parts
    const { uid = '' } = service.metadata
    const asked: Others = { pods: [], services: [] }
    const decision = await decide(this.#decideParts(service, signal, asked), service)
    endpoints.keep(uid, asked.pods)
    referrals.keep(uid, asked.services)
    return decision
  }

  #decideParts(service: ServiceObject, signal: AbortSignal, asked: Others): DecideParts {
    const { provider, cluster, nodes, facts, inventory, clock, endpoints, services, referrals } = this.#parts
    const { namespace = 'default', uid = '' } = service.metadata
    return {
      provider,
      cluster,
      nodes: nodes.nodes,
      endpoints: (name) => {
        const key = `${namespace}/${name}`
        asked.pods.push(key)
        return endpoints.need(uid, key)
      },
      service: (name) => {
        const key = `${namespace}/${name}`
        if (name !== service.metadata.name) {
          asked.services.push(key)
          referrals.add(uid, key)
        }
        return services.get(key)
      },
      serviceNames: () => namesIn(services.keys(), namespace),
      facts: (lookups) => facts(lookups, signal),
      observed: inventory.ofOwner,
      begun: this.#begun.get(uid),
      listed: this.#parts.listed(),
      now: clock.now(),
    }
  }

  /**
   * The finalizer and our mark, in one patch, before any cloud object exists or changes. From then on what is accepted
   * may be in place or not: an edit that is taken back while nobody is there must not pass for one that never was.
   */
  async #arm(service: ServiceObject, decision: Decision, signal: AbortSignal): Promise<boolean> {
    const { hash, ...begun }: Accepted = decision.accepted ?? { version: 1 }
    const begins = hash !== undefined && decision.state === 'settled' && hash !== decision.hash
    const mark =
      decision.accepted === undefined || begins ? { [acceptedAnnotation]: writeAccepted(begun) } : {}
    const worth = decision.resources.length > 0
    if (!worth && decision.accepted === undefined) return true
    return this.#parts.patch(service, { addFinalizers: [finalizer], annotations: mark }, signal)
  }

  /** Hands a wish to its stacks, and wakes them when it says something new. */
  #wish(
    owner: Owner,
    created: string,
    resources: readonly Resource[],
    rank: number,
    changed = true,
    { without, joins = [], released = [] }: Asked = {},
  ): void {
    const { wishes, wakeStack } = this.#parts
    const before = wishes.asked(owner.uid) ?? []
    if (
      !changed &&
      sameResources(before, resources) &&
      (resources.length === 0 || sameResources(wishes.released(owner.uid), released))
    )
      return
    const had = stacksOf(this.#parts, owner.uid)
    const more = { joins, released, ...(without === undefined ? {} : { without }) }
    const touched = wishes.set(owner, created, resources, more)
    for (const stack of new Set([...had, ...touched])) wakeStack(stack, owner.uid, rank)
  }

  /** Of one that takes part in no group nobody can hold a port: to remember how it is without some would be for nothing. */
  #shared(decision: Decision): Asked {
    const alone = this.#parts.provider.joins !== undefined && decision.joins.length === 0
    return alone ? {} : decision
  }

  /** The decision as far as it is carried out: others may hold some of the ports. */
  #withoutLost(decision: Decision, uid: string): Decision {
    const { wishes } = this.#parts
    const left = wishes.of(uid)
    if (left === undefined || left === wishes.asked(uid)) return decision
    const keys = new Set(left.map(refKey))
    return { ...decision, live: decision.live.filter((resource) => keys.has(refKey(resource))) }
  }

  async #report(
    service: ServiceObject,
    asked: Decision,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<void> {
    const { events, patch, clock } = this.#parts
    const decision = this.#withoutLost(asked, service.metadata.uid ?? '')
    const errors = errorsOf(decision, progress)
    const hosts = this.#parts.nodes.nodes.map((node) => node.name)
    this.#announcer.failure(service, decision, progress, hosts)
    // What nobody can judge yet is nothing to warn of, and an input with mistakes is not carried out.
    if (decision.valid && decision.awaits.length === 0) this.#announcer.warnings(service, decision)
    const newest = this.#parts.services.byUid(service.metadata.uid ?? '') ?? service
    // A port that it lost is not served where it moves to: what serves it now stays published.
    const move = this.#moves.move(newest, asked, progress)
    this.#announcer.move(service, move)
    const { serves } = move
    const now = clock.now()
    const { loadBalancer, accepted } = publicationOf(this.#parts, newest, decision, progress, serves, now)
    const change: ServiceChange = {
      loadBalancer,
      // While a stack is about to run there is nothing to tell yet.
      ...(progress.open.length > 0 && progress.failure === undefined && errors.length === 0
        ? {}
        : { conditions: [readyCondition(decision, progress, move)] }),
      ...(accepted === undefined ? {} : { annotations: { [acceptedAnnotation]: writeAccepted(accepted) } }),
    }
    await patch(newest, change, signal)
    const isNew = decision.accepted?.hash !== decision.hash
    if (accepted === undefined || !isNew) return
    if (accepted.hash !== undefined) say.ensured(events, service)
    const before = newest.status?.loadBalancer ?? {}
    if (decision.moving) this.#announcer.moved(service, before, loadBalancer, accepted.leaving?.at(-1)?.until)
  }

  /** Nobody can say yet what it needs, of what is its own and of what all share: nothing of that may go. */
  #isUndecided(service: ServiceObject): void {
    const { owners } = this.#parts
    const owner = ownerOf(service)
    if (owners.get(owner.uid) === undefined)
      owners.set({ owner, state: 'frozen', causes: [], trusted: false, armed: true })
  }
}

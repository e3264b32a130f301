/**
 * How a Service leaves: deleted, released, or gone unseen. What it had goes first, its finalizer last; what may not be
 * deleted keeps all of it.
 */
import type { ServiceChange } from '../kube/patch.ts'
import { equal } from '../lib/json.ts'
import { acceptedAnnotation, finalizer } from '../model/claim.ts'
import { ownerOf } from '../model/from-service.ts'
import type { ServiceObject } from '../model/objects.ts'
import type { LostPorts } from '../plan/lost-ports.ts'
import { unprotecting } from '../plan/protection.ts'
import type { Owner, Resource } from '../plan/resource.ts'
import type { Asked } from '../engine/wishes.ts'
import { readAccepted } from './accepted.ts'
import { leavingCondition, protectedCondition, readyType } from './conditions.ts'
import type { Decision } from './decide.ts'
import { deletable, protectedAgainMs } from './deletable.ts'
import { leftBy } from './left-by.ts'
import type { Progress } from './progress.ts'
import * as say from './say.ts'
import type { ServiceLoopParts } from './service-loop-parts.ts'
import type { DecideParts } from './wish-of.ts'

/** What the loop does for those that stay, too. */
interface Loop {
  wish(
    owner: Owner,
    created: string,
    resources: readonly Resource[],
    rank: number,
    changed: boolean,
    asked?: Asked,
  ): void
  progress(uid: string): Progress
  decide(service: ServiceObject, signal: AbortSignal): Promise<Decision>
  /** What a decision may look at, when nobody is to be told of changes there. */
  look(service: ServiceObject, signal: AbortSignal): DecideParts
  undecided(service: ServiceObject): void
  forget(uid: string): void
}

export class Departure {
  readonly #parts: ServiceLoopParts
  readonly #ask: Loop
  /** uids of those that wait until what they have may be deleted */
  readonly #protected = new Set<string>()

  constructor(parts: ServiceLoopParts, loop: Loop) {
    this.#parts = parts
    this.#ask = loop
  }

  forget(uid: string): void {
    this.#protected.delete(uid)
  }

  /** Its finalizer was stripped, or it was replaced: we saw it go, so its objects may go too. */
  vanished(uid: string, rank: number): void {
    const { owners, parking } = this.#parts
    const known = owners.get(uid)
    if (known === undefined) return
    const isNew = known.state !== 'leaving'
    if (isNew) parking.release(uid)
    owners.set({ ...known, state: 'leaving', causes: [] })
    this.#ask.wish(known.owner, '', [], rank, isNew)
    if (this.#isGone(uid, this.#ask.progress(uid))) this.#ask.forget(uid)
  }

  /** Nothing of it exists, nothing may come to exist from what is under way, and the lists can prove it. */
  #isGone(uid: string, progress: Progress): boolean {
    const { inventory, owners, settled, wishes } = this.#parts
    // Asked first: what is not read yet may be just what holds up the rest.
    const seen = seesWhatItLeft(this.#parts, uid)
    // As its last member it takes along what a group had in common: others must have been asked.
    if (!seen || (wishes.leftBy(uid).length > 0 && owners.undecided)) return false
    const none = inventory.ofOwner(uid).length === 0 && !inventory.mayHaveMade(uid)
    return none && progress.converged && settled()
  }

  /** Deleted, or no load balancer any more. */
  async goes(service: ServiceObject, rank: number, signal: AbortSignal): Promise<void> {
    const { uid } = ownerOf(service)
    const verdict = deletable(this.#parts, uid, this.#protected.has(uid))
    if (verdict.is === 'unknown') return this.#ask.undecided(service)
    if (verdict.is === 'protected') return this.#stays(service, verdict.why, rank, signal)
    this.#protected.delete(uid)
    return this.#leaves(service, rank, signal)
  }

  /** It may not be deleted: until it may, all of it stays as it is asked to be, but for the protection itself. */
  async #stays(service: ServiceObject, why: string, rank: number, signal: AbortSignal): Promise<void> {
    const { owners, events, patch, again, provider } = this.#parts
    const owner = ownerOf(service)
    const isNew = !this.#protected.has(owner.uid)
    if (isNew) say.deleteFailed(events, service, why)
    const decision = await this.#ask.decide(service, signal)
    const { state, causes, leave, hash, problems } = decision
    if (!equal(owners.get(owner.uid)?.causes, causes)) this.#parts.parking.release(owner.uid)
    owners.set({ owner, state, causes, trusted: false, armed: true, leave, hash, problems })
    const unprotected = (all: readonly Resource[]) => all.map((one) => unprotecting(provider.kinds, one))
    const asked = { ...decision, without: (ports: LostPorts) => unprotected(decision.without(ports)) }
    const created = service.metadata.creationTimestamp ?? ''
    this.#ask.wish(owner, created, unprotected(decision.resources), rank, isNew, asked)
    this.#protected.add(owner.uid)
    again(owner.uid, protectedAgainMs)
    const { failure } = this.#ask.progress(owner.uid)
    const trouble = failure === undefined ? '' : `; ${failure.op}: ${failure.code}: ${failure.message}`
    await patch(service, { conditions: [protectedCondition(why + trouble)] }, signal)
  }

  /** Everything goes, the finalizer last. */
  async #leaves(service: ServiceObject, rank: number, signal: AbortSignal): Promise<void> {
    const { owners, inventory, events, patch, parking } = this.#parts
    const owner = ownerOf(service)
    const known = owners.get(owner.uid)
    const isNew = known?.state !== 'leaving'
    if (isNew) parking.release(owner.uid)
    owners.set({ owner, state: 'leaving', causes: [], trusted: false, armed: true })
    if (isNew) {
      const asked = this.#parts.wishes.asked(owner.uid)
      const left = asked === undefined ? await leftBy(this.#ask.look(service, signal), service) : {}
      this.#ask.wish(owner, service.metadata.creationTimestamp ?? '', [], rank, true, left)
    }
    if (isNew && inventory.ofOwner(owner.uid).length > 0) say.deleting(events, service)
    const progress = this.#ask.progress(owner.uid)
    if (this.#isGone(owner.uid, progress)) {
      await this.#release(service, signal)
      return
    }
    this.#lookAgain(owner.uid, rank)
    if (progress.failure !== undefined)
      say.deleteFailed(events, service, `${progress.failure.code}: ${progress.failure.message}`)
    await patch(service, { conditions: [leavingCondition(progress)] }, signal)
  }

  /** What may hide something of this Service is read as soon as a read can tell. */
  #lookAgain(uid: string, rank: number): void {
    const { inventory, clock, again, wakeStack } = this.#parts
    for (const { object, tellsAt } of inventory.suspectsOf(uid)) {
      const left = tellsAt - clock.now()
      if (left > 0) again(uid, left)
      else {
        inventory.doubt(object, clock.now())
        wakeStack(object.stack, uid, rank)
      }
    }
  }

  async #release(service: ServiceObject, signal: AbortSignal): Promise<void> {
    const { patch, events, log } = this.#parts
    const mine =
      readAccepted(service) !== undefined || service.metadata.finalizers?.includes(finalizer) === true
    if (mine) {
      say.deleted(events, service)
      const change: ServiceChange = {
        removeFinalizers: [finalizer],
        annotations: { [acceptedAnnotation]: null },
        loadBalancer: {},
        dropConditions: [readyType],
      }
      await patch(service, change, signal)
      log.info('load balancer deleted', { service: ownerOf(service).name })
    }
    this.#ask.forget(service.metadata.uid ?? '')
  }
}

/** Whether all is known of the groups that it left: a list does not show whose listeners a load balancer has. */
export function seesWhatItLeft(parts: ServiceLoopParts, uid: string): boolean {
  const { wishes, inventory, provider, clock, wakeStack } = parts
  const unread = wishes
    .leftBy(uid)
    .flatMap((stack) => inventory.inStack(stack))
    .filter(({ kind, depth }) => depth === 'listed' && (provider.kinds[kind]?.absorbs.length ?? 0) > 0)
  for (const object of unread) {
    inventory.doubt(object, clock.now())
    wakeStack(object.stack, uid, 0)
  }
  return unread.length === 0
}

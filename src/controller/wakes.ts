import { priority } from '../engine/gates.ts'
import type { Inventory } from '../engine/inventory.ts'
import type { Owners } from '../engine/owners.ts'
import type { Parking } from '../engine/parking.ts'
import type { StackRunner } from '../engine/stack-runner.ts'
import type { Wishes } from '../engine/wishes.ts'
import type { ReadStore } from '../kube/store.ts'
import { equal } from '../lib/json.ts'
import type { ServiceObject } from '../model/objects.ts'
import { sentToBy } from '../model/others.ts'
import type { Step } from '../plan/plan.ts'
import { isCommon, type Observed } from '../plan/resource.ts'
import type { Cluster } from '../provider/blueprint.ts'
import type { Provider } from '../provider/provider.ts'
import type { Queue } from './queue.ts'
import { rankOf } from './rank.ts'
import type { Referrals } from './referrals.ts'
import type { StackLoop } from './stack-loop.ts'

interface WakesParts {
  readonly services: ReadStore<ServiceObject>
  readonly cluster: Cluster
  readonly provider: Provider
  readonly inventory: Inventory
  readonly owners: Owners
  readonly wishes: Wishes
  readonly parking: Parking
  readonly runner: StackRunner
  readonly referrals: Referrals
  readonly stacks: StackLoop
  readonly serviceQueue: Queue
}

/** Who looks again when something moved: which Services, which stacks, how urgently. */
export class Wakes {
  readonly #on: WakesParts

  constructor(on: WakesParts) {
    this.#on = on
  }

  /** What belongs to the cluster or to a group may be judged now, or no longer. */
  shared(): void {
    const { uid } = this.#on.cluster
    // Of an object of others, such as a group of nodes, only parts are the cluster's.
    const ofCluster = uid === undefined ? [] : this.#on.inventory.ofOwner(uid)
    const stacks = new Set(ofCluster.map(({ stack }) => stack))
    for (const { owners, stack } of this.#on.inventory.all()) if (owners.some(isCommon)) stacks.add(stack)
    for (const stack of stacks) this.#on.stacks.wake(stack, undefined, priority.resync)
  }

  serviceChanged(before: ServiceObject | undefined, now: ServiceObject | undefined): void {
    const uid = (now ?? before)?.metadata.uid
    if (uid === undefined) return
    const rank = rankOf(before, now, this.#on.provider.annotations)
    this.#on.serviceQueue.add(uid, rank)
    const { namespace = 'default', name = '' } = (now ?? before)?.metadata ?? {}
    if (before !== undefined && now !== undefined && equal(sentToBy(before.spec), sentToBy(now.spec))) return
    for (const user of this.#on.referrals.usersOf(`${namespace}/${name}`))
      this.#on.serviceQueue.add(user, rank)
  }

  /** What all Services rest on has changed. */
  everybody(rank: number): void {
    for (const { owner, state } of this.#on.owners.all())
      if (state !== 'leaving') this.#on.serviceQueue.add(owner.uid, rank)
  }

  /** A list or a read showed an object to be otherwise than we knew. */
  drifted(object: Observed): void {
    this.#on.stacks.wake(object.stack, undefined, priority.resync)
    if (object.body === 'foreign') return
    for (const { uid } of object.owners) this.#on.serviceQueue.add(uid, priority.resync)
  }

  /** Other stacks of the same owners may have waited for just this. */
  dependents(step: Step): void {
    for (const { uid } of step.owners) {
      for (const stack of this.#on.wishes.stacksOf(uid)) {
        if (stack !== step.stack && this.#on.runner.report(stack) !== undefined)
          this.#on.stacks.wake(stack, uid, priority.resync)
      }
    }
  }

  /** What a group had in common went: what lived in it held up those who leave. */
  leavers(): void {
    for (const { owner, state } of this.#on.owners.all()) {
      if (state !== 'leaving') continue
      for (const stack of this.#on.wishes.stacksOf(owner.uid))
        this.#on.stacks.wake(stack, owner.uid, priority.remove)
    }
  }

  all(): void {
    for (const { metadata } of this.#on.services.list())
      this.#on.serviceQueue.add(metadata.uid ?? '', priority.resync)
  }

  /** What waited for complete lists looks again. */
  afterLists(): void {
    for (const { owner, state } of this.#on.owners.all())
      if (state === 'leaving') this.#on.serviceQueue.add(owner.uid, priority.remove)
    for (const [stack, report] of this.#on.runner.reports()) {
      const held = report.steps.filter((step) => step.hold !== undefined)
      if (held.length > 0) this.#on.stacks.wake(stack, undefined, priority.resync)
      // Whoever still refers to it may let go by now, and need not have been told.
      for (const other of held.flatMap((step) => this.#on.inventory.referrers(step.target ?? '')))
        if (other.stack !== stack) this.#on.stacks.wake(other.stack, undefined, priority.resync)
    }
  }

  /** A kind has room again: those that found none try. */
  madeRoom(kind: string): void {
    for (const stack of this.#on.parking.madeRoom(kind))
      this.#on.stacks.wake(stack, undefined, priority.resync)
  }
}

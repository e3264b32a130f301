/**
 * Walks one stack: plan from what is known, carry out what is ready, plan again, until nothing is ready (law 3).
 * No wait in here: what must wait is a hold, and the answer says when to come back.
 */
import type { Clock } from '../lib/clock.ts'
import { withoutHeld } from '../plan/held-elsewhere.ts'
import { withoutLost } from '../plan/lost-ports.ts'
import { mergeStack, type Contribution, type Merged } from '../plan/merge.ts'
import { orderSteps, readySteps } from '../plan/order.ts'
import { builds, type Hold, type Step } from '../plan/plan.ts'
import { underPolicy, type Policy } from '../plan/policy.ts'
import { refKey, type Identity, type Observed, type Owner, type Resource } from '../plan/resource.ts'
import { planStack, type StackPlan } from '../plan/stack-plan.ts'
import { mayJudge, type StackView } from '../plan/view.ts'
import type { Problem } from '../model/problem.ts'
import { ProviderError } from '../provider/errors.ts'
import type { Cloud } from './cloud.ts'
import { carryOut, type Executed } from './execute.ts'
import { NotLeading, type Priority } from './gates.ts'
import type { Inventory } from './inventory.ts'
import type { Owners } from './owners.ts'
import type { Parking } from './parking.ts'
import { Rounds } from './rounds.ts'
import { StackReads } from './stack-reads.ts'
import type { Wishes } from './wishes.ts'

export interface StackReport {
  /** The last plan of the run: what is left, with holds. */
  readonly steps: readonly Step[]
  /** The same by the uids of those whom they are for. */
  readonly stepsOf: ReadonlyMap<string, readonly Step[]>
  readonly orphans: readonly Observed[]
  readonly conflicts: readonly { readonly loser: Owner; readonly problem: Problem }[]
  /** An attempt that may pass later. */
  readonly failure?: ProviderError
  /** Owners of whatever the last round wanted to change when it failed. */
  readonly failed: readonly Owner[]
  /** When to look again even if nothing happens; undefined: only when woken. */
  readonly againMs?: number
  /** Calls that changed something. */
  readonly done: number
  /** uids of everybody for whom something was done. */
  readonly changed: ReadonlySet<string>
  readonly at: number
}

/** One round's plan, and the united wishes that it was made from. */
export type RoundPlan = StackPlan & Merged

export interface RunnerParts {
  readonly clock: Clock
  readonly cloud: Cloud
  readonly kinds: StackView['kinds']
  readonly inventory: Inventory
  readonly wishes: Wishes
  readonly owners: Owners
  readonly parking: Parking
  readonly policy: Policy
  /** Why a step that could be carried out must not be, beyond the policy. */
  readonly forbids?: (step: Step) => Hold | undefined
  /** Lists that began at or after this hold everything that was written before we led. */
  readonly settledSince: () => number
  /** No further step is begun; the one under way ends. */
  readonly stopping: () => boolean
  readonly onStep?: (executed: Executed) => void
  /** In these stacks something else is wanted, because of who holds which port in another one. */
  readonly onUnsettled?: (stacks: readonly string[]) => void
}

interface Ready {
  readonly step: Step
  /** Its object is still as it was planned for. */
  readonly stands: () => boolean
}

export class StackRunner {
  readonly #parts: RunnerParts
  readonly #reports = new Map<string, StackReport>()
  readonly #unions = new Map<string, { readonly version: number; readonly merged: Merged }>()
  readonly #dirty = new Set<string>()
  readonly #running = new Set<string>()
  readonly #reads: StackReads

  constructor(parts: RunnerParts) {
    this.#parts = parts
    this.#reads = new StackReads(parts)
  }

  report(stack: string): StackReport | undefined {
    return this.#reports.get(stack)
  }

  reports(): Iterable<[string, StackReport]> {
    return this.#reports
  }

  /** What the stack's plan rests on has changed, so that its last report says nothing any more. */
  soil(stack: string): void {
    this.#dirty.add(stack)
  }

  /** Its report, or the lack of one, does not speak of how things are wanted now. */
  isOpen(stack: string): boolean {
    return this.#dirty.has(stack) || this.#running.has(stack)
  }

  /** The plan as it stands, without carrying anything out. */
  plan(stack: string): RoundPlan {
    const merged = this.#merged(stack)
    const plan = planStack(this.#view(stack, merged.resources))
    return { ...plan, ...merged, steps: orderSteps(this.#permitted(plan.steps)) }
  }

  #permitted(steps: readonly Step[]): readonly Step[] {
    const { policy, forbids } = this.#parts
    const allowed = underPolicy(policy, steps)
    if (forbids === undefined) return allowed
    return allowed.map((step) => {
      const hold = step.hold ?? forbids(step)
      return hold === undefined ? step : { ...step, hold }
    })
  }

  /** Without a conflict the union depends on the wishes alone, and is the same until one of them changes. */
  #merged(stack: string): Merged {
    const { wishes, onUnsettled } = this.#parts
    const version = wishes.versionOf(stack)
    const known = this.#unions.get(stack)
    if (known !== undefined && known.version === version && !this.#heldByOthers(known.merged))
      return known.merged
    const { plan: merged, lost } = withoutLost(wishes.claimsIn(stack), (all) => this.#united(all))
    const touched = [...wishes.settle(stack, lost)].filter((other) => other !== stack)
    if (touched.length > 0) onUnsettled?.(touched)
    const now = wishes.versionOf(stack)
    if (merged.conflicts.length > 0 || now === undefined) this.#unions.delete(stack)
    else this.#unions.set(stack, { version: now, merged })
    return merged
  }

  /** A read may have shown that what one Service holds alone is somebody's of whom nothing is known. */
  #heldByOthers({ resources }: Merged): boolean {
    const { inventory, kinds, owners } = this.#parts
    return resources.some((resource) => {
      if (kinds[resource.kind]?.sole !== true) return false
      const held = inventory.find(resource)?.owners ?? []
      return held.some(
        (holder) => !mayJudge(owners.state(holder)) && resource.owners.every(({ uid }) => uid !== holder.uid),
      )
    })
  }

  #united(contributions: readonly Contribution[]): Merged {
    const { inventory, kinds, owners } = this.#parts
    const claimants = new Set(contributions.map(({ owner }) => owner.uid))
    // Whoever may be judged has said what it wants, and it is not this.
    const isKnown = (holder: Owner) => claimants.has(holder.uid) || mayJudge(owners.state(holder))
    const held = withoutHeld(contributions, kinds, inventory.find, isKnown)
    const merged = mergeStack(held.contributions, kinds, inventory.find)
    return held.conflicts.length === 0
      ? merged
      : { ...merged, conflicts: [...held.conflicts, ...merged.conflicts] }
  }

  async run(stack: string, rank: Priority, signal: AbortSignal): Promise<StackReport> {
    const rounds = new Rounds()
    let plan: RoundPlan | undefined
    this.#running.add(stack)
    try {
      await this.#reads.busy(stack, this.#reports.get(stack)?.steps ?? [], rank, signal)
      for (;;) {
        this.#dirty.delete(stack)
        await this.#reads.doubtful(stack, rank, signal)
        plan = this.plan(stack)
        if (await this.#reads.asked(plan.reads, rank, signal)) {
          rounds.looked(stack)
          continue
        }
        const ready = this.#ready(plan)
        if (ready.length === 0 || this.#parts.stopping()) return this.#remember(stack, plan, rounds)
        const failed = await this.#carryOutAll(stack, plan, ready, rounds, rank, signal)
        if (failed !== undefined)
          return this.#remember(stack, this.plan(stack), rounds, failed.failure, failed.owners)
      }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      return this.#remember(stack, plan ?? this.plan(stack), rounds, error)
    } finally {
      this.#running.delete(stack)
    }
  }

  /** Until one does not do what was planned, or the plan no longer stands. */
  async #carryOutAll(
    stack: string,
    plan: RoundPlan,
    ready: readonly Ready[],
    rounds: Rounds,
    rank: Priority,
    signal: AbortSignal,
  ): Promise<{ readonly failure: ProviderError; readonly owners: readonly Owner[] } | undefined> {
    const begun = new Set<string>()
    for (const { step, stands } of ready) {
      if (step.owners.some(({ uid }) => begun.has(uid))) continue
      if (!stands() || this.#dirty.has(stack) || this.#parts.stopping()) break
      const outcome = await this.#carryOut(plan, step, rank, signal)
      const failure = rounds.count(step, outcome)
      if (failure !== undefined) return { failure, owners: step.owners }
      if (outcome !== 'done') break
      // One request may carry out a part of it: what else its owners get is planned after the rest.
      for (const { uid } of isManifold(step) ? step.owners : []) begun.add(uid)
    }
    return undefined
  }

  /**
   * The steps that one plan lets us carry out, each with whether its object is still as it was planned for: to plan
   * thousands of objects anew after each of them would take time by their square. Under a locked root it is one (law 12).
   */
  #ready({ steps }: RoundPlan): readonly Ready[] {
    const { inventory, kinds } = this.#parts
    const ready = readySteps(steps)
    const [first] = ready
    const alone = first !== undefined && kinds[first.kind]?.lock === 'root'
    return (alone ? [first] : ready).map((step) => {
      const at = (): Observed | undefined =>
        step.target === undefined ? inventory.find(step) : inventory.get(step.kind, step.target)
      const seen = at()
      return { step, stands: () => at() === seen && (alone || kinds[step.kind]?.lock !== 'root') }
    })
  }

  async #carryOut(
    plan: RoundPlan,
    step: Step,
    rank: Priority,
    signal: AbortSignal,
  ): Promise<Executed['outcome']> {
    const { clock, cloud, inventory, parking, onStep } = this.#parts
    try {
      const wish = wishFor(plan.resources, step)
      const hands = { clock, cloud, inventory, parking, settled: () => this.#settled }
      const executed = await carryOut(hands, step, wish, rank, signal)
      onStep?.(executed)
      return executed.outcome
    } catch (error) {
      if (!(error instanceof NotLeading)) throw error
      parking.park(step, step.owners, { hold: 'the lease is too short for another request', ms: 4_000 })
      return 'parked'
    }
  }

  #remember(
    stack: string,
    plan: RoundPlan,
    rounds: Rounds,
    failure?: ProviderError,
    failed: readonly Owner[] = [],
  ): StackReport {
    const waits = plan.steps.flatMap((step) => (step.hold === undefined ? [] : [step.hold.recheckMs]))
    const report: StackReport = {
      steps: plan.steps,
      stepsOf: byOwner(plan.steps),
      orphans: plan.orphans,
      conflicts: plan.conflicts,
      failed,
      done: rounds.done,
      changed: rounds.owners,
      at: this.#parts.clock.now(),
      ...(failure === undefined ? {} : { failure }),
      ...(waits.length === 0 ? {} : { againMs: Math.min(...waits) }),
    }
    const quiet =
      plan.steps.length + plan.orphans.length + plan.conflicts.length === 0 && failure === undefined
    if (quiet) this.#reports.delete(stack)
    else this.#reports.set(stack, report)
    return report
  }

  #view(stack: string, desired: readonly Resource[]): StackView {
    const { kinds, inventory, wishes, owners, parking } = this.#parts
    return {
      stack,
      kinds,
      desired,
      observed: inventory.inStack(stack),
      find: inventory.find,
      wanted: (to) => wishes.wanted(to),
      referrers: inventory.referrers,
      ownerState: owners.state,
      causes: (owner) => owners.get(owner.uid)?.causes ?? [],
      trusted: (owner) => owners.get(owner.uid)?.trusted ?? false,
      parked: (at, who, change) => parking.hold(at, who, change),
      undecided: owners.undecided,
      frozen: owners.frozen,
      leave: (owner) => owners.get(owner.uid)?.leave === true,
      wasWanted: (object, part) => wishes.wasWanted(object, part),
      building: (owner) => this.#building(stack, owner),
      armed: (owner) => owners.get(owner.uid)?.armed ?? false,
      lists: { complete: inventory.listedSince(0), settled: this.#settled },
    }
  }

  get #settled(): boolean {
    const { inventory, settledSince } = this.#parts
    return inventory.listedSince(settledSince())
  }

  #building(stack: string, owner: Owner): boolean {
    for (const other of this.#parts.wishes.stacksOf(owner.uid)) {
      if (other === stack) continue
      if (this.isOpen(other)) return true
      if (this.#reports.get(other)?.stepsOf.get(owner.uid)?.some(builds) === true) return true
    }
    return false
  }
}

const isManifold = ({ action, fields = [], parts = [] }: Step): boolean =>
  action === 'update' && fields.length + parts.length > 1

const wishFor = (resources: readonly Resource[], to: Identity): Resource | undefined =>
  resources.find((resource) => refKey(resource) === refKey(to))

function byOwner(steps: readonly Step[]): ReadonlyMap<string, readonly Step[]> {
  const found = new Map<string, Step[]>()
  for (const step of steps)
    for (const { uid } of step.owners) {
      const list = found.get(uid)
      if (list === undefined) found.set(uid, [step])
      else list.push(step)
    }
  return found
}

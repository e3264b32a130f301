import { fillRefs } from '../../../src/plan/leaves.ts'
import { mergeStack, type Contribution } from '../../../src/plan/merge.ts'
import { orderSteps, readySteps } from '../../../src/plan/order.ts'
import type { Step } from '../../../src/plan/plan.ts'
import { type Observed, refKey, type Resource } from '../../../src/plan/resource.ts'
import { planStack } from '../../../src/plan/stack-plan.ts'
import type { OwnerState, StackView } from '../../../src/plan/view.ts'
import type { Provider } from '../../../src/provider/provider.ts'
import { never } from './world.ts'

/** The road without its queues: plans and carries out until there is nothing to do. For tests of one provider. */
export class Walk {
  readonly #provider: Provider
  readonly #observed = new Map<string, Observed>()
  readonly #gone = new Set<string>()

  constructor(provider: Provider) {
    this.#provider = provider
  }

  get observed(): readonly Observed[] {
    return [...this.#observed.values()]
  }

  find = (to: { stack: string; kind: string; key: string }): Observed | undefined =>
    this.#observed.get(refKey(to))

  /** Everything that lists show, then everything read, as after a restart. */
  async restart(): Promise<void> {
    this.#observed.clear()
    for (const kind of Object.values(this.#provider.kinds)) {
      let cursor: string | undefined
      do {
        const page = await kind.list(cursor, never)
        for (const item of page.items) await this.#read(item)
        cursor = page.next
      } while (cursor !== undefined)
    }
  }

  /** Walks until nothing is left, and answers the steps it took. */
  async apply(
    contributions: readonly Contribution[],
    leaving: readonly string[] = [],
  ): Promise<readonly Step[]> {
    for (const uid of leaving) this.#gone.add(uid)
    const done: Step[] = []
    for (let round = 0; round < 40; round++) {
      const steps = await this.#round(contributions)
      if (steps.length === 0) return done
      done.push(...steps)
    }
    throw new Error(
      `no end: ${done
        .slice(-5)
        .map((step) => `${step.id}: ${step.why}`)
        .join('; ')}`,
    )
  }

  async #round(contributions: readonly Contribution[]): Promise<readonly Step[]> {
    const wanted = new Map<string, Resource>()
    const stacks = new Set(this.observed.map((item) => item.stack))
    for (const one of contributions) for (const item of one.resources) stacks.add(item.stack)
    const merged = mergeStack(contributions, this.#provider.kinds, this.find).resources
    for (const item of merged) wanted.set(refKey(item), item)
    const steps: Step[] = []
    for (const stack of stacks) {
      const plan = planStack(this.#view(stack, merged))
      for (const read of plan.reads) {
        if ('seen' in read) await this.#read(read.seen)
        else await this.#find(read.want)
      }
      if (plan.reads.length > 0) steps.push(...planStack(this.#view(stack, merged)).steps)
      else steps.push(...plan.steps)
    }
    const ready = readySteps(orderSteps(steps))
    for (const step of ready) await this.#run(step, wanted.get(refKey(step)))
    return ready
  }

  #view(stack: string, desired: readonly Resource[]): StackView {
    return {
      stack,
      kinds: this.#provider.kinds,
      desired: desired.filter((item) => item.stack === stack),
      observed: this.observed.filter((item) => item.stack === stack),
      find: this.find,
      wanted: (to) => desired.some((item) => refKey(item) === refKey(to)),
      referrers: (id) =>
        this.observed.filter((item) =>
          (this.#provider.kinds[item.kind]?.refs ?? []).some((path) => item.spec[path] === id),
        ),
      ownerState: (owner): OwnerState => (this.#gone.has(owner.uid) ? 'leaving' : 'settled'),
      causes: () => [],
      trusted: () => false,
      parked: () => undefined,
      undecided: false,
      frozen: [],
      leave: () => true,
      wasWanted: () => false,
      building: () => false,
      armed: () => true,
      lists: { complete: true, settled: true },
    }
  }

  #kind(name: string) {
    const kind = this.#provider.kinds[name]
    if (kind === undefined) throw new Error(name)
    return kind
  }

  #put(item: Observed): void {
    this.#observed.set(refKey(item), item)
  }

  async #read(seen: Observed): Promise<void> {
    const found = await this.#kind(seen.kind).read(seen, never)
    this.#observed.delete(refKey(seen))
    for (const item of found === undefined ? [] : [found.object, ...(found.inside ?? [])]) this.#put(item)
  }

  async #find(want: Resource): Promise<void> {
    const found = await this.#kind(want.kind).find(want, never)
    if (found !== undefined) this.#put(found.object)
  }

  async #run(step: Step, wish: Resource | undefined): Promise<void> {
    const kind = this.#kind(step.kind)
    const seen = this.find(step)
    const bare: Resource = {
      stack: step.stack,
      kind: step.kind,
      key: step.key,
      spec: {},
      owners: step.owners,
    }
    const spec = kind.canonical(
      fillRefs(wish?.spec ?? {}, (to) => this.find(to)?.out[to.out ?? ''] ?? this.find(to)?.id, []),
    )
    const want = { ...(wish ?? bare), spec }
    if (step.action === 'delete' && seen !== undefined) {
      await kind.delete(seen, never)
      for (const item of this.observed)
        if (item === seen || (item.within !== undefined && refKey(item.within) === refKey(seen)))
          this.#observed.delete(refKey(item))
    } else if (seen === undefined) this.#put(await kind.create(want, [], never))
    else
      this.#put(await kind.update(seen, want, { fields: step.fields ?? [], parts: step.parts ?? [] }, never))
  }
}

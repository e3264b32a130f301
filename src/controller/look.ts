/**
 * One look at cluster and cloud, for commands that come and go: what exists, what the Services want, and the plan
 * between them, made by the same parts as in a term of leadership. What is carried out is carried out by them too.
 */
import { Cloud } from '../engine/cloud.ts'
import { Gates, requestMs } from '../engine/gates.ts'
import { Inventory } from '../engine/inventory.ts'
import { Lookups } from '../engine/lookups.ts'
import { Owners } from '../engine/owners.ts'
import { Parking } from '../engine/parking.ts'
import { StackRunner } from '../engine/stack-runner.ts'
import { listAll } from '../engine/sweep.ts'
import { Wishes } from '../engine/wishes.ts'
import type { Executed } from '../engine/execute.ts'
import type { Clock } from '../lib/clock.ts'
import { adoptedFrom, claim } from '../model/claim.ts'
import { ownerOf } from '../model/from-service.ts'
import { targetNodes, type TargetNode } from '../model/nodes.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'
import type { Hold, Step } from '../plan/plan.ts'
import type { Observed } from '../plan/resource.ts'
import type { Cluster } from '../provider/blueprint.ts'
import type { ProviderError } from '../provider/errors.ts'
import type { Provider } from '../provider/provider.ts'
import { decide, type Decision } from './decide.ts'

export interface LookParts {
  readonly clock: Clock
  readonly provider: Provider
  readonly cluster: Cluster
  readonly loadBalancerClass?: string
  /** Calls at once. */
  readonly concurrency: number
  /** Until when, on our clock, nobody else can write; 0 where nothing is written. */
  readonly heldUntil: () => number
  /** Why a step must not be carried out. Default: none is. */
  readonly forbids?: (step: Step) => Hold | undefined
  readonly onStep?: (executed: Executed) => void
}

/** What a walk over all stacks found and left. */
export interface Walked {
  readonly steps: readonly Step[]
  readonly orphans: readonly Observed[]
  readonly failures: readonly ProviderError[]
}

const gone = { causes: [], trusted: false, armed: true } as const

const shown: Hold = { for: 'it is only shown', recheckMs: 0 }

export class Look {
  readonly inventory: Inventory
  readonly wishes = new Wishes()
  readonly owners: Owners
  readonly cloud: Cloud
  readonly runner: StackRunner
  readonly #parts: LookParts
  readonly #parking: Parking
  readonly #lookups: Lookups
  #nodes: readonly TargetNode[] = []

  constructor(parts: LookParts) {
    this.#parts = parts
    const { clock, provider } = parts
    const gates = new Gates({
      clock,
      concurrency: parts.concurrency,
      mayWrite: () => parts.heldUntil() > clock.now() + requestMs,
    })
    this.inventory = new Inventory(provider.kinds)
    this.owners = new Owners(parts.cluster.uid)
    this.cloud = new Cloud(provider.name, provider.kinds, gates)
    this.#parking = new Parking(clock)
    this.#lookups = new Lookups({ provider, gates, clock })
    this.runner = new StackRunner({
      clock,
      cloud: this.cloud,
      kinds: provider.kinds,
      inventory: this.inventory,
      wishes: this.wishes,
      owners: this.owners,
      parking: this.#parking,
      policy: 'sync',
      forbids: parts.forbids ?? (() => shown),
      settledSince: () => 0,
      stopping: () => false,
      ...(parts.onStep === undefined ? {} : { onStep: parts.onStep }),
    })
  }

  /** Everything of ours in the cloud. Services are to be listed after it: what is there then has its Service in that list. */
  list(signal: AbortSignal): Promise<void> {
    return listAll({ clock: this.#parts.clock, cloud: this.cloud, inventory: this.inventory }, signal)
  }

  set nodes(nodes: Iterable<NodeObject>) {
    this.#nodes = targetNodes(nodes)
  }

  /** What a Service wants, were `observed` its objects. */
  decide(
    service: ServiceObject,
    signal: AbortSignal,
    observed: readonly Observed[] = this.inventory.ofOwner(ownerOf(service).uid),
  ): Promise<Decision> {
    const { provider, cluster, clock } = this.#parts
    return decide(
      {
        provider,
        cluster,
        nodes: this.#nodes,
        facts: (asked) => this.#lookups.facts(asked, signal),
        observed: () => observed,
        // Pods come and go by the second: what a look is for does not depend on them.
        endpoints: () => undefined,
        begun: undefined,
        listed: true,
        now: clock.now(),
      },
      service,
    )
  }

  /** Whose each Service is, and what ours want. */
  async take(services: readonly ServiceObject[], signal: AbortSignal): Promise<void> {
    for (const service of services) {
      const owner = ownerOf(service)
      const is = this.claim(service)
      if (is === 'ours') this.want(service, await this.decide(service, signal))
      // Objects of one that leaves, or is being taken over, are not the sweep's.
      else if (is === 'release') this.owners.set({ ...gone, owner, state: 'leaving' })
      else if (adoptedFrom(service) !== undefined) this.owners.set({ ...gone, owner, state: 'frozen' })
    }
  }

  claim(service: ServiceObject): 'ours' | 'not-ours' | 'release' {
    const { provider, loadBalancerClass } = this.#parts
    return claim(service, {
      adopt: false,
      ownsObjects: this.inventory.ofOwner(ownerOf(service).uid).length > 0,
      foreignFinalizers: provider.foreignFinalizers,
      ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
    }).is
  }

  /** Takes a decision as what the Service wants. */
  want(service: ServiceObject, { state, causes, resources, hash, accepted }: Decision): void {
    const owner = ownerOf(service)
    const trusted = accepted?.hash !== undefined && accepted.hash === hash
    this.owners.set({ owner, state, causes, trusted, armed: true, hash })
    this.wishes.set(owner, service.metadata.creationTimestamp ?? '', resources)
  }

  /** Walks all stacks once: reads what their plans must know, carries out what is not forbidden, and tells what is left. */
  async walk(signal: AbortSignal): Promise<Walked> {
    const stacks = new Set<string>()
    for (const { stack } of this.inventory.all()) stacks.add(stack)
    for (const { owner } of this.owners.all())
      for (const stack of this.wishes.stacksOf(owner.uid)) stacks.add(stack)
    const steps: Step[] = []
    const orphans: Observed[] = []
    const failures: ProviderError[] = []
    for (const stack of stacks) {
      const report = await this.runner.run(stack, 'resync', signal)
      steps.push(...report.steps)
      orphans.push(...report.orphans)
      if (report.failure !== undefined) failures.push(report.failure)
    }
    return { steps, orphans, failures }
  }

  stop(): void {
    this.#lookups.stop()
  }
}

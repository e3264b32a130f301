/**
 * One term of leadership: everything that is known and done between winning the lease and losing it. A new term starts
 * from nothing, as after a crash; what it needs to know it finds in the cluster and in the cloud.
 */
import { Cloud } from '../engine/cloud.ts'
import { Gates, priority, requestMs } from '../engine/gates.ts'
import type { Executed } from '../engine/execute.ts'
import { Inventory } from '../engine/inventory.ts'
import { Lookups } from '../engine/lookups.ts'
import { Owners } from '../engine/owners.ts'
import { Parking } from '../engine/parking.ts'
import { StackRunner } from '../engine/stack-runner.ts'
import { Wishes } from '../engine/wishes.ts'
import { isConflict, KubeError } from '../kube/errors.ts'
import { aborted } from '../lib/aborted.ts'
import { Backoff } from '../lib/backoff.ts'
import { ownerOf } from '../model/from-service.ts'
import type { Endpoints } from '../model/endpoints.ts'
import type { ServiceObject } from '../model/objects.ts'
import { isCommon } from '../plan/resource.ts'
import type { ProviderError } from '../provider/errors.ts'
import { builds } from '../plan/plan.ts'
import { ownGate, type GateMatch } from '../model/readiness-gates.ts'
import { EndpointSet } from './endpoint-set.ts'
import { NodeSet } from './node-set.ts'
import { PodGates } from './pod-gates.ts'
import { progressOf, stacksOf } from './progress.ts'
import { Orphans } from './orphans.ts'
import { Queue } from './queue.ts'
import { Referrals } from './referrals.ts'
import { rankOfNodes } from './rank.ts'
import * as say from './say.ts'
import { reportOn, type ServiceReport } from './service-report.ts'
import { ServiceLoop } from './service-loop.ts'
import { writeService } from './service-writer.ts'
import { StackLoop } from './stack-loop.ts'
import { noteStep } from './step-notes.ts'
import { Sweeps } from './sweeps.ts'
import type { TermParts } from './term-parts.ts'
import { Wakes } from './wakes.ts'

export class Term {
  readonly inventory: Inventory
  readonly runner: StackRunner
  readonly wishes = new Wishes()
  readonly owners: Owners
  readonly parking: Parking
  readonly nodes: NodeSet
  readonly #endpoints: EndpointSet
  readonly #podGates: PodGates
  readonly #referrals = new Referrals()
  readonly #parts: TermParts
  readonly #cloud: Cloud
  readonly #lookups: Lookups
  readonly #loop: ServiceLoop
  readonly #stacks: StackLoop
  readonly #sweeps: Sweeps
  readonly #wakes: Wakes
  readonly #serviceQueue: Queue
  readonly #stackQueue: Queue
  readonly #backoff: Backoff
  /** Ends requests under way; fired when the lease is lost, or some time after a stop. */
  readonly #hard = new AbortController()
  readonly #began: number
  /** Services that were there when the term began and were not decided on yet. */
  readonly #undecided = new Set<string>()
  readonly #orphans: Orphans
  #stopping = false

  constructor(parts: TermParts) {
    this.#parts = parts
    const { clock, provider, settings } = parts
    this.#began = clock.now()
    this.#orphans = new Orphans(parts.log, {
      graceMs: settings.orphanGraceMs,
      namespace: settings.watchNamespace,
    })
    this.owners = new Owners(parts.cluster.uid, this.#undecided, (uid, stack) =>
      this.inventory.ofOwner(uid).some((object) => object.stack === stack),
    )
    this.#backoff = new Backoff(parts.random === undefined ? {} : { random: parts.random })
    this.inventory = new Inventory(provider.kinds, (object) => this.#wakes.drifted(object))
    this.parking = new Parking(clock)
    const gates = new Gates({
      clock,
      concurrency: settings.cloudConcurrency,
      mayWrite: () => parts.heldUntil() > clock.now() + requestMs,
      ...(parts.onCall === undefined ? {} : { onCall: parts.onCall }),
    })
    this.#cloud = new Cloud(provider.name, provider.kinds, gates)
    this.#lookups = new Lookups({
      provider,
      gates,
      clock,
      onChanged: () => this.#wakes.everybody(priority.resync),
    })
    this.nodes = new NodeSet(
      () => parts.nodes.list(),
      clock,
      (change) => this.#nodesChanged(change),
    )
    const gateIsFor: GateMatch = (type, namespace, service) =>
      ownGate(type, namespace, service) || provider.honoursGate?.(type, namespace, service) === true
    this.#endpoints = new EndpointSet({
      ...parts,
      gateIsFor,
      changed: (uid, rank) => this.#serviceQueue.add(uid, rank),
      podChanged: (pod) => this.#podGates.podChanged(pod),
    })
    this.#podGates = new PodGates({
      ...parts,
      cloud: this.#cloud,
      inventory: this.inventory,
      wishes: this.wishes,
      endpoints: this.#endpoints,
      gateIsFor,
    })
    this.#serviceQueue = new Queue({ clock, workers: settings.serviceWorkers })
    this.#stackQueue = new Queue({ clock, workers: settings.stackWorkers })
    const shared = {
      inventory: this.inventory,
      wishes: this.wishes,
      owners: this.owners,
      parking: this.parking,
    }
    this.runner = new StackRunner({
      ...shared,
      clock,
      cloud: this.#cloud,
      kinds: provider.kinds,
      policy: settings.policy,
      forbids: (step) =>
        parts.forbids?.(
          step,
          step.target === undefined ? undefined : this.inventory.get(step.kind, step.target),
        ),
      settledSince: () => this.#settledSince,
      stopping: () => this.#stopping,
      onStep: (executed) => this.#stepped(executed),
      onUnsettled: (stacks) => {
        for (const stack of stacks) this.#stacks.wake(stack, undefined, priority.user)
      },
    })
    this.#stacks = new StackLoop({
      clock,
      runner: this.runner,
      queue: this.#stackQueue,
      log: parts.log,
      wakeService: (uid, rank) => this.#serviceQueue.add(uid, rank),
      ...(parts.random === undefined ? {} : { random: parts.random }),
    })
    this.#loop = new ServiceLoop({
      ...shared,
      ...parts,
      runner: this.runner,
      nodes: this.nodes,
      endpoints: this.#endpoints,
      referrals: this.#referrals,
      adopt: settings.adopt,
      graceMs: settings.graceMs,
      ...(settings.loadBalancerClass === undefined ? {} : { loadBalancerClass: settings.loadBalancerClass }),
      facts: (asked, signal) => this.#lookups.facts(asked, signal),
      patch: (service, change, signal) => writeService(parts, service, change, signal),
      wakeStack: (stack, uid, rank) => this.#stacks.wake(stack, uid, rank),
      awaitStack: (stack, uid) => this.#stacks.await(stack, uid),
      again: (uid, ms) => this.#serviceQueue.addAfter(uid, ms, priority.resync),
      settled: () => this.settled,
      listed: () => this.listed,
      listFailure: () => this.#sweeps.failure,
    })
    this.#wakes = new Wakes({
      ...shared,
      services: parts.services,
      cluster: parts.cluster,
      provider,
      runner: this.runner,
      referrals: this.#referrals,
      stacks: this.#stacks,
      serviceQueue: this.#serviceQueue,
    })
    this.#sweeps = new Sweeps({
      clock,
      log: parts.log,
      cloud: this.#cloud,
      inventory: this.inventory,
      listEveryMs: settings.listEveryMs,
      driftMs: settings.driftMs,
      settleMs: this.#settleMs,
      onListed: (recovered) => this.#afterLists(recovered),
      onFailure: () => this.#wakes.all(),
    })
  }

  /** Lists have shown everything that was written before this term. */
  get settled(): boolean {
    return this.inventory.listedSince(this.#settledSince)
  }

  get listed(): boolean {
    return this.inventory.listedSince(0)
  }

  /** Services that were there when the term began and were not decided on yet. */
  get undecided(): number {
    return this.#undecided.size
  }

  /** Why what exists cannot be listed. */
  get failure(): ProviderError | undefined {
    return this.#sweeps.failure
  }

  /** Nothing is under way or waits to be; later tries do not count. */
  get idle(): boolean {
    return this.#serviceQueue.idle && this.#stackQueue.idle && this.#podGates.idle
  }

  get depths(): { readonly service: number; readonly stack: number } {
    return { service: this.#serviceQueue.depth, stack: this.#stackQueue.depth }
  }

  /** What the controller knows of one Service right now. */
  report(service: ServiceObject): ServiceReport {
    const uid = service.metadata.uid ?? ''
    const parts = {
      runner: this.runner,
      wishes: this.wishes,
      inventory: this.inventory,
      parking: this.parking,
    }
    const stacks = [...stacksOf(parts, uid)]
    const dues = [this.#serviceQueue.dueAt(uid), ...stacks.map((stack) => this.#stackQueue.dueAt(stack))]
    const due = dues.filter((at) => at !== undefined)
    return reportOn({
      service,
      provider: this.#parts.provider.name,
      progress: progressOf(parts, uid),
      objects: this.inventory.ofOwner(uid),
      state: this.owners.state(ownerOf(service)),
      problems: this.owners.get(uid)?.problems ?? [],
      ...(due.length === 0 ? {} : { nextMs: Math.max(Math.min(...due) - this.#parts.clock.now(), 0) }),
    })
  }

  /** The pods that its load balancer sends to; undefined for one that sends to nodes. */
  targetPods(service: ServiceObject): Endpoints | undefined {
    return this.#endpoints.seenBy(service.metadata.uid ?? '')
  }

  get #settledSince(): number {
    return this.#began + this.#settleMs
  }

  get #settleMs(): number {
    return Math.max(0, ...Object.values(this.#parts.provider.kinds).map((kind) => kind.settleMs))
  }

  /** Leads until the signal aborts. Requests under way may end, unless `lost` says that the lease is gone. */
  async run(signal: AbortSignal, lost: AbortSignal): Promise<void> {
    const { clock, services, nodes } = this.#parts
    let forget: (() => void) | undefined
    const stop = () => {
      this.#stopping = true
      forget = clock.after(requestMs, () => this.#hard.abort())
    }
    signal.addEventListener('abort', stop, { once: true })
    lost.addEventListener('abort', () => this.#hard.abort(), { once: true })
    const unsubscribe = [
      services.subscribe((change) => this.#wakes.serviceChanged(change.before, change.now)),
      nodes.subscribe(() => this.nodes.touched()),
    ]
    this.nodes.refresh()
    for (const { metadata } of services.list()) this.#undecided.add(metadata.uid ?? '')
    const sweeping = this.#sweeps.run(signal)
    await Promise.race([this.#sweeps.told, aborted(signal)])
    // Services are looked at also while the cloud cannot be listed: somebody must tell them why nothing happens.
    this.#wakes.all()
    await Promise.all([
      sweeping,
      this.#serviceQueue.run((uid, rank) => this.#reconcile(uid, rank), signal),
      this.#workStacks(signal),
      this.#podGates.run(signal, this.#hard.signal),
    ])
    forget?.()
    for (const end of unsubscribe) end()
    this.#lookups.stop()
    this.nodes.stop()
    await this.#endpoints.stop()
  }

  /** Nothing is carried out before it is known what exists; then what already is as it should be costs no call. */
  async #workStacks(signal: AbortSignal): Promise<void> {
    const { services, log } = this.#parts
    await Promise.race([this.#sweeps.listed, aborted(signal)])
    if (signal.aborted) return
    for (const object of this.inventory.all()) this.#stacks.wake(object.stack, undefined, priority.sweep)
    log.info('taking charge', {
      services: services.size,
      nodes: this.nodes.nodes.length,
      objects: [...this.inventory.all()].length,
    })
    await this.#stackQueue.run((stack, rank) => this.#stacks.run(stack, rank, this.#hard.signal), signal)
  }

  #afterLists(recovered: boolean): void {
    if (recovered) this.#wakes.all()
    void this.#lookups.refresh(this.#hard.signal)
    this.#wakes.afterLists()
    this.#sweepOrphans()
  }

  /** Only lists that show everything, and a store in which every Service was looked at, tell what is nobody's. */
  #sweepOrphans(): void {
    if (!this.settled || this.owners.undecided) return
    const stacks = this.#orphans.look(this.inventory, this.owners, this.#parts.clock.now())
    for (const stack of stacks) this.#stacks.wake(stack, undefined, priority.sweep)
  }

  async #reconcile(uid: string, rank: number): Promise<void> {
    const { clock, log, onReconciled } = this.#parts
    const began = clock.now()
    const judged = this.owners.judgement
    try {
      await this.#loop.reconcile(uid, rank, this.#hard.signal)
      this.#backoff.succeeded(uid)
      const decided = this.listed || this.#parts.services.byUid(uid) === undefined
      if (decided && this.#undecided.delete(uid) && this.#undecided.size === 0) this.#sweepOrphans()
      if (judged !== this.owners.judgement) this.#wakes.shared()
      onReconciled?.(clock.now() - began)
    } catch (error) {
      if (this.#hard.signal.aborted) return
      const stale = isConflict(error)
      const ms = stale ? 100 : this.#backoff.failed(uid)
      const service = this.#parts.services.byUid(uid)
      const name = service === undefined ? uid : `${service.metadata.namespace}/${service.metadata.name}`
      if (!stale) log.warn('a Service could not be worked on', { service: name, error, retryMs: ms })
      if (!stale && !(error instanceof KubeError) && service !== undefined)
        say.syncFailed(this.#parts.events, service, String(error))
      this.#serviceQueue.addAfter(uid, ms, rank)
    }
  }

  #nodesChanged(change: { readonly joined: number; readonly left: number }): void {
    this.#parts.log.info('the set of nodes changed', { ...change, nodes: this.nodes.nodes.length })
    this.#wakes.everybody(rankOfNodes(change))
  }

  #stepped(executed: Executed): void {
    const { step, outcome } = executed
    noteStep({ ...this.#parts, owners: this.owners }, executed)
    this.#parts.onStep?.(executed)
    if (outcome !== 'done') return
    this.#wakes.dependents(step)
    if (builds(step)) return
    if (step.action === 'delete' && step.owners.every(isCommon)) this.#wakes.leavers()
    this.#wakes.madeRoom(step.kind)
  }
}

import type { Clock } from '../lib/clock.ts'
import { fail, ok, type Result } from '../lib/result.ts'
import { Affinity } from './affinity.ts'
import type { RelayFrontend, RelayPin, RelayRoute, RelayTarget, SchedulerName } from './frontend.ts'
import { makeScheduler, type Asked, type Candidate, type Scheduler } from './scheduler.ts'
import { sourcesOf, type Sources } from './sources.ts'

/** Where connections go. One object as long as the frontend names it, in whichever of its routes. */
export interface Target {
  readonly key: string
  readonly address: string
  readonly port: number
  open: number
}

interface Route {
  /** Absent: everybody. */
  readonly sources: Sources | undefined
  readonly members: ReadonlyMap<string, Member>
  /** Those with a weight. */
  readonly candidates: readonly Member[]
  readonly schedule: Scheduler
}

class Member implements Candidate {
  readonly target: Target
  readonly weight: number
  mark: number

  constructor(target: Target, weight: number, mark: number) {
    this.target = target
    this.weight = weight
    this.mark = mark
  }

  get key(): string {
    return this.target.key
  }

  get open(): number {
    return this.target.open
  }
}

/** Who of a frontend's clients goes to which of its targets: routes, affinity, scheduler, in this order. */
export class Balancer {
  readonly #random: () => number
  readonly #affinity: Affinity<Target>
  #targets = new Map<string, Target>()
  #routes: readonly Route[] = []
  #scheduler: SchedulerName = 'random'
  #affinityMs = 0
  #adopted: readonly RelayPin[]

  /** `adopted`: who was pinned in the process before, for as long as that still holds. */
  constructor(clock: Clock, random: () => number, adopted: readonly RelayPin[] = []) {
    this.#random = random
    this.#affinity = new Affinity(clock)
    this.#adopted = adopted
  }

  /** Those who came longest ago first. */
  get pins(): readonly RelayPin[] {
    return Array.from(this.#affinity.entries(this.#affinityMs), ([client, { key }, ageMs]) => [
      client,
      key,
      ageMs,
    ])
  }

  /** A refusal says what is wrong, and changes nothing. */
  update(frontend: RelayFrontend): Result<undefined, string> {
    const scheduler = frontend.scheduler ?? 'random'
    const keepMarks = scheduler === this.#scheduler
    const targets = new Map<string, Target>()
    const routes: Route[] = []
    for (const [at, route] of frontend.routes.entries()) {
      const sources = sourcesOf(route.sources)
      if (!sources.ok) return fail(`routes[${at}].sources: ${sources.error}`)
      const before = keepMarks ? this.#routes[at] : undefined
      const members = this.#membersOf(route, targets, before)
      const candidates = [...members.values()].filter(({ weight }) => weight > 0)
      const schedule = before?.schedule ?? makeScheduler(scheduler, this.#random)
      routes.push({ sources: sources.value, members, candidates, schedule })
    }
    this.#targets = targets
    this.#routes = routes
    this.#scheduler = scheduler
    this.#affinityMs = (frontend.affinitySeconds ?? 0) * 1000
    this.#affinity.forget((target) => targets.get(target.key) !== target)
    for (const [client, key, ageMs] of this.#adopted) {
      const target = targets.get(key)
      if (target !== undefined && ageMs < this.#affinityMs) this.#affinity.adopt(client, target, ageMs)
    }
    this.#adopted = []
    return ok(undefined)
  }

  /** Counted as open until released. Undefined: no route holds the client, or none of its targets is left. */
  choose(asked: Asked, failed?: ReadonlySet<Target>): Target | undefined {
    const route = this.#routeOf(asked)
    if (route === undefined) return undefined
    const target = this.#pinned(route, asked, failed) ?? this.#scheduled(route, asked, failed)
    if (target === undefined) return undefined
    if (this.#affinityMs > 0) this.#affinity.pin(asked.client, target, this.#affinityMs)
    target.open++
    return target
  }

  /** Whether what this client has there may go on: its route still names the target, if only with weight 0. */
  allows(client: string, target: Target): boolean {
    return this.#routeOf({ client })?.members.has(target.key) === true
  }

  /** Whether a route holds the client, if one without targets. */
  admits(asked: Pick<Asked, 'client'>): boolean {
    return this.#routeOf(asked) !== undefined
  }

  release(target: Target): void {
    target.open--
  }

  /** Asks who the client is only where a route has sources. */
  #routeOf(asked: Pick<Asked, 'client'>): Route | undefined {
    return this.#routes.find(({ sources }) => sources === undefined || sources(asked.client))
  }

  #pinned(route: Route, asked: Asked, failed: ReadonlySet<Target> | undefined): Target | undefined {
    if (this.#affinityMs === 0) return undefined
    const target = this.#affinity.find(asked.client, this.#affinityMs)
    if (target === undefined || failed?.has(target) === true) return undefined
    const member = route.members.get(target.key)
    return member !== undefined && member.weight > 0 ? target : undefined
  }

  #scheduled(route: Route, asked: Asked, failed: ReadonlySet<Target> | undefined): Target | undefined {
    const from =
      failed === undefined ? route.candidates : route.candidates.filter(({ target }) => !failed.has(target))
    return route.schedule(from, asked)?.target
  }

  #membersOf(
    route: RelayRoute,
    targets: Map<string, Target>,
    before: Route | undefined,
  ): ReadonlyMap<string, Member> {
    const members = new Map<string, Member>()
    for (const { address, port, weight } of route.targets) {
      const key = keyOf({ address, port })
      const target = targets.get(key) ?? this.#targets.get(key) ?? { key, address, port, open: 0 }
      targets.set(key, target)
      if (!members.has(key))
        members.set(key, new Member(target, weight ?? 1, before?.members.get(key)?.mark ?? 0))
    }
    return members
  }
}

const keyOf = ({ address, port }: RelayTarget): string => `${address} ${port}`

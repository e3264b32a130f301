import type { LocalListenerTraffic, LocalTraffic } from '../../../providers/local/wire.ts'
import { HealthChecks } from '../../../providers/local/server/health-checks.ts'
import type { Probe } from '../../../providers/local/server/health-probe.ts'
import { lowestFree, type Pool } from '../../../providers/local/server/pools.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import { equal } from '../../../src/lib/json.ts'
import type { Log } from '../../../src/observe/log.ts'
import type { Relay, RelayFrontend } from '../../../src/relay/frontend.ts'
import type { Cloud } from '../cloud.ts'
import { liveTargets } from '../elbv2/live-targets.ts'
import { dnsName } from '../elbv2/show-load-balancer.ts'
import type { LoadBalancer, Target, TargetGroup } from '../state/records.ts'
import { addressOf, checkOf, checksOf, frontendsOf, type Standing, type TrafficView } from './frontends.ts'

export interface AwsTrafficOptions {
  readonly cloud: Cloud
  readonly relay: Relay
  /** Where load balancers get the addresses that their names lead to. */
  readonly pool: Pool
  readonly probe: Probe
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  /** Where a listener is, when that is not its address and port. */
  readonly reachedAt?: (frontend: RelayFrontend) => LocalListenerTraffic['reachedAt']
}

/** How soon it is looked again for targets that have drained. */
const drainCheckMs = 1000

/**
 * Real traffic for the network load balancers of a cloud on loopback: each has an address of a pool, its listeners listen
 * there, its targets are checked, and `DescribeTargetHealth` tells what the checks found.
 */
export class AwsTraffic {
  readonly #options: AwsTrafficOptions
  readonly #checks: HealthChecks
  readonly #view: TrafficView
  /** By ARN. Kept while the load balancer is there. */
  readonly #addresses = new Map<string, string>()
  #served = new Map<string, RelayFrontend>()
  #failures = new Map<string, string>()
  #turn: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined
  #cancelLook: (() => void) | undefined
  #ended = false

  constructor(options: AwsTrafficOptions) {
    this.#options = options
    const { cloud, clock, random, probe } = options
    this.#checks = new HealthChecks({ clock, random, probe, onChange: () => void this.#apply() })
    this.#view = {
      addressOf: ({ arn }) => this.#addresses.get(arn),
      standing: (group, target) => this.#standing(group, target),
    }
    cloud.world.probed = (group, target) => {
      const standing = this.#standing(group, target)
      return standing === 'unproven' ? 'initial' : standing
    }
    cloud.onChange = () => void this.changed()
  }

  /** Resolves when what the cloud holds now is served. */
  changed(): Promise<void> {
    this.#giveAddresses()
    this.#checks.watch(checksOf(this.#options.cloud.world))
    return this.#apply()
  }

  /** The addresses behind each name: what a DNS server answers. */
  names(): Readonly<Record<string, readonly string[]>> {
    const { world } = this.#options.cloud
    return Object.fromEntries(
      world.loadBalancers.list().flatMap((balancer) => {
        const address = this.#addresses.get(balancer.arn)
        return address === undefined ? [] : [[dnsName(world, balancer).toLowerCase(), [address]]]
      }),
    )
  }

  async traffic(): Promise<LocalTraffic> {
    const counters = await this.#options.relay.counters()
    const listeners = [...this.#served].map(([id, frontend]): LocalListenerTraffic => {
      const { address, port, protocol } = frontend
      const counted = counters.get(id)
      const failure = this.#failures.get(id)
      const reachedAt = this.#options.reachedAt?.(frontend)
      return {
        id,
        address,
        port,
        protocol,
        tags: {},
        ...(failure === undefined ? {} : { failure }),
        ...(reachedAt === undefined ? {} : { reachedAt }),
        ...(counted === undefined ? {} : { counters: counted }),
        targets: this.#healthOf(id),
      }
    })
    return { listeners }
  }

  async drain(graceMs: number): Promise<void> {
    this.#ended = true
    this.#cancelLook?.()
    this.#checks.end()
    await (this.#next ?? this.#turn)
    await this.#options.relay.drain(graceMs)
  }

  #standing(group: TargetGroup, target: Target): Standing {
    const { cloud } = this.#options
    const address = addressOf(cloud.world, target)
    if (address === undefined) return 'unhealthy'
    return this.#checks.verdictOf({ address, port: target.port }, checkOf(group)).standing
  }

  #healthOf(id: string): LocalListenerTraffic['targets'] {
    const { world } = this.#options.cloud
    const listener = world.listeners.get(id.slice(0, id.lastIndexOf(' ')))
    const groups = (listener?.forwards ?? []).flatMap(
      ({ targetGroupArn }) => world.targetGroups.get(targetGroupArn) ?? [],
    )
    return Object.fromEntries(
      groups.flatMap((group) =>
        [...liveTargets(world, group).values()].flatMap((target) => {
          const address = addressOf(world, target)
          if (address === undefined) return []
          const check = checkOf(group)
          const { standing, reason, message } = this.#checks.verdictOf({ address, port: target.port }, check)
          return [[`${address}:${target.port}`, { healthy: standing === 'healthy', reason, message }]]
        }),
      ),
    )
  }

  #giveAddresses(): void {
    const { cloud, pool, log } = this.#options
    const there = cloud.world.loadBalancers.list().filter(({ type }) => type === 'network')
    const arns = new Set(there.map(({ arn }) => arn))
    for (const arn of this.#addresses.keys()) if (!arns.has(arn)) this.#addresses.delete(arn)
    for (const balancer of there)
      if (!this.#addresses.has(balancer.arn)) this.#giveAddress(balancer, pool, log)
  }

  #giveAddress({ arn, name }: LoadBalancer, pool: Pool, log: Log): void {
    const free = lowestFree(pool, new Set(this.#addresses.values()))
    if (free === undefined) log.warn('no address is free for a load balancer', { name, pool: pool.name })
    else this.#addresses.set(arn, free)
  }

  #apply(): Promise<void> {
    this.#next ??= this.#turn.then(() => {
      this.#next = undefined
      return this.#serve()
    })
    this.#turn = this.#next
    return this.#next
  }

  async #serve(): Promise<void> {
    if (this.#ended) return
    const { cloud, relay, log } = this.#options
    const frontends = frontendsOf(cloud.world, this.#view).map((frontend) => {
      const before = this.#served.get(frontend.id)
      return before !== undefined && equal(before, frontend) ? before : frontend
    })
    this.#served = new Map(frontends.map((frontend) => [frontend.id, frontend]))
    const failures = await relay.serve(frontends)
    for (const { id, message } of failures)
      if (this.#failures.get(id) !== message) log.warn('a listener cannot be served', { id, message })
    this.#failures = new Map(failures.map(({ id, message }) => [id, message]))
    this.#lookAgain()
  }

  #lookAgain(): void {
    this.#cancelLook?.()
    const { cloud, clock } = this.#options
    const drains = cloud.world.targetGroups
      .list()
      .some((group) =>
        [...liveTargets(cloud.world, group).values()].some(({ drainedAt }) => drainedAt !== undefined),
      )
    const due = drains || this.#failures.size > 0
    this.#cancelLook = due ? clock.after(drainCheckMs, () => void this.changed()) : undefined
  }
}

/**
 * Readiness gates of pods: True once the pod is a healthy target in every target set of the Services that a gate names.
 * A rolling update then waits for the load balancer before it takes the next old pod away. What is True stays True: from
 * then on health checks watch over the target, and a restart or a throttled cloud must not make pods unready.
 */
import type { Cloud } from '../engine/cloud.ts'
import { priority } from '../engine/gates.ts'
import type { Inventory } from '../engine/inventory.ts'
import type { Wishes } from '../engine/wishes.ts'
import { isConflict, isNotFound } from '../kube/errors.ts'
import { pods as podType, type KubeApi } from '../kube/port.ts'
import { podConditionPatch } from '../kube/pod-patch.ts'
import { Backoff } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import type { PodObject } from '../model/objects.ts'
import { gatesFor, isCondition, mayBeTarget, type GateMatch } from '../model/readiness-gates.ts'
import type { Log } from '../observe/log.ts'
import type { Observed } from '../plan/resource.ts'
import type { TargetHealth } from '../provider/kind.ts'
import type { EndpointSet } from './endpoint-set.ts'
import { Queue } from './queue.ts'

/** A target needs some health checks, ten seconds apart as a rule, before it can be healthy. */
const lookAgainMs = 5_000
/** What a new pod brings about is under way before it is asked how the pod is. */
const firstLookMs = 2_000

export interface PodGateParts {
  readonly api: KubeApi
  readonly clock: Clock
  readonly log: Log
  readonly cloud: Cloud
  readonly inventory: Inventory
  readonly wishes: Wishes
  readonly endpoints: EndpointSet
  readonly gateIsFor: GateMatch
  readonly random?: () => number
}

/** Why a pod's targets are not all healthy, or that they are. */
type Verdict = TargetHealth

export class PodGates {
  readonly #parts: PodGateParts
  /** By `namespace/name` of the Service. */
  readonly #queue: Queue
  readonly #backoff: Backoff

  constructor(parts: PodGateParts) {
    this.#parts = parts
    this.#queue = new Queue({ clock: parts.clock, workers: 2 })
    this.#backoff = new Backoff(parts.random === undefined ? {} : { random: parts.random })
  }

  get idle(): boolean {
    return this.#queue.idle
  }

  podChanged(pod: PodObject): void {
    const { endpoints, gateIsFor } = this.#parts
    for (const service of endpoints.servicesGating(pod))
      if (isWaiting(pod, nameOf(service), gateIsFor))
        this.#queue.addAfter(service, firstLookMs, priority.resync)
  }

  run(signal: AbortSignal, hard: AbortSignal): Promise<void> {
    return this.#queue.run((service) => this.#look(service, hard), signal)
  }

  async #look(service: string, signal: AbortSignal): Promise<void> {
    const { log, endpoints, gateIsFor } = this.#parts
    const name = nameOf(service)
    try {
      const pods = endpoints.podsIn(namespaceOf(service))?.list() ?? []
      const waiting = pods.filter((pod) => isWaiting(pod, name, gateIsFor))
      if (waiting.length === 0) return
      const verdicts = await this.#verdicts(service, waiting, signal)
      for (const pod of waiting) {
        const verdict = verdicts.get(keyOf(pod))
        if (verdict !== undefined) await this.#write(pod, name, verdict, signal)
      }
      this.#backoff.succeeded(service)
      this.#queue.addAfter(service, lookAgainMs, priority.resync)
    } catch (error) {
      if (signal.aborted) return
      const ms = this.#backoff.failed(service)
      log.warn('the readiness gates of pods could not be looked at', { service, error, retryMs: ms })
      this.#queue.addAfter(service, ms, priority.resync)
    }
  }

  /** By pod. One call for each target set, however many pods wait. */
  async #verdicts(
    service: string,
    waiting: readonly PodObject[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Verdict>> {
    const { endpoints, wishes, inventory } = this.#parts
    const paths = new Map(waiting.map((pod) => [`pod/${keyOf(pod)}`, keyOf(pod)]))
    const verdicts = new Map<string, Verdict>()
    const worst = (pod: string, verdict: Verdict): void => {
      if (verdicts.get(pod)?.healthy !== false) verdicts.set(pod, verdict)
    }
    for (const uid of endpoints.usersOf(service)) {
      for (const resource of wishes.of(uid) ?? []) {
        const targets = Object.entries(resource.parts ?? {}).flatMap(([key, { path = '' }]) => {
          const pod = paths.get(path)
          return pod === undefined ? [] : [{ key, pod }]
        })
        if (targets.length === 0) continue
        const seen = inventory.find(resource)
        const health = await this.#health(
          seen,
          targets.map(({ key }) => key),
          signal,
        )
        for (const { key, pod } of targets)
          worst(pod, about(`${resource.kind} ${resource.key}, ${key}`, health.get(key)))
      }
    }
    return verdicts
  }

  async #health(
    seen: Observed | undefined,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, TargetHealth>> {
    const there = seen === undefined ? [] : keys.filter((key) => seen.parts?.[key] !== undefined)
    if (seen === undefined || there.length === 0) return new Map()
    return (await this.#parts.cloud.health(seen, there, 'resync', signal)) ?? new Map<string, TargetHealth>()
  }

  /** The pod's own status says more than a condition of ours that says the same again. */
  async #write(pod: PodObject, service: string, verdict: Verdict, signal: AbortSignal): Promise<void> {
    const { api, clock, endpoints, gateIsFor, log } = this.#parts
    const { namespace = 'default', name } = pod.metadata
    const types = gatesFor(pod, service, gateIsFor).filter((type) => !isCondition(pod, type))
    const patch = podConditionPatch(pod, types, verdict, clock.now())
    if (patch === undefined) return
    try {
      const after = await api.patch<PodObject>(podType, { namespace, name }, patch, signal)
      endpoints.podsIn(namespace)?.learn(after)
      if (verdict.healthy)
        log.info('a pod passed its readiness gate', { pod: `${namespace}/${name}`, service })
    } catch (error) {
      // It ended meanwhile, or is another one of that name: the watch tells.
      if (!isNotFound(error) && !isConflict(error)) throw error
    }
  }
}

const about = (where: string, health: TargetHealth | undefined): Verdict => {
  if (health?.healthy === true)
    return { healthy: true, reason: 'Healthy', message: 'healthy in every target group' }
  if (health === undefined)
    return { healthy: false, reason: 'NotRegistered', message: `${where}: not registered yet` }
  return { ...health, message: `${where}: ${health.message}` }
}

const isWaiting = (pod: PodObject, service: string, is: GateMatch): boolean =>
  mayBeTarget(pod) && gatesFor(pod, service, is).some((type) => !isCondition(pod, type))

const keyOf = ({ metadata }: PodObject): string => `${metadata.namespace ?? ''}/${metadata.name}`
const namespaceOf = (service: string): string => service.slice(0, service.indexOf('/'))
const nameOf = (service: string): string => service.slice(service.indexOf('/') + 1)

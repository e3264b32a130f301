import type { EventSink } from '../kube/events.ts'
import type { Clock } from '../lib/clock.ts'
import { stableText } from '../lib/json.ts'
import { ownerOf } from '../model/from-service.ts'
import type { LoadBalancerStatus, ServiceObject } from '../model/objects.ts'
import type { Log } from '../observe/log.ts'
import { followsNode } from '../plan/parts.ts'
import { errorsOf, problemPlace, problemText, stalledText, tellsOf, warningsOf } from './conditions.ts'
import type { Decision } from './decide.ts'
import type { Progress } from './progress.ts'
import * as say from './say.ts'
import type { Move } from './takeover.ts'

/** A cloud that is busy for a while is told of once in this time, whatever it says and how often. */
const busyAgainMs = 600_000

/** Events about how it goes, each told once: a retry, and whatever else happens meanwhile, tells nothing new. */
export class Announcer {
  readonly #sink: EventSink
  readonly #log: Log
  /** uid -> the input that was announced last */
  readonly #announced = new Map<string, string>()
  /** uid -> the failure that was told last */
  readonly #failures = new Map<string, string>()
  /** uid -> where the warnings stand that were told and still hold */
  readonly #warned = new Map<string, ReadonlySet<string>>()
  /** uids of those whose move was told to have stalled */
  readonly #stalled = new Set<string>()

  /** uid -> clock ms until which a busy cloud is no news */
  readonly #busyUntil = new Map<string, number>()
  readonly #clock: Clock

  constructor(sink: EventSink, clock: Clock, log: Log) {
    this.#sink = sink
    this.#clock = clock
    this.#log = log
  }

  ensuring(service: ServiceObject, { input }: Decision): void {
    const uid = service.metadata.uid ?? ''
    const text = stableText(input)
    if (this.#announced.get(uid) === text) return
    this.#announced.set(uid, text)
    say.ensuring(this.#sink, service)
  }

  /** `hosts`: the nodes that are targets now. */
  failure(service: ServiceObject, decision: Decision, progress: Progress, hosts: readonly string[]): void {
    const uid = service.metadata.uid ?? ''
    const text = failureText(decision, progress)
    if (text === undefined) {
      if (progress.converged) this.#failures.delete(uid)
      return
    }
    if (this.#failures.get(uid) === text) return
    this.#failures.set(uid, text)
    // What will pass was logged with the call that failed.
    if (progress.failure === undefined)
      this.#log.warn('a Service is not as it asks', { service: ownerOf(service).name, problem: text })
    if (isBusy(decision, progress)) {
      if (this.#clock.now() < (this.#busyUntil.get(uid) ?? 0)) return
      this.#busyUntil.set(uid, this.#clock.now() + busyAgainMs)
    }
    if (onlyTargets(decision, progress)) say.updateFailed(this.#sink, service, hosts, text)
    else say.syncFailed(this.#sink, service, text)
  }

  /**
   * What it goes without. The condition says so too, but `kubectl describe` shows none; one that another instance wrote
   * is no news.
   */
  warnings(service: ServiceObject, decision: Decision): void {
    const uid = service.metadata.uid ?? ''
    const warnings = warningsOf(decision)
    const before = this.#warned.get(uid)
    if (warnings.length === 0) this.#warned.delete(uid)
    else this.#warned.set(uid, new Set(warnings.map(problemPlace)))
    const news = warnings.filter((one) => before?.has(problemPlace(one)) !== true && !tellsOf(service, one))
    if (news.length > 0) say.notAsAsked(this.#sink, service, news.map(problemText).join(' | '))
  }

  /** A move that takes longer than it should. */
  move(service: ServiceObject, move: Move): void {
    const uid = service.metadata.uid ?? ''
    if (move.stalled !== true) this.#stalled.delete(uid)
    else if (move.lacks !== undefined && !this.#stalled.has(uid)) {
      this.#stalled.add(uid)
      say.moveStalled(this.#sink, service, stalledText(move))
    }
  }

  /** Clients that know the old address have until `until`, ISO 8601; undefined: it is gone. */
  moved(
    service: ServiceObject,
    from: LoadBalancerStatus,
    to: LoadBalancerStatus,
    until: string | undefined,
  ): void {
    const [before, after] = [addressesOf(from), addressesOf(to)]
    if (before === '' || after === '' || before === after) return
    const stays = until === undefined ? 'does not serve any more' : `serves until ${until}`
    say.moved(this.#sink, service, `The address is ${after} now; ${before} ${stays}`)
    this.#log.info('a load balancer took over', { service: ownerOf(service).name, before, after, until })
  }

  forget(uid: string): void {
    this.#announced.delete(uid)
    this.#failures.delete(uid)
    this.#warned.delete(uid)
    this.#busyUntil.delete(uid)
    this.#stalled.delete(uid)
  }
}

const addressesOf = ({ ingress = [] }: LoadBalancerStatus): string =>
  ingress.map(({ hostname, ip }) => hostname ?? ip).join(', ')

function failureText(decision: Decision, progress: Progress): string | undefined {
  const errors = errorsOf(decision, progress)
  if (errors.length > 0) return errors.map(problemText).join(' | ')
  const { failure } = progress
  return failure === undefined ? undefined : `${failure.code}: ${failure.message}`
}

/** Nothing is wrong but that the cloud did not take a call just now. */
const isBusy = (decision: Decision, progress: Progress): boolean =>
  errorsOf(decision, progress).length === 0 &&
  (progress.failure?.kind === 'throttled' || progress.failure?.kind === 'transient')

/** Nothing but targets is left to do: then it is the nodes that could not be brought in. */
const onlyTargets = ({ valid }: Decision, { steps }: Progress): boolean =>
  valid && steps.length > 0 && steps.every((step) => step.parts?.every(followsNode) === true)

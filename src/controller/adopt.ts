/**
 * Taking over what another controller built, in place. First a mark on each Service says so, before anything else is
 * written; then the objects get our marks; at last the Service says that it is ours, and the other controller's finalizer
 * goes. Killed on the way, it leaves Services that nobody works on until the same was done to its end.
 */
import { Backoff } from '../lib/backoff.ts'
import { Cloud } from '../engine/cloud.ts'
import { Gates, requestMs } from '../engine/gates.ts'
import type { Clock } from '../lib/clock.ts'
import { isConflict, isNotFound } from '../kube/errors.ts'
import { servicePatch, type ServiceChange } from '../kube/patch.ts'
import { services as serviceType, type KubeApi } from '../kube/port.ts'
import { acceptedAnnotation, adoptedFrom, finalizer } from '../model/claim.ts'
import type { ServiceObject } from '../model/objects.ts'
import { marksStep } from '../plan/marks.ts'
import type { Observed } from '../plan/resource.ts'
import type { Adoption, Take } from '../provider/adoption.ts'
import { ProviderError } from '../provider/errors.ts'
import type { Provider } from '../provider/provider.ts'
import { readyType } from './conditions.ts'
import { inputOf, writeAccepted, type Accepted } from './accepted.ts'
import { laterOf, type Adoptee, type AdoptPlan } from './adopt-plan.ts'

export interface AdoptHands {
  readonly clock: Clock
  readonly api: KubeApi
  /** Until when, on our clock, nobody else writes. */
  readonly heldUntil: () => number
  readonly provider: Provider
  readonly adoption: Adoption
  /** Hears of each Service that is ours now. */
  readonly onAdopted: (adoptee: Adoptee) => void
}

/** One Service that could not be taken over to the end, and why. */
export interface Failed {
  readonly adoptee: Adoptee
  readonly error: unknown
}

/** How often a call that may pass later is sent. */
const tries = 8
/** Requests that one object may need. */
const mostRequests = 50

export async function adopt(
  hands: AdoptHands,
  plan: AdoptPlan,
  signal: AbortSignal,
): Promise<readonly Failed[]> {
  const { clock, provider, heldUntil } = hands
  const mayWrite = () => heldUntil() > clock.now() + requestMs
  const cloud = new Cloud(provider.name, provider.kinds, new Gates({ clock, concurrency: 1, mayWrite }))
  const failed: Failed[] = []
  const marked: { adoptee: Adoptee; service: ServiceObject }[] = []
  const attempt = async (adoptee: Adoptee, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      signal.throwIfAborted()
      failed.push({ adoptee, error })
    }
  }
  for (const adoptee of plan.ready)
    await attempt(adoptee, async () => {
      const service = await begin(hands, adoptee, signal)
      if (service !== undefined) marked.push({ adoptee, service })
    })
  // What they share is marked while all of them are guarded, and before the first of them is worked on.
  const guarded = new Set(marked.map(({ adoptee }) => adoptee.owner.uid))
  let unshared: unknown
  for (const take of guarded.size === 0 ? [] : plan.shared)
    try {
      await mark(cloud, clock, held(take, guarded), signal)
    } catch (error) {
      signal.throwIfAborted()
      unshared ??= error
    }
  for (const { adoptee, service } of marked)
    await attempt(adoptee, async () => {
      for (const take of adoptee.takes) await mark(cloud, clock, take, signal)
      if (unshared !== undefined) throw unshared
      await finish(hands, plan, adoptee, service, signal)
      hands.onAdopted(adoptee)
    })
  return failed
}

/** Without the parts of Services that are not guarded: a mark on one of those would set the controller to work on it. */
function held(take: Take, guarded: ReadonlySet<string>): Take {
  const { seen, becomes } = take
  if (becomes.body !== 'foreign') return take
  const parts = Object.entries(becomes.parts ?? {}).map(([key, part]) => {
    const mine = part.owners.every(({ uid }) => guarded.has(uid))
    return [key, mine ? part : (seen.parts?.[key] ?? part)] as const
  })
  return { ...take, becomes: { ...becomes, parts: Object.fromEntries(parts) } }
}

/** The finalizer and the mark of a takeover, in one patch. Undefined: the Service is gone. */
function begin(hands: AdoptHands, { service, peer }: Adoptee, signal: AbortSignal) {
  const accepted: Accepted = { version: 1, adopting: peer ?? '' }
  return write(
    hands,
    service,
    () => ({ addFinalizers: [finalizer], annotations: { [acceptedAnnotation]: writeAccepted(accepted) } }),
    signal,
  )
}

/** What was accepted, which is what it asks for now; with its hash if nothing is left to do for it. */
async function finish(
  hands: AdoptHands,
  plan: AdoptPlan,
  adoptee: Adoptee,
  service: ServiceObject,
  signal: AbortSignal,
): Promise<void> {
  const input = inputOf(adoptee.service, hands.provider.annotations)
  const { hash } = adoptee.wanted
  const accepted: Accepted = { version: 1, input, ...(laterOf(plan, adoptee).length === 0 ? { hash } : {}) }
  const removeFinalizers = hands.adoption.peers[adoptee.peer ?? '']?.finalizers ?? []
  const change: ServiceChange = {
    annotations: { [acceptedAnnotation]: writeAccepted(accepted) },
    removeFinalizers,
    dropConditions: [readyType],
  }
  // Somebody else may have finished it meanwhile.
  await write(hands, service, (now) => (adoptedFrom(now) === undefined ? {} : change), signal)
}

async function write(
  { api, clock }: AdoptHands,
  service: ServiceObject,
  change: (now: ServiceObject) => ServiceChange,
  signal: AbortSignal,
): Promise<ServiceObject | undefined> {
  const { name, namespace = 'default' } = service.metadata
  let now = service
  for (;;) {
    try {
      const patch = servicePatch(now, change(now), clock.now())
      return patch === undefined ? now : await api.patch(serviceType, { name, namespace }, patch, signal)
    } catch (error) {
      if (isNotFound(error)) return undefined
      if (!isConflict(error)) throw error
      now = await api.get<ServiceObject>(serviceType, { name, namespace }, signal)
      if (now.metadata.uid !== service.metadata.uid) return undefined
    }
  }
}

/** As many requests as the marks of one object need: each carries out what one can. */
async function mark(cloud: Cloud, clock: Clock, take: Take, signal: AbortSignal): Promise<void> {
  const { becomes } = take
  const backoff = new Backoff({ baseMs: 1_000, maxMs: 20_000 })
  let seen: Observed = take.seen
  let failures = 0
  for (let requests = 0; requests < mostRequests; requests++) {
    const step = marksStep(seen, becomes, '')
    if (step === undefined) return
    try {
      const changes = { fields: step.fields ?? [], parts: step.parts ?? [] }
      seen = await cloud.update(seen, becomes, changes, 'user', signal)
    } catch (error) {
      const passes =
        error instanceof ProviderError && ['throttled', 'transient', 'unknown'].includes(error.kind)
      if (!passes || ++failures >= tries) throw error
      await clock.sleep(Math.max(backoff.failed('mark'), error.retryAfterMs ?? 0), signal)
    }
  }
  throw new Error(`${becomes.kind} ${becomes.id} does not keep its marks`)
}

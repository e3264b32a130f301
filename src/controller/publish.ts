/**
 * What a Service's status says and what is remembered on it, from how far its objects are. A move (law 4) publishes the
 * old address until the new set serves; one patch then writes the new address and the new accepted input, and the old
 * set stays for a grace if its address went.
 */
import { equal } from '../lib/json.ts'
import { ownerOf } from '../model/from-service.ts'
import type { LoadBalancerStatus, ServiceObject } from '../model/objects.ts'
import type { Inventory } from '../engine/inventory.ts'
import { refKey, type Observed, type Resource } from '../plan/resource.ts'
import type { Provider } from '../provider/provider.ts'
import { mostLeaving, type Accepted } from './accepted.ts'
import type { Decision } from './decide.ts'
import type { Progress } from './progress.ts'
import type { Serving } from './takeover.ts'

export interface PublishParts {
  readonly provider: Provider
  readonly inventory: Inventory
  /** Lists have shown everything that was written before us. */
  readonly settled: () => boolean
  /** How long an old load balancer stays after the status points at its successor, ms. */
  readonly graceMs: number
}

export interface Publication {
  readonly loadBalancer: LoadBalancerStatus
  /** What to remember now; undefined while nothing new was brought to an end. */
  readonly accepted: Accepted | undefined
}

/** What of these wishes carries traffic, and whether it does. */
export function servingOf(
  { provider, inventory }: Pick<PublishParts, 'provider' | 'inventory'>,
  wishes: readonly Resource[],
): readonly Serving[] {
  return wishes
    .filter(({ kind }) => provider.kinds[kind]?.servesTraffic === true)
    .map((wish) => ({ wish, seen: inventory.find(wish) }))
}

const observedOf = (inventory: Inventory, wishes: readonly Resource[]): readonly Observed[] =>
  wishes.flatMap((resource) => inventory.find(resource) ?? [])

export function publicationOf(
  parts: PublishParts,
  service: ServiceObject,
  decision: Decision,
  progress: Progress,
  serves: boolean,
  now: number,
): Publication {
  const { provider, inventory } = parts
  const current = service.status?.loadBalancer ?? {}
  const waits = decision.moving && !serves
  const shown = observedOf(inventory, waits ? decision.before : decision.live)
  // An unreadable Service keeps what it had: nobody can say that its road is walked to the end.
  const outcome = { converged: progress.converged && decision.state === 'settled', deleting: false }
  const next = provider.statusOf(ownerOf(service), shown, outcome, current)
  const shrinks = (next.ingress?.length ?? 0) < (current.ingress?.length ?? 0)
  // An address goes from a status only when the lists can prove that nothing serves it (law 8), and never before its
  // successor serves: an edit of every port leaves the accepted input no port by which to ask for the old objects.
  const loadBalancer = shrinks && (waits || !parts.settled()) ? current : next
  const done = decision.hash !== '' && serves && progress.converged && progress.problems.length === 0
  const accepted = done ? acceptedAfter(parts, decision, { current, next: loadBalancer, now }) : undefined
  return { loadBalancer, accepted }
}

interface Turn {
  readonly current: LoadBalancerStatus
  readonly next: LoadBalancerStatus
  readonly now: number
}

function acceptedAfter(parts: PublishParts, decision: Decision, turn: Turn): Accepted | undefined {
  const { accepted, served, hash, moving, confined } = decision
  if (served === undefined) return undefined
  const before = accepted?.leaving ?? []
  const stay = before.filter(({ until }) => Date.parse(until) > turn.now)
  const same = accepted?.hash === hash && equal(accepted.input, served)
  if (same && stay.length === before.length) return undefined
  const staysMs = losesAddress(turn) ? parts.graceMs : drainMs(parts, decision)
  const leaves = moving && confined && accepted?.input !== undefined && staysMs > 0
  const all = leaves
    ? [...stay, { input: accepted.input, until: new Date(turn.now + staysMs).toISOString() }]
    : stay
  const leaving = all.slice(-mostLeaving)
  return {
    version: 1,
    input: served,
    // Whoever finds it without looks at everything: the switch may not have been carried out.
    ...(decision.between ? {} : { hash }),
    ...(leaving.length === 0 ? {} : { leaving }),
  }
}

/** Whether clients know an address that is about to be published no more. */
const losesAddress = ({ current, next }: Turn): boolean =>
  (current.ingress ?? []).some(
    (entry) =>
      next.ingress?.some((other) => other.ip === entry.ip && other.hostname === entry.hostname) !== true,
  )

/** Behind an address that stays, connections end in their own time on what served them: no longer than the grace. */
function drainMs({ provider, graceMs }: PublishParts, { before, live }: Decision): number {
  const has = new Set(live.map(refKey))
  const delays = before
    .filter((resource) => !has.has(refKey(resource)))
    .map(({ kind, spec }) => provider.kinds[kind]?.drainMs?.(spec) ?? 0)
  return Math.min(graceMs, Math.max(0, ...delays))
}

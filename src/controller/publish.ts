/**
 * What a Service's status says and what is remembered on it, from how far its objects are. A move (law 4) publishes the
 * old address until the new set serves; one patch then writes the new address and the new accepted input, and the old
 * set stays for a grace if its address went.
 */
import { equal } from '../lib/json.ts'
import { ownerOf } from '../model/from-service.ts'
import type { LoadBalancerStatus, ServiceObject } from '../model/objects.ts'
import type { Inventory } from '../engine/inventory.ts'
import type { Observed, Resource } from '../plan/resource.ts'
import type { Provider } from '../provider/provider.ts'
import type { Accepted } from './accepted.ts'
import type { Decision } from './decide.ts'
import type { Progress } from './progress.ts'

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

/** Objects of these wishes that carry traffic, and whether they do. */
export function servingOf(
  { provider, inventory }: Pick<PublishParts, 'provider' | 'inventory'>,
  wishes: readonly Resource[],
): readonly Observed[] {
  return observedOf(inventory, wishes).filter((object) => provider.kinds[object.kind]?.servesTraffic === true)
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
  const shown = observedOf(inventory, decision.moving && !serves ? decision.before : decision.live)
  // An unreadable Service keeps what it had: nobody can say that its road is walked to the end.
  const outcome = { converged: progress.converged && decision.state === 'settled', deleting: false }
  const next = provider.statusOf(ownerOf(service), shown, outcome, current)
  const shrinks = (next.ingress?.length ?? 0) < (current.ingress?.length ?? 0)
  // An address goes from a status only when the lists can prove that nothing serves it (law 8).
  const loadBalancer = shrinks && !parts.settled() ? current : next
  const done = decision.hash !== '' && serves && progress.converged && progress.problems.length === 0
  const accepted = done ? acceptedAfter(parts, decision, { current, next: loadBalancer, now }) : undefined
  return { loadBalancer, accepted }
}

interface Turn {
  readonly current: LoadBalancerStatus
  readonly next: LoadBalancerStatus
  readonly now: number
}

function acceptedAfter({ graceMs }: PublishParts, decision: Decision, turn: Turn): Accepted | undefined {
  const { accepted, served, hash, moving } = decision
  const over = accepted?.leaving !== undefined && Date.parse(accepted.leaving.until) <= turn.now
  if (served === undefined) return undefined
  const same = accepted?.hash === hash && equal(accepted.input, served)
  if (same && !over) return undefined
  const stays = over ? undefined : accepted?.leaving
  const leaving =
    moving && accepted?.input !== undefined && losesAddress(turn)
      ? { input: accepted.input, until: new Date(turn.now + graceMs).toISOString() }
      : stays
  return { version: 1, input: served, hash, ...(leaving === undefined ? {} : { leaving }) }
}

/** Whether clients know an address that is about to be published no more. */
const losesAddress = ({ current, next }: Turn): boolean =>
  (current.ingress ?? []).some((entry) => next.ingress?.some((other) => equal(other, entry)) !== true)

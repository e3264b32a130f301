/** Removal of what no Service has any more, on request: the ordinary plan, of which only that part is carried out. */
import type { Inventory } from '../engine/inventory.ts'
import type { Clock } from '../lib/clock.ts'
import { builds, type Hold, type Step } from '../plan/plan.ts'
import type { Look, Walked } from './look.ts'

const others: Hold = { for: 'it is not what was asked for', recheckMs: 0 }

/** Lets through what takes something of these owners away, and what hands a part of theirs on to those who need it. */
export const onlyOf =
  (uids: ReadonlySet<string>, inventory: () => Pick<Inventory, 'get'>) =>
  (step: Step): Hold | undefined => {
    if (!builds(step)) return step.owners.every(({ uid }) => uids.has(uid)) ? undefined : others
    return handsOn(step, uids, inventory()) ? undefined : others
  }

function handsOn(step: Step, uids: ReadonlySet<string>, inventory: Pick<Inventory, 'get'>): boolean {
  const { action, fields = [], parts = [], kind, target = '' } = step
  if (action !== 'update' || fields.length > 0 || parts.length === 0) return false
  const held = inventory.get(kind, target)?.parts ?? {}
  return parts.every(
    (part) => part.action === 'change' && held[part.key]?.owners.some(({ uid }) => uids.has(uid)),
  )
}

interface Removal {
  readonly look: Look
  readonly clock: Clock
  readonly uids: ReadonlySet<string>
  /** In all, ms: what is still in use by then stays. */
  readonly limitMs: number
}

const usualPauseMs = 2_000

/** Walks until nothing of these owners is left to remove, or time is up; answers with what is left. */
export async function removeOrphans(
  { look, clock, uids, limitMs }: Removal,
  signal: AbortSignal,
): Promise<Walked> {
  const end = clock.now() + limitMs
  for (const uid of uids) look.owners.abandon(uid)
  for (;;) {
    const walked = await look.walk(signal)
    const left = walked.steps.filter((step) => !builds(step) && step.owners.some(({ uid }) => uids.has(uid)))
    if ((left.length === 0 && walked.failures.length === 0) || clock.now() >= end)
      return { ...walked, steps: left }
    const pause = Math.max(usualPauseMs, ...left.map(({ hold }) => Math.min(hold?.recheckMs ?? 0, 15_000)))
    await clock.sleep(pause, signal)
    signal.throwIfAborted()
  }
}

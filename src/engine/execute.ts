import type { Clock } from '../lib/clock.ts'
import type { Problem } from '../model/problem.ts'
import { fillParts, fillRefs } from '../plan/leaves.ts'
import type { Step } from '../plan/plan.ts'
import type { Observed, Owner, PartChange, Ref, Resource } from '../plan/resource.ts'
import { refsOf } from '../plan/stack-plan.ts'
import { ProviderError } from '../provider/errors.ts'
import type { Cloud } from './cloud.ts'
import type { Priority } from './gates.ts'
import type { Inventory } from './inventory.ts'
import { parkMs, type Parking } from './parking.ts'
import { refusal } from './refusal.ts'

export interface Executed {
  readonly step: Step
  readonly ms: number
  /** `stale`: plan again from what was read. An error: try later. */
  readonly outcome: 'done' | 'stale' | 'parked' | ProviderError
  readonly problem?: Problem
}

export interface Hands {
  readonly clock: Clock
  readonly cloud: Cloud
  readonly inventory: Inventory
  readonly parking: Parking
}

/** One step, one request; what it answered is written through at once. */
export async function carryOut(
  hands: Hands,
  step: Step,
  wish: Resource | undefined,
  rank: Priority,
  signal: AbortSignal,
): Promise<Executed> {
  const began = hands.clock.now()
  const seen = step.target === undefined ? undefined : hands.inventory.get(step.kind, step.target)
  const want = filled(hands, step, wish)
  const told = (outcome: Executed['outcome'], problem?: Problem): Executed => ({
    step,
    ms: hands.clock.now() - began,
    outcome,
    ...(problem === undefined ? {} : { problem }),
  })
  try {
    await send(hands, step, want, seen, step.parts ?? [], rank, signal)
    return told('done')
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.sent === 'maybe') inDoubt(hands, want, seen)
    return settleError({ hands, step, wish, want, seen, error, rank, signal, told })
  }
}

function filled(hands: Hands, step: Step, wish: Resource | undefined): Resource {
  const bare: Resource = {
    stack: step.stack,
    kind: step.kind,
    key: step.key,
    spec: {},
    parts: {},
    owners: step.owners,
  }
  if (wish === undefined) return bare
  const value = (to: Ref) => {
    const found = hands.inventory.find(to)
    return to.out === undefined ? found?.id : found?.out[to.out]
  }
  const spec = hands.cloud.kind(step.kind).canonical(fillRefs(wish.spec, value, []))
  return { ...wish, spec, ...(wish.parts === undefined ? {} : { parts: fillParts(wish.parts, value) }) }
}

async function send(
  hands: Hands,
  step: Step,
  want: Resource,
  seen: Observed | undefined,
  parts: readonly PartChange[],
  rank: Priority,
  signal: AbortSignal,
): Promise<void> {
  const { cloud, inventory } = hands
  if (seen === undefined) {
    const made = await cloud.create(want, rank, signal)
    // Before the lists are complete the answer may describe what an earlier life of ours made: read it once.
    inventory.wrote(inventory.listedSince(0) ? made : { ...made, depth: 'listed' })
  } else if (step.action === 'delete' || step.action === 'repair') {
    await cloud.delete(seen, rank, signal)
    inventory.deleted(seen, hands.clock.now())
  } else {
    inventory.wrote(await cloud.update(seen, want, { fields: step.fields ?? [], parts }, rank, signal))
  }
}

function inDoubt(hands: Hands, want: Resource, seen: Observed | undefined): void {
  if (seen === undefined) hands.inventory.doubtCreate(want)
  else hands.inventory.doubt(seen)
}

type Told = (outcome: Executed['outcome'], problem?: Problem) => Executed

/** Everything that is known when a call was refused. */
interface Refused {
  readonly hands: Hands
  readonly step: Step
  readonly wish: Resource | undefined
  readonly want: Resource
  readonly seen: Observed | undefined
  readonly error: ProviderError
  readonly rank: Priority
  readonly signal: AbortSignal
  readonly told: Told
}

async function settleError(refused: Refused): Promise<Executed> {
  const { hands, step, seen, error, told } = refused
  switch (error.kind) {
    case 'throttled':
    case 'transient':
    case 'unknown':
      return told(error)
    case 'busy':
    case 'inUse':
      hands.parking.park(step, step.owners, `${step.kind} ${step.key} is in use (${error.code})`, 5_000)
      return told('parked')
    case 'stale':
      if (seen !== undefined) hands.inventory.doubt(seen)
      return told('stale')
    case 'notFound':
      vanished(refused)
      return told('stale')
    case 'exists':
      return existing(refused)
    case 'invalid':
    case 'denied':
    case 'quota':
    case 'taken':
      return parked(refused)
    default:
      return told(error)
  }
}

/** The object is gone, or one that it points at: look before the next try. */
function vanished({ hands, wish, seen }: Refused): void {
  if (seen !== undefined) hands.inventory.doubt(seen)
  for (const to of wish === undefined ? [] : refsOf(wish)) {
    const other = hands.inventory.find(to)
    if (other !== undefined) hands.inventory.doubt(other)
  }
}

/** Whether an object that holds our name or place is ours to go on with. */
export const isOurs = (object: Observed, want: Resource): boolean =>
  object.body === 'foreign' || object.owners.some((owner) => want.owners.some((o) => o.uid === owner.uid))

/** Ours by tag is taken in and compared; anybody else's keeps its name and the owner is told. */
async function existing({ hands, step, want, error, rank, signal, told }: Refused): Promise<Executed> {
  const found = await hands.cloud.find(want, rank, signal)
  if (found !== undefined && isOurs(found.object, want)) {
    hands.inventory.read(undefined, found)
    return told('stale')
  }
  const problem: Problem = {
    code: 'LB_NAME_TAKEN',
    severity: 'error',
    path: 'metadata.name',
    message: `${step.kind} ${step.key} cannot be made: ${error.message}`,
    hint: 'something that is not ours holds the name or the place; remove or rename it there',
  }
  hands.parking.park(step, step.owners, `the name is taken (${error.code})`, parkMs, problem)
  return told('parked', problem)
}

/** Law 6: halves of the changed owners are tried, so that one bad part never fails the rest. */
async function parked(refused: Refused): Promise<Executed> {
  const { hands, step, seen, error, told } = refused
  const parts = step.parts ?? []
  const owners = [
    ...new Map(parts.flatMap((part) => part.owners).map((owner) => [owner.uid, owner])).values(),
  ]
  const problem = refusal(step, error)
  if (seen === undefined || owners.length < 2 || (step.fields?.length ?? 0) > 0)
    hands.parking.park(step, step.owners, `the cloud refused it (${error.code})`, parkMs, problem)
  else await halves(refused, owners, error)
  return told('parked', problem)
}

async function halves(refused: Refused, owners: readonly Owner[], error: ProviderError): Promise<void> {
  const { hands, step, want, rank, signal } = refused
  if (owners.length === 1) {
    hands.parking.park(step, owners, `the cloud refused it (${error.code})`, parkMs, refusal(step, error))
    return
  }
  const middle = Math.ceil(owners.length / 2)
  for (const half of [owners.slice(0, middle), owners.slice(middle)]) {
    const mine = (step.parts ?? []).filter((part) =>
      part.owners.some((o) => half.some((h) => h.uid === o.uid)),
    )
    const seen = step.target === undefined ? undefined : hands.inventory.get(step.kind, step.target)
    try {
      await send(hands, step, want, seen, mine, rank, signal)
    } catch (next) {
      if (!(next instanceof ProviderError)) throw next
      if (next.sent === 'maybe') inDoubt(hands, want, seen)
      if (!['invalid', 'denied', 'quota', 'taken'].includes(next.kind)) throw next
      await halves(refused, half, next)
    }
  }
}

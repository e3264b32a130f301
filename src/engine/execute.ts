import type { Clock } from '../lib/clock.ts'
import type { Problem } from '../model/problem.ts'
import { meet, ownersOf, rootOf } from '../plan/draft.ts'
import { fillParts, fillRefs } from '../plan/leaves.ts'
import type { Step } from '../plan/plan.ts'
import {
  refKey,
  type Observed,
  type Owner,
  type PartChange,
  type Ref,
  type Resource,
} from '../plan/resource.ts'
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
  /** Lists have shown everything that was written before our time. */
  readonly settled: () => boolean
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
  return attempt({ hands, step, wish, want, seen, rank, signal, told })
}

function filled(hands: Hands, step: Step, wish: Resource | undefined): Resource {
  const seen = step.target === undefined ? undefined : hands.inventory.get(step.kind, step.target)
  const bare: Resource = {
    ...(seen?.within === undefined ? {} : { within: seen.within }),
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
    // Where creating twice is answered as once, this may be what an earlier life of ours made: read it then.
    const depth = hands.settled() ? made.depth : 'listed'
    inventory.wrote({ ...made, depth, asOf: hands.clock.now() })
  } else if (step.action === 'delete' || step.action === 'repair') {
    await cloud.delete(seen, rank, signal)
    inventory.deleted(seen, hands.clock.now())
  } else {
    const changes = { fields: step.fields ?? [], parts }
    const made = await cloud.update(seen, want, changes, rank, signal)
    inventory.wrote({ ...made, asOf: hands.clock.now() }, [...parts, ...replaced(seen, made, parts)])
  }
  locked(hands, want)
}

/** Parts that went with the change of others: one that took another's place in the cloud leaves nothing of it. */
function replaced(seen: Observed, made: Observed, changes: readonly PartChange[]): readonly PartChange[] {
  const told = new Set(changes.map(({ key }) => key))
  return Object.entries(seen.parts ?? {}).flatMap(([key, { owners }]): PartChange[] =>
    made.parts?.[key] !== undefined || told.has(key) ? [] : [{ key, action: 'remove', owners }],
  )
}

/** Law 12: after a write under a locked root that is busy until a read shows otherwise. */
function locked({ cloud, inventory, clock }: Hands, want: Resource): void {
  if (cloud.kind(want.kind).lock !== 'root') return
  const root = rootOf(want, inventory.find) ?? inventory.find(want)
  if (root !== undefined) inventory.wrote({ ...root, state: 'busy', asOf: clock.now() })
}

function inDoubt(hands: Hands, want: Resource, seen: Observed | undefined, step: Step): void {
  if (seen === undefined) hands.inventory.doubtCreate(want)
  else hands.inventory.doubt(seen, hands.clock.now(), step.owners)
}

type Told = (outcome: Executed['outcome'], problem?: Problem) => Executed

interface Attempt {
  readonly hands: Hands
  readonly step: Step
  readonly wish: Resource | undefined
  readonly want: Resource
  readonly seen: Observed | undefined
  readonly rank: Priority
  readonly signal: AbortSignal
  readonly told: Told
}

/** Everything that is known when a call was refused. */
interface Refused extends Attempt {
  readonly error: ProviderError
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
      hands.parking.park(step, step.owners, {
        hold: error.heldBy ?? `${step.kind} ${step.key} is in use (${error.code})`,
        ms: error.retryAfterMs ?? 5_000,
      })
      return told('parked')
    case 'stale':
      if (seen !== undefined) hands.inventory.doubt(seen, hands.clock.now())
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
  const now = hands.clock.now()
  if (seen !== undefined) hands.inventory.doubt(seen, now)
  for (const to of wish === undefined ? [] : refsOf(wish)) {
    const other = hands.inventory.find(to)
    if (other !== undefined) hands.inventory.doubt(other, now)
  }
}

/** How long until what exists may show, ms. */
const unseenMs = 10_000

/** Whether an object that holds our name or place is ours to go on with: its tags say so, or it is shared by rule. */
export const isOurs = (object: Observed, want: Resource): boolean =>
  object.body === 'foreign' ||
  (object.owners.length > 0 && (refKey(object) === refKey(want) || meet(object.owners, want.owners)))

/** Ours by tag is taken in and compared; anybody else's keeps its name and the owner is told. */
async function existing({ hands, step, want, error, rank, signal, told }: Refused): Promise<Executed> {
  const found = await hands.cloud.find(want, rank, signal)
  if (found !== undefined && isOurs(found.object, want)) {
    hands.inventory.read(undefined, found)
    // What exists and is not shown yet is somebody's all the same.
    hands.inventory.suspect(found.object, hands.clock.now(), step.owners)
    return told('stale')
  }
  const problem: Problem = {
    code: 'LB_NAME_TAKEN',
    severity: 'error',
    path: 'metadata.name',
    message: `${step.kind} ${step.key} cannot be made: ${error.message}`,
    hint: 'something that is not ours holds the name or the place; remove or rename it there',
  }
  // What no read shows yet may be what we made ourselves before a crash.
  const ms = found === undefined ? unseenMs : parkMs
  hands.parking.park(step, step.owners, { hold: `the name is taken (${error.code})`, ms, problem })
  return told('parked', problem)
}

/** Law 6: what was refused is taken apart, so that one bad part never fails the rest. */
async function parked(refused: Refused): Promise<Executed> {
  const { step, seen, error, told } = refused
  const { parts = [], fields = [] } = step
  if (seen !== undefined && fields.length > 0 && parts.length > 0) {
    // Whichever was refused: the parts alone show it, and the next round tries the fields alone.
    const { fields: _, ...rest } = step
    return attempt({
      ...refused,
      step: rest,
      told: (outcome, problem) => ({ ...told(outcome, problem), step: rest }),
    })
  }
  if (seen === undefined || fields.length > 0) park(refused, step.owners, error)
  else await halves(refused, ownersOf(parts), error)
  return told('parked', refusal(step, error))
}

async function attempt(tried: Attempt): Promise<Executed> {
  const { hands, step, want, seen, rank, signal, told } = tried
  try {
    await send(hands, step, want, seen, step.parts ?? [], rank, signal)
    return told('done')
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.sent === 'maybe') inDoubt(hands, want, seen, step)
    return settleError({ ...tried, error })
  }
}

function park({ hands, step }: Refused, owners: readonly Owner[], error: ProviderError): void {
  hands.parking.park(step, owners, {
    hold: `the cloud refused it (${error.code})`,
    ms: parkMs,
    full: error.kind === 'quota' || error.kind === 'taken',
    problem: refusal(step, error),
  })
}

/** Halves of the changed owners are tried, the older half first, until those whose change is refused stand alone. */
async function halves(refused: Refused, owners: readonly Owner[], error: ProviderError): Promise<void> {
  const { hands, step, want, rank, signal } = refused
  if (owners.length < 2) {
    park(refused, owners, error)
    return
  }
  const middle = Math.ceil(owners.length / 2)
  for (const half of [owners.slice(0, middle), owners.slice(middle)]) {
    const mine = (step.parts ?? []).filter((part) => meet(part.owners, half))
    const seen = step.target === undefined ? undefined : hands.inventory.get(step.kind, step.target)
    try {
      await send(hands, step, want, seen, mine, rank, signal)
    } catch (next) {
      if (!(next instanceof ProviderError)) throw next
      if (next.sent === 'maybe') inDoubt(hands, want, seen, step)
      if (!['invalid', 'denied', 'quota', 'taken'].includes(next.kind)) throw next
      await halves(refused, half, next)
    }
  }
}

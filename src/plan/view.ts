import type { Form } from '../provider/form.ts'
import type { Hold, Step } from './plan.ts'
import type { Identity, Observed, Owner, Resource } from './resource.ts'

/**
 * What may be taken away from an owner (law 1: a removal needs a reason that was seen).
 * settled: a valid wish is known, and what it lacks may go. leaving: deleted, released or seen to vanish.
 * pending: in the store, not decided yet. frozen: its input is unreadable and nothing was accepted before.
 * unknown: nobody has seen it; its objects belong to the sweep.
 * orphan: the same, and somebody asked for its objects to go.
 */
export type OwnerState = 'settled' | 'leaving' | 'pending' | 'frozen' | 'unknown' | 'orphan'

/** Whether everything of an owner in this state is to go. */
export const isGoing = (state: OwnerState): boolean => state === 'leaving' || state === 'orphan'

/** What such an owner does not want may go. */
export const mayJudge = (state: OwnerState): boolean => state === 'settled' || isGoing(state)

/** One difference between what was accepted and what is asked now. */
export interface Cause {
  readonly path: string
  readonly before?: string
  readonly after?: string
}

/** Everything that planning one stack may look at. */
export interface StackView {
  readonly stack: string
  readonly kinds: Readonly<Record<string, Form>>
  /** Of this stack, merged. */
  readonly desired: readonly Resource[]
  /** Of this stack. */
  readonly observed: readonly Observed[]
  /** By identity, in any stack. */
  find(to: Identity): Observed | undefined
  /** Whether somebody wants it made, in any stack. */
  wanted(to: Identity): boolean
  /** Objects whose `refs` fields hold this id. */
  referrers(id: string): readonly Observed[]
  ownerState(owner: Owner): OwnerState
  causes(owner: Owner): readonly Cause[]
  /** Whether fields that nobody read yet may be taken to be as they were accepted. */
  trusted(owner: Owner): boolean
  /** Why such a change for these owners must wait, if an earlier try says so for all of them. */
  parked(
    resource: Identity,
    owners: readonly Owner[],
    change: Pick<Step, 'action' | 'fields' | 'parts'>,
  ): Hold | undefined
  /** Some Services of the store were not decided on yet: nobody knows what they share with others. */
  readonly undecided: boolean
  /** Owners whose wish is unreadable. */
  readonly frozen: readonly Owner[]
  /** Whether this owner allows changes that interrupt its traffic. */
  leave(owner: Owner): boolean
  /** Whether somebody here wanted this part of an object that is shared with others, since we began. */
  wasWanted(object: Identity, part: string): boolean
  /** Creates or updates of this owner that other stacks still owe. */
  building(owner: Owner): boolean
  /** Planning for a cloud that is not asked: nothing can be read, and nothing waits to be. */
  readonly offline?: true
  /** Finalizer is on, so that what is made cannot be forgotten. */
  armed(owner: Owner): boolean
  /** Lists have been read to the end once; and once more after everything written before our time must show. */
  readonly lists: { readonly complete: boolean; readonly settled: boolean }
}

/** What must be read before a plan can be trusted: an object, or whatever holds the place of a wish. */
export type Read = { readonly seen: Observed } | { readonly want: Resource }

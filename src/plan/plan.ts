import type { JsonObject } from '../lib/json.ts'
import type { Problem } from '../model/problem.ts'
import type { FieldChange, Owner, PartChange } from './resource.ts'

export type Action = 'create' | 'update' | 'repair' | 'delete'

/** What must wait, and how long until it is worth looking again. */
export interface Hold {
  readonly for: string
  readonly recheckMs: number
  /** What those whom the step is for are told, where only they can end the wait. */
  readonly problem?: Problem
}

/** Plain JSON, stable order. `why` is one sentence a person understands. */
export interface Step {
  readonly id: string
  readonly action: Action
  readonly stack: string
  readonly kind: string
  readonly key: string
  /** The cloud's identifier of the object that changes; absent when it is yet to be made. */
  readonly target?: string
  readonly before?: JsonObject
  readonly after?: JsonObject
  readonly fields?: readonly FieldChange[]
  readonly parts?: readonly PartChange[]
  readonly why: string
  /** Ids of steps of this plan that must be done first. */
  readonly needs: readonly string[]
  /** Of what changes. */
  readonly owners: readonly Owner[]
  readonly hold?: Hold
  /** Set when carrying this out interrupts traffic, with the reason. */
  readonly outage?: string
}

export interface Plan {
  readonly provider: string
  readonly steps: readonly Step[]
  readonly problems: readonly Problem[]
}

/** Whether a step makes something: what takes away waits for these. */
export const builds = ({
  action,
  fields = [],
  parts = [],
}: Pick<Step, 'action' | 'fields' | 'parts'>): boolean =>
  action === 'create' ||
  action === 'repair' ||
  (action === 'update' && (fields.length > 0 || parts.some((part) => part.action !== 'remove')))

import type { Form } from '../provider/form.ts'
import { withoutLeave } from './leave.ts'
import { unknownIn } from './leaves.ts'
import type { Hold, Step } from './plan.ts'
import {
  refKey,
  refOf,
  type Identity,
  type Observed,
  type Owner,
  type Ref,
  type Resource,
} from './resource.ts'
import type { Read, StackView } from './view.ts'
import { whyUpdate } from './why.ts'

export const stepId = (resource: Identity, verb: string): string =>
  `${verb} ${resource.kind} ${resource.key} @${resource.stack}`

export const listHold: Hold = { for: 'the lists of what exists are not complete yet', recheckMs: 1_000 }

export const busyHold = (at: Identity): Hold => ({ for: `${at.kind} ${at.key} is busy`, recheckMs: 2_000 })

/** Of several objects with one identity, the one to keep: ready before failed, then the smallest id. */
function preferred(a: Observed, b: Observed): Observed {
  if ((a.state === 'failed') !== (b.state === 'failed')) return a.state === 'failed' ? b : a
  return a.id < b.id ? a : b
}

type Change = Partial<Pick<Step, 'before' | 'after' | 'fields' | 'parts' | 'why' | 'outage'>> & {
  readonly action: Step['action']
  readonly verb: string
  readonly needs: readonly string[]
  readonly owners: readonly Owner[]
  readonly hold?: Hold | undefined
}

/** A stack's plan while it is made. */
export class Draft {
  readonly view: StackView
  readonly steps: Step[] = []
  readonly reads: Read[] = []
  readonly orphans: Observed[] = []
  /** refKey -> the object that stands for it */
  readonly seen = new Map<string, Observed>()
  /** Cloud id -> the step that changes or removes that object. */
  readonly touching = new Map<string, string>()

  constructor(view: StackView) {
    this.view = view
    for (const item of view.observed) {
      const key = refKey(item)
      const other = this.seen.get(key)
      this.seen.set(key, other === undefined ? item : preferred(other, item))
    }
  }

  kind(resource: Identity): Form {
    const kind = this.view.kinds[resource.kind]
    if (kind === undefined) throw new Error(`no kind ${resource.kind} is known to this provider`)
    return kind
  }

  /** What is there of it already. */
  standing(want: Identity): Observed | undefined {
    return this.seen.size === 0 ? undefined : this.seen.get(refKey(want))
  }

  value(to: Ref): string | undefined {
    const found = this.view.find(to)
    if (found === undefined || found.state === 'doubt' || found.state === 'failed') return undefined
    return to.out === undefined ? found.id : found.out[to.out]
  }

  /** Steps that make what `resource` points at, and why it must wait if nobody will. */
  prerequisites(resource: Resource, missing: readonly Ref[]): { needs: string[]; hold?: Hold } {
    const before = [
      ...missing,
      ...(resource.needs ?? []),
      ...(resource.within === undefined ? [] : [resource.within]),
    ]
    const needs: string[] = []
    const unknown = this.view.offline === true ? undefined : unknownIn(resource.spec)
    let hold: Hold | undefined =
      unknown === undefined ? undefined : { for: `not known yet: ${unknown}`, recheckMs: 30_000 }
    for (const to of before) {
      if (this.value(refOf(to)) !== undefined) continue
      if (this.view.wanted(to)) needs.push(stepId(to, 'create'))
      else hold = { for: `${to.kind} ${to.key} does not exist yet`, recheckMs: 5_000 }
    }
    return { needs: needs.length < 2 ? needs : [...new Set(needs)], ...(hold === undefined ? {} : { hold }) }
  }

  /** Law 12: under a locked root nothing is written while that is busy. */
  lockHold(resource: Pick<Resource, 'kind' | 'key' | 'stack' | 'within'>): Hold | undefined {
    if (this.kind(resource).lock !== 'root') return undefined
    const root = rootOf(resource, (to) => this.view.find(to))
    return root?.state === 'busy' ? busyHold(root) : undefined
  }

  push(resource: Resource, seen: Observed | undefined, what: Change): void {
    const hold =
      what.hold ??
      (what.outage === undefined ? undefined : withoutLeave(this.view, what.outage, what.owners)) ??
      this.lockHold(resource) ??
      this.view.parked(resource, what.owners, what)
    this.steps.push({
      id: stepId(resource, what.verb),
      action: what.action,
      stack: resource.stack,
      kind: resource.kind,
      key: resource.key,
      ...(seen === undefined ? {} : { target: seen.id }),
      ...(what.before === undefined ? {} : { before: what.before }),
      ...(what.after === undefined ? {} : { after: what.after }),
      ...(what.fields === undefined || what.fields.length === 0 ? {} : { fields: what.fields }),
      ...(what.parts === undefined || what.parts.length === 0 ? {} : { parts: what.parts }),
      why: what.why ?? whyUpdate(this.view, resource, what.fields ?? [], what.parts ?? []),
      needs: what.needs,
      owners: what.owners,
      ...(hold === undefined ? {} : { hold }),
      ...(what.outage === undefined ? {} : { outage: what.outage }),
    })
  }
}

/** The object that everything up to it lives within. */
export function rootOf(
  resource: Pick<Resource, 'within'>,
  find: (to: Identity) => Observed | undefined,
): Observed | undefined {
  let root = resource.within === undefined ? undefined : find(resource.within)
  while (root?.within !== undefined) root = find(root.within)
  return root
}

export function ownersOf(parts: readonly { readonly owners: readonly Owner[] }[]): readonly Owner[] {
  const owners = new Map<string, Owner>()
  for (const part of parts) for (const owner of part.owners) owners.set(owner.uid, owner)
  return [...owners.values()]
}

/** Whether two sets of owners have one in common. */
export const meet = (a: readonly Owner[], b: readonly Owner[]): boolean =>
  a.some((one) => b.some((other) => other.uid === one.uid))

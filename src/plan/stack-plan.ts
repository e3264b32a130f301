/**
 * One stack, planned: what is wanted against what is there.
 *
 *   wanted  seen     ->  step
 *   yes     no           create      (or read first: a foreign object that nobody has looked at yet)
 *   yes     yes          update      fields and added parts in one step, removed parts in a second one after it
 *   no      yes          delete      when every owner may be judged, nothing refers to it, lists are complete
 *   no      foreign      parts of ours leave, the object stays
 *
 * A plan is a picture (law 3): only steps without needs and hold are carried out, then everything is planned again.
 */
import type { Kind } from '../provider/kind.ts'
import { diffFields } from './fields.ts'
import { fillParts, fillRefs, refsIn, unknownIn } from './leaves.ts'
import { diffParts, removable } from './parts.ts'
import { builds, type Hold, type Step } from './plan.ts'
import {
  refKey,
  type Identity,
  type Observed,
  type Owner,
  type PartChange,
  type Ref,
  type Resource,
} from './resource.ts'
import type { Read, StackView } from './view.ts'
import { whyCreate, whyRemove, whyUpdate } from './why.ts'

export interface StackPlan {
  readonly steps: readonly Step[]
  readonly reads: readonly Read[]
  /** Objects that nobody wants and whose owner nobody has seen: the sweep's. */
  readonly orphans: readonly Observed[]
}

const stepId = (resource: Identity, verb: string): string =>
  `${verb} ${resource.kind} ${resource.key} @${resource.stack}`

const listHold: Hold = { for: 'the lists of what exists are not complete yet', recheckMs: 1_000 }

/** Of several objects with one identity, the one to keep: ready before failed, then the smallest id. */
function preferred(a: Observed, b: Observed): Observed {
  if ((a.state === 'failed') !== (b.state === 'failed')) return a.state === 'failed' ? b : a
  return a.id < b.id ? a : b
}

class Planner {
  readonly #view: StackView
  readonly #steps: Step[] = []
  readonly #reads: Read[] = []
  readonly #orphans: Observed[] = []
  readonly #seen = new Map<string, Observed>()
  /** Cloud id -> the step that changes or removes that object. */
  readonly #touching = new Map<string, string>()

  constructor(view: StackView) {
    this.#view = view
    for (const item of view.observed) {
      const key = refKey(item)
      const other = this.#seen.get(key)
      this.#seen.set(key, other === undefined ? item : preferred(other, item))
    }
  }

  run(): StackPlan {
    const view = this.#view
    const wanted = new Set(view.desired.map(refKey))
    for (const want of view.desired) this.#wanted(want)
    const left = view.observed.filter(
      (item) => !wanted.has(refKey(item)) || this.#seen.get(refKey(item)) !== item,
    )
    // What may be gone already is looked at before it is planned away.
    for (const item of left) if (item.state === 'doubt') this.#reads.push({ seen: item })
    const unwanted = left.filter((item) => item.state !== 'doubt')
    for (const item of unwanted) if (item.body === 'foreign') this.#unwantedParts(item)
    this.#unwantedBodies(unwanted.filter((item) => item.body !== 'foreign'))
    return { steps: this.#steps, reads: this.#reads, orphans: this.#orphans }
  }

  #kind(resource: Identity): Kind {
    const kind = this.#view.kinds[resource.kind]
    if (kind === undefined) throw new Error(`no kind ${resource.kind} is known to this provider`)
    return kind
  }

  #wanted(raw: Resource): void {
    const kind = this.#kind(raw)
    const missing: Ref[] = []
    const filled = fillRefs(raw.spec, (to) => this.#value(to), missing)
    const parts = raw.parts === undefined ? {} : { parts: fillParts(raw.parts, (to) => this.#value(to)) }
    const want: Resource = { ...raw, spec: kind.canonical(filled), ...parts }
    const seen = this.#seen.get(refKey(want))
    if (seen === undefined) this.#absent(want, kind, missing)
    else this.#present(want, seen, kind, missing)
  }

  #value(to: Ref): string | undefined {
    const found = this.#view.find(to)
    if (found === undefined || found.state === 'doubt' || found.state === 'failed') return undefined
    return to.out === undefined ? found.id : found.out[to.out]
  }

  /** Steps of this plan that make what `resource` points at, and why it must wait if nothing here will. */
  #prerequisites(resource: Resource, missing: readonly Ref[]): { needs: string[]; hold?: Hold } {
    const before = [
      ...missing,
      ...(resource.needs ?? []),
      ...(resource.within === undefined ? [] : [resource.within]),
    ]
    const needs = new Set<string>()
    const unknown = this.#view.offline === true ? undefined : unknownIn(resource.spec)
    let hold: Hold | undefined =
      unknown === undefined ? undefined : { for: `not known yet: ${unknown}`, recheckMs: 30_000 }
    for (const to of before) {
      if (this.#value({ stack: to.stack, kind: to.kind, key: to.key }) !== undefined) continue
      if (this.#view.wanted(to)) needs.add(stepId(to, 'create'))
      else hold = { for: `${to.kind} ${to.key} does not exist yet`, recheckMs: 5_000 }
    }
    return { needs: [...needs], ...(hold === undefined ? {} : { hold }) }
  }

  #absent(want: Resource, kind: Kind, missing: readonly Ref[]): void {
    if (this.#hidden(want)) return
    const { needs, hold } = this.#prerequisites(want, missing)
    const parts = diffParts(this.#view, kind, want, undefined).put
    if (want.body === 'foreign') {
      this.#reads.push({ want })
      if (parts.length > 0)
        this.#push(want, undefined, {
          action: 'update',
          verb: 'update',
          parts,
          needs,
          hold,
          owners: ownersOf(parts),
        })
      return
    }
    const early = this.#view.lists.complete || kind.nameIsUnique ? undefined : listHold
    const unarmed = want.owners.find((owner) => !this.#view.armed(owner))
    const finalizer: Hold | undefined =
      unarmed === undefined
        ? undefined
        : { for: `the finalizer on ${unarmed.name} is not written yet`, recheckMs: 1_000 }
    this.#push(want, undefined, {
      action: 'create',
      verb: 'create',
      after: want.spec,
      parts,
      needs,
      hold: hold ?? early ?? finalizer,
      owners: want.owners,
      why: whyCreate(want),
    })
  }

  /** A list does not show what lives within an object: while that was not read, absence proves nothing. */
  #hidden(want: Resource): boolean {
    const parent = want.within === undefined ? undefined : this.#view.find(want.within)
    if (parent?.depth !== 'listed' || !this.#kind(parent).absorbs.includes(want.kind)) return false
    if (!want.owners.every((owner) => this.#view.trusted(owner))) this.#reads.push({ seen: parent })
    return true
  }

  #present(want: Resource, seen: Observed, kind: Kind, missing: readonly Ref[]): void {
    const view = this.#view
    const trusted = want.owners.every((owner) => view.trusted(owner))
    const partsUnread = want.parts !== undefined && seen.parts === undefined
    const fieldsUnread = seen.depth === 'listed' && !trusted
    if (seen.state === 'doubt' || partsUnread || fieldsUnread) {
      this.#reads.push({ seen })
      return
    }
    if (seen.state === 'failed') {
      this.#touching.set(seen.id, stepId(want, 'repair'))
      this.#push(want, seen, {
        action: 'repair',
        verb: 'repair',
        needs: [],
        owners: want.owners,
        why: 'the cloud reports that it failed',
      })
      return
    }
    const fields = want.body === 'foreign' ? [] : diffFields(kind, want, seen, trusted)
    const { put: all, remove } = diffParts(view, kind, want, seen)
    const put = all.filter((part) => view.parked(want, part.owners) === undefined)
    const parked = all.filter((part) => !put.includes(part))
    const { needs, hold } = this.#prerequisites(want, missing)
    this.#unresolved(want, seen)
    const stuck = fields.find((field) => kind.immutable.includes(field.path))
    const fixed: Hold | undefined =
      stuck === undefined ? undefined : { for: `${stuck.path} cannot change in place`, recheckMs: 600_000 }
    const busy: Hold | undefined =
      seen.state === 'busy' ? { for: `${want.kind} ${want.key} is busy`, recheckMs: 2_000 } : undefined
    let grown: string | undefined
    if (fields.length > 0 || put.length > 0) {
      grown = stepId(want, 'update')
      this.#touching.set(seen.id, grown)
      const owners = fields.length > 0 ? want.owners : ownersOf(put)
      const why = whyUpdate(view, want, fields, put)
      this.#push(want, seen, {
        action: 'update',
        verb: 'update',
        fields,
        parts: put,
        needs,
        hold: hold ?? fixed ?? busy,
        owners,
        why,
      })
    }
    if (parked.length > 0)
      this.#push(want, seen, {
        action: 'update',
        verb: 'parked',
        parts: parked,
        needs: [],
        owners: ownersOf(parked),
      })
    if (remove.length > 0) this.#shrink(want, seen, remove, grown === undefined ? [] : [grown], busy)
  }

  /** Law 6: parts that point at what is not there yet stay as they are, and the plan says what they wait for. */
  #unresolved(want: Resource, seen: Observed): void {
    const parts: PartChange[] = []
    let to: Ref | undefined
    for (const [key, part] of Object.entries(want.parts ?? {})) {
      const refs = refsIn(part.spec)
      if (refs.length === 0 || seen.parts?.[key] !== undefined) continue
      to ??= refs[0]
      const path = part.path === undefined ? {} : { path: part.path }
      parts.push({ key, action: 'add', after: part.spec, owners: part.owners, ...path })
    }
    if (to === undefined) return
    const hold: Hold = { for: `${to.kind} ${to.key} does not exist yet`, recheckMs: 5_000 }
    this.#push(want, seen, {
      action: 'update',
      verb: 'await',
      parts,
      needs: [],
      hold,
      owners: ownersOf(parts),
    })
  }

  #shrink(
    want: Resource,
    seen: Observed,
    parts: NonNullable<Step['parts']>,
    needs: string[],
    hold: Hold | undefined,
  ): void {
    const owners = ownersOf(parts)
    const unsettled = this.#view.lists.settled ? undefined : listHold
    this.#push(want, seen, {
      action: 'update',
      verb: 'shrink',
      parts,
      needs,
      hold: hold ?? unsettled,
      owners,
      why: this.#whyShrink(parts, owners),
    })
  }

  #whyShrink(parts: NonNullable<Step['parts']>, owners: readonly Owner[]): string {
    const nodes = parts.every((part) => part.path?.startsWith('node/') === true)
    if (nodes)
      return `${parts.length === 1 ? 'a node is' : `${parts.length} nodes are`} no eligible target any more`
    return whyRemove(
      this.#view,
      owners,
      parts
        .map((part) => part.key)
        .slice(0, 3)
        .join(', '),
    )
  }

  #unwantedParts(seen: Observed): void {
    if (seen.parts === undefined) return
    const none: Resource = {
      stack: seen.stack,
      kind: seen.kind,
      key: seen.key,
      spec: {},
      parts: {},
      owners: [],
      body: 'foreign',
    }
    const { remove } = diffParts(this.#view, this.#kind(seen), none, seen)
    if (remove.length > 0) this.#shrink(none, seen, remove, [], undefined)
  }

  #unwantedBodies(items: readonly Observed[]): void {
    const going = items.filter((item) => {
      if (removable(this.#view, item.owners)) return true
      this.#unwantedParts(item)
      if (item.owners.some((owner) => this.#view.ownerState(owner) === 'unknown')) this.#orphans.push(item)
      return false
    })
    const withParent = new Set<Observed>()
    for (const item of going) {
      const parent = going.find((other) => item.within !== undefined && refKey(other) === refKey(item.within))
      if (parent !== undefined && this.#kind(parent).absorbs.includes(item.kind)) {
        withParent.add(item)
        this.#touching.set(item.id, stepId(parent, 'delete'))
      }
    }
    for (const item of going) {
      if (!withParent.has(item)) this.#touching.set(item.id, stepId(item, 'delete'))
    }
    for (const item of going) if (!withParent.has(item)) this.#goes(item)
  }

  #goes(item: Observed): void {
    const view = this.#view
    const needs = new Set<string>()
    let hold: Hold | undefined = view.lists.settled ? undefined : listHold
    if (item.state === 'busy') hold ??= { for: `${item.kind} ${item.key} is busy`, recheckMs: 2_000 }
    const own = stepId(item, 'delete')
    for (const other of view.referrers(item.id)) {
      const step = this.#touching.get(other.id)
      if (step === own) continue
      if (step === undefined)
        hold ??= { for: `${other.kind} ${other.key} still refers to it`, recheckMs: 5_000 }
      else needs.add(step)
    }
    const staying = item.owners.filter((owner) => view.ownerState(owner) !== 'leaving')
    for (const step of this.#steps) {
      if (builds(step) && step.owners.some((owner) => staying.some((s) => s.uid === owner.uid)))
        needs.add(step.id)
    }
    if (staying.some((owner) => view.building(owner)))
      hold ??= { for: 'what replaces it is not in place yet', recheckMs: 2_000 }
    this.#push(item, item, {
      action: 'delete',
      verb: 'delete',
      before: item.spec,
      needs: [...needs],
      hold,
      owners: item.owners,
      why: whyRemove(view, item.owners, `${item.kind} ${item.key}`),
    })
  }

  #push(
    resource: Resource,
    seen: Observed | undefined,
    what: Partial<Pick<Step, 'before' | 'after' | 'fields' | 'parts' | 'why'>> & {
      action: Step['action']
      verb: string
      needs: readonly string[]
      owners: readonly Owner[]
      hold?: Hold | undefined
    },
  ): void {
    const hold = what.hold ?? this.#view.parked(resource, what.owners)
    this.#steps.push({
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
      why: what.why ?? whyUpdate(this.#view, resource, what.fields ?? [], what.parts ?? []),
      needs: what.needs,
      owners: what.owners,
      ...(hold === undefined ? {} : { hold }),
    })
  }
}

function ownersOf(parts: readonly { readonly owners: readonly Owner[] }[]): readonly Owner[] {
  const owners = new Map<string, Owner>()
  for (const part of parts) for (const owner of part.owners) owners.set(owner.uid, owner)
  return [...owners.values()]
}

export function planStack(view: StackView): StackPlan {
  return new Planner(view).run()
}

/** Every object that a spec points at. */
export const refsOf = (resource: Resource): readonly Ref[] => [
  ...refsIn(resource.spec),
  ...(resource.needs ?? []),
  ...(resource.within === undefined ? [] : [resource.within]),
]

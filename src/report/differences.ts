import { equal, type Json } from '../lib/json.ts'
import { asRef, asUnknown, leavesOf } from '../plan/leaves.ts'
import { liesWithin } from '../plan/place.ts'
import type { Step } from '../plan/plan.ts'
import { titleOf, valueText } from '../plan/render-value.ts'
import { refKey, type Parts, type Resource } from '../plan/resource.ts'
import { plural } from './report.ts'

/** What one plan has and another has not, in the cloud's own names. `rank`: what was asked for comes before what follows. */
interface Difference {
  readonly rank: number
  readonly what: string
  /** What it is on or in; absent for an object as a whole. */
  readonly where?: Where
}

interface Where {
  readonly preposition: 'on' | 'in'
  readonly kind: string
  readonly name: string
}

const ranks = { asked: 0, field: 1, part: 2, object: 3, follows: 4 } as const

/** Objects of a plan as it would leave them. */
export interface Picture {
  readonly steps: readonly Step[]
  /** What was contributed, for the origins of fields and parts. */
  readonly resources: readonly Resource[]
}

export const nothing: Picture = { steps: [], resources: [] }

/**
 * In one sentence: what is in `plan` because of what is written at `paths`, measured by the plan without it. Undefined
 * where both are the same.
 */
export function difference(plan: Picture, without: Picture, paths: readonly string[]): string | undefined {
  const found = [...differences(plan, without, paths)]
  const asked = found.filter(({ rank }) => rank === ranks.asked)
  const first =
    asked.length === 0
      ? ranks.object
      : asked.some(({ where }) => where === undefined)
        ? ranks.asked
        : ranks.field
  for (const most of [first, ranks.follows]) {
    const told = found.filter(({ rank }) => rank <= most)
    if (told.length > 0) return sentence(told.toSorted((a, b) => a.rank - b.rank))
  }
  return undefined
}

const most = 3

/** `Scheme internal on load balancer; tcp/80, tcp/81 and 3 more in security group`. */
function sentence(found: readonly Difference[]): string {
  const byPlace = Map.groupBy(found, ({ where }) => where?.name)
  const said = new Map<string, Where[]>()
  for (const of of byPlace.values()) {
    const what = listed([...new Set(of.map((one) => one.what))])
    const where = of[0]?.where
    said.set(what, [...(said.get(what) ?? []), ...(where === undefined ? [] : [where])])
  }
  const places = [...said].map(([what, wheres]) => [what, whereText(wheres)].join(' ').trimEnd())
  return places.length <= most + 1
    ? places.join('; ')
    : `${places.slice(0, most).join('; ')}; and more on ${places.length - most} other objects`
}

/** `on listener 80`, or `on load balancer, 2 listeners` where the same happens to several. */
function whereText(wheres: readonly Where[]): string {
  const names = [...Map.groupBy(wheres, ({ kind }) => kind)].flatMap(([kind, of]) =>
    of.length === 1 ? of.map(({ name }) => name) : [plural(of.length, kind.replaceAll('-', ' '))],
  )
  const [first] = wheres
  return first === undefined ? '' : `${first.preposition} ${names.join(', ')}`
}

const listed = (items: readonly string[]): string =>
  items.length <= most + 1
    ? items.join(', ')
    : `${items.slice(0, most).join(', ')} and ${items.length - most} more`

function* differences(plan: Picture, without: Picture, paths: readonly string[]): Iterable<Difference> {
  const { pairs, added, gone } = paired(plan.steps, without.steps)
  const origins = originsOf(plan.resources)
  const isAsked = (origin: string | undefined): boolean =>
    origin !== undefined && paths.some((path) => liesWithin(origin, path) || liesWithin(path, origin))
  const kinds = Map.groupBy(plan.steps, ({ kind }) => kind)
  for (const [step, other] of pairs) {
    const from = origins.get(refKey(step))
    const alone = kinds.get(step.kind)?.length === 1
    const name = alone ? titleOf({ kind: step.kind, key: '' }).trim() : titleOf(step)
    yield* fieldDifferences(step, other, name, (field) => isAsked(originOf(field, from?.origins)))
    yield* partDifferences(step, other, name, isAsked)
  }
  for (const step of added) {
    const parts = (step.parts ?? []).filter(({ path }) => isAsked(path)).map(({ key }) => key)
    const fields = Object.values(origins.get(refKey(step))?.origins ?? {})
    const what = `${step.action === 'create' ? '' : 'changed '}${titleOf(step)}`
    const rank = parts.length > 0 || fields.some(isAsked) ? ranks.asked : ranks.object
    yield { rank, what: parts.length === 0 ? what : `${what} with ${listed(parts)}` }
  }
  for (const step of gone) yield { rank: ranks.object, what: `no ${titleOf(step)}` }
}

const originsOf = (resources: readonly Resource[]): ReadonlyMap<string, Resource> =>
  new Map(resources.map((resource) => [refKey(resource), resource]))

/** The origin of a field, or of the nearest field around it. */
function originOf(field: string, origins: Resource['origins'] = {}): string | undefined {
  for (let at = field; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const origin = origins[at]
    if (origin !== undefined) return origin
  }
  return undefined
}

/** Same identity; what is left is paired by kind and likeness, since an ask may be part of an identity. */
function paired(steps: readonly Step[], others: readonly Step[]) {
  const left = new Map(others.map((step) => [idOf(step), step]))
  const pairs: (readonly [Step, Step])[] = []
  const rest: Step[] = []
  for (const step of steps) {
    const other = left.get(idOf(step))
    if (other === undefined) rest.push(step)
    else {
      pairs.push([step, other])
      left.delete(idOf(step))
    }
  }
  const added: Step[] = []
  for (const step of rest) {
    const alike = [...left.values()]
      .filter(({ kind, action }) => kind === step.kind && action === step.action)
      .map((other) => ({ other, likeness: likeness(step, other) }))
      .toSorted((a, b) => b.likeness - a.likeness)[0]
    if (alike === undefined || alike.likeness < 0.5) added.push(step)
    else {
      pairs.push([step, alike.other])
      left.delete(idOf(alike.other))
    }
  }
  return { pairs, added, gone: [...left.values()] }
}

const idOf = (step: Step): string => `${step.action} ${refKey(step)}`

/** The share of fields that are the same. */
function likeness(one: Step, other: Step): number {
  const [mine, theirs] = [leavesOf(one.after ?? {}), leavesOf(other.after ?? {})]
  const same = [...mine].filter(([path, value]) => equal(theirs.get(path), value)).length
  return mine.size === 0 ? 1 : same / mine.size
}

/** Names, tags, texts and refs follow from the identity of an object: they tell nothing that was asked for. */
const isConsequence = (path: string, value: Json | undefined): boolean =>
  asRef(value) !== undefined || /(^|\.)(name|description|tags?|labels?)(\.|$)/i.test(path)

function* fieldDifferences(
  step: Step,
  other: Step,
  name: string,
  isAsked: (field: string) => boolean,
): Iterable<Difference> {
  const [mine, theirs] = [fieldsOf(step), fieldsOf(other)]
  const where = { preposition: 'on', kind: step.kind, name } as const
  for (const { path, value, text } of leafDifferences(mine, theirs)) {
    const follows = isConsequence(path, value) ? ranks.follows : ranks.field
    yield { rank: isAsked(path) ? ranks.asked : follows, what: text, where }
  }
}

type Fields = ReadonlyMap<string, Json>

/** `Scheme internal`, `no SslPolicy`. */
function* leafDifferences(mine: Fields, theirs: Fields) {
  for (const path of new Set([...mine.keys(), ...theirs.keys()])) {
    const [value, before] = [mine.get(path), theirs.get(path)]
    if (equal(value, before)) continue
    const text = asUnknown(value) === undefined ? short(valueText(value ?? null)) : 'known at apply'
    yield { path, value: value ?? before, text: value === undefined ? `no ${path}` : `${path} ${text}` }
  }
}

/** Of an object that exists: what changes. */
const fieldsOf = (step: Step): Fields =>
  step.fields === undefined
    ? leavesOf(step.after ?? {})
    : new Map(step.fields.map(({ path, after }) => [path, after]))

function* partDifferences(
  step: Step,
  other: Step,
  name: string,
  isAsked: (origin: string | undefined) => boolean,
): Iterable<Difference> {
  const [mine, theirs] = [partsOf(step), partsOf(other)]
  const where = { preposition: 'in', kind: step.kind, name } as const
  for (const [key, { spec, path }] of Object.entries(mine)) {
    const before = theirs[key]
    if (before !== undefined && equal(before.spec, spec)) continue
    const rank = isAsked(path) ? ranks.asked : ranks.part
    if (before === undefined) yield { rank, what: key, where }
    else
      for (const what of leafDifferences(leavesOf(spec), leavesOf(before.spec)))
        yield { rank, what: what.text, where: { preposition: 'on', kind: 'part', name: key } }
  }
  for (const key of Object.keys(theirs))
    if (mine[key] === undefined) yield { rank: ranks.part, what: `no ${key}`, where }
}

const partsOf = (step: Step): Parts =>
  Object.fromEntries(
    (step.parts ?? []).map(({ key, after, before, owners, path }) => [
      key,
      { spec: after ?? before ?? {}, owners, ...(path === undefined ? {} : { path }) },
    ]),
  )

const longest = 60
const short = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 3)}...` : text)

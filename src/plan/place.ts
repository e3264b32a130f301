import type { Problem } from '../model/problem.ts'
import { leavesOf } from './leaves.ts'
import type { Step } from './plan.ts'
import { refKey, type Owner, type Resource } from './resource.ts'

/** The line of a plan that a problem belongs to: an object, and within it a field or a part. */
export interface Place {
  /** `refKey` of the object. */
  readonly object: string
  readonly field?: string
  readonly part?: string
}

/** A problem with where it was written, for people, and the line of the plan that it stands under. */
export interface PlacedProblem {
  readonly problem: Problem
  /** `edge.yaml:7:5`. */
  readonly source?: string
  readonly place?: Place
}

/** `spec.ports[0].nodePort` lies within `spec.ports[0]`. */
export const liesWithin = (path: string, outer: string): boolean =>
  path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)

interface Found {
  readonly place: Place
  readonly origin: string
}

function* originsOf(resource: Resource): Iterable<Found> {
  const object = refKey(resource)
  const leaves = [...leavesOf(resource.spec).keys()]
  // Origins may name fields that this object has not, where several are made alike.
  for (const [field, origin] of Object.entries(resource.origins ?? {}))
    if (leaves.some((leaf) => liesWithin(leaf, field))) yield { place: { object, field }, origin }
  for (const [part, { path }] of Object.entries(resource.parts ?? {}))
    if (path !== undefined) yield { place: { object, part }, origin: path }
}

/**
 * Where in the objects of a Service a path of that Service shows: the field or part that was written exactly there, else
 * within the narrowest thing around it. What is asked for somewhere inside the path belongs to an object only where
 * that is a single one.
 */
export function placeOf(path: string, resources: readonly Resource[]): Place | undefined {
  if (path === '') return undefined
  let best: Found | undefined
  const inner = new Set<string>()
  for (const resource of resources)
    for (const found of originsOf(resource)) {
      if (liesWithin(path, found.origin)) {
        if (found.origin.length > (best?.origin.length ?? -1)) best = found
      } else if (liesWithin(found.origin, path)) inner.add(found.place.object)
    }
  if (best !== undefined) return best.place
  const [object] = inner
  return object !== undefined && inner.size === 1 ? { object } : undefined
}

/** What is said of one Service. */
export interface Told {
  readonly owner: Owner
  readonly problems?: readonly PlacedProblem[]
}

export interface Under {
  readonly byObject: ReadonlyMap<string, readonly PlacedProblem[]>
  readonly byOwner: ReadonlyMap<string, readonly PlacedProblem[]>
}

/**
 * Problems by the object that they stand under. Those without one, or whose object does not change for this Service,
 * stand under the Service: what another one holds, object or part, is not the place to say why this one has not got it.
 */
export function underWhat(services: readonly Told[], steps: readonly Step[]): Under {
  const byObject = new Map<string, PlacedProblem[]>()
  const byOwner = new Map<string, PlacedProblem[]>()
  const told = services.filter(({ problems = [] }) => problems.length > 0)
  const changed = new Set<string>()
  const holders = new Map<string, readonly Owner[]>()
  if (told.length > 0)
    for (const step of steps) {
      for (const { uid } of step.owners) changed.add(`${uid} ${refKey(step)}`)
      for (const { key, owners } of step.parts ?? []) holders.set(`${refKey(step)} ${key}`, owners)
    }
  const isAnothers = ({ object, part = '' }: Place, { uid }: Owner): boolean =>
    holders.get(`${object} ${part}`)?.every((holder) => holder.uid !== uid) === true
  for (const { owner, problems = [] } of told)
    for (const problem of problems) {
      const { place } = problem
      const [map, key] =
        place !== undefined && changed.has(`${owner.uid} ${place.object}`) && !isAnothers(place, owner)
          ? [byObject, place.object]
          : [byOwner, owner.uid]
      const list = map.get(key)
      if (list === undefined) map.set(key, [problem])
      else list.push(problem)
    }
  return { byObject, byOwner }
}

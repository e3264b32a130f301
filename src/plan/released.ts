import type { Contribution } from './merge.ts'
import { leavesOf } from './leaves.ts'
import { refKey, type Owner, type Resource } from './resource.ts'

interface Released {
  readonly by: Owner
  readonly was: Resource
}

/** refKey -> who wanted it and wants it no more */
type AllReleased = ReadonlyMap<string, readonly Released[]>

export function releasedBy(contributions: readonly Contribution[]): AllReleased {
  const all = new Map<string, Released[]>()
  for (const { owner, released = [] } of contributions)
    for (const was of released) {
      const key = refKey(was)
      const list = all.get(key)
      if (list === undefined) all.set(key, [{ by: owner, was }])
      else list.push({ by: owner, was })
    }
  return all
}

/**
 * An object that others still want: what a Service that left it had named, and nobody names any more, returns to its
 * default (law 11). Whoever left owns that change too, so that it does not go before.
 */
export function withReleased(united: Resource, all: AllReleased): Resource {
  const released = all.size === 0 ? undefined : all.get(refKey(united))
  if (released === undefined || united.body === 'foreign') return united
  const named = leavesOf(united.spec)
  const paths = new Set(united.forgotten)
  const owners = new Map(united.owners.map((owner) => [owner.uid, owner]))
  for (const { by, was } of released)
    for (const path of leavesOf(was.spec).keys())
      if (!named.has(path)) {
        paths.add(path)
        owners.set(by.uid, by)
      }
  return paths.size === 0 ? united : { ...united, forgotten: [...paths], owners: [...owners.values()] }
}

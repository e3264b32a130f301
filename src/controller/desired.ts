import { leavesOf, refsIn } from '../plan/leaves.ts'
import { refKey, type Resource } from '../plan/resource.ts'
import { refsOf } from '../plan/stack-plan.ts'
import type { Form } from '../provider/form.ts'

type Kinds = Readonly<Record<string, Form>>

/**
 * What an earlier input serves traffic with and the new one does not have: it stays beside the new objects until those
 * serve (law 4), with everything that lives in it or that it points at.
 */
export function stillServing(
  before: readonly Resource[],
  now: readonly Resource[],
  kinds: Kinds,
): readonly Resource[] {
  const has = new Set(now.map(refKey))
  const byKey = new Map(before.map((resource) => [refKey(resource), resource]))
  const kept = new Map<string, Resource>()
  const joined = new Map<string, Resource>()
  const keep = (resource: Resource): void => {
    const key = refKey(resource)
    if (has.has(key)) joined.set(key, resource)
    if (kept.has(key) || has.has(key)) return
    kept.set(key, resource)
    for (const to of refsOf(resource)) {
      const other = byKey.get(refKey(to))
      if (other !== undefined) keep(other)
    }
    for (const other of before) if (other.within !== undefined && refKey(other.within) === key) keep(other)
  }
  for (const resource of before) {
    if (kinds[resource.kind]?.servesTraffic === true && !has.has(refKey(resource))) keep(resource)
  }
  if (kept.size === 0) return []
  // Parts of objects that both have (rules) stay with the old set; those that follow nodes are the new one's.
  const rules = [...joined.values()].filter(({ kind }) => kinds[kind]?.servesTraffic === false)
  const shared = new Set([...before.filter((resource) => resource.body === 'foreign'), ...rules])
  return [...kept.values(), ...[...shared].map((resource) => ({ ...resource, spec: {} }))]
}

/**
 * The live input's objects while `old` still serves: those that lead to some of it lead to it and to what replaces it,
 * where their kind can. Else they change at once.
 */
export function leadingToBoth(
  now: readonly Resource[],
  before: readonly Resource[],
  old: readonly Resource[],
  kinds: Kinds,
): readonly Resource[] {
  if (old.length === 0) return now
  const replaced = new Set(old.map(refKey))
  const was = new Map(before.map((resource) => [refKey(resource), resource]))
  const all = new Map([...before, ...now].map((resource) => [refKey(resource), resource]))
  return now.map((resource) => {
    const earlier = was.get(refKey(resource))
    if (earlier === undefined || !refsIn(earlier.spec).some((to) => replaced.has(refKey(to)))) return resource
    return kinds[resource.kind]?.meanwhile?.(resource, earlier, (to) => all.get(refKey(to))) ?? resource
  })
}

/** Two wishes of one owner as one: parts of the same object united. */
export function unite(now: readonly Resource[], old: readonly Resource[]): readonly Resource[] {
  const united = new Map(now.map((resource) => [refKey(resource), resource]))
  for (const resource of old) {
    const other = united.get(refKey(resource))
    if (other === undefined) united.set(refKey(resource), resource)
    else if (resource.parts !== undefined)
      united.set(refKey(resource), { ...other, parts: { ...resource.parts, ...other.parts } })
  }
  return [...united.values()]
}

/** Marks what the accepted input named and the live one does not, so that it returns to its default. */
export function withForgotten(now: readonly Resource[], before: readonly Resource[]): readonly Resource[] {
  const old = new Map(before.map((resource) => [refKey(resource), resource]))
  return now.map((resource) => {
    const was = old.get(refKey(resource))
    if (was === undefined || was === resource) return resource
    const named = leavesOf(resource.spec)
    const forgotten = [...leavesOf(was.spec).keys()].filter((path) => !named.has(path))
    return forgotten.length === 0 ? resource : { ...resource, forgotten }
  })
}

import { equal } from '../lib/json.ts'
import { refKey, type Resource } from '../plan/resource.ts'

/** Targets are shared arrays of many Services: the same object is the same without a look inside. */
export function sameResources(a: readonly Resource[], b: readonly Resource[]): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  return a.every((one, at) => {
    const other = b[at]
    if (other === undefined || refKey(one) !== refKey(other)) return false
    const { parts, ...rest } = one
    const { parts: otherParts, ...otherRest } = other
    return (parts === otherParts || equal(parts, otherParts)) && equal(rest, otherRest)
  })
}

import type { Problem } from '../model/problem.ts'
import type { Facts } from './blueprint.ts'

/** A fact as its provider typed it: what it is, or why nobody knows. */
export type Known<T> = { readonly value: T } | { readonly unknown: string } | { readonly problem: Problem }

/** The fact under a key, as the type that its provider wrote under it. `what` is said where nobody looked. */
export function factOf<T>(facts: Facts, key: string, what: string): Known<T> {
  const fact = facts.get(key)
  if (fact === undefined) return { unknown: what }
  return 'value' in fact ? { value: fact.value as T } : fact
}

export const valueOf = <T>(known: Known<T>): T | undefined => ('value' in known ? known.value : undefined)

import type { Parts } from '../../src/plan/resource.ts'

/** As many different sets as there are node pools, and some that were a moment ago. */
const mostSets = 32

interface Known {
  readonly keys: readonly string[]
  readonly parts: WeakRef<Parts>
}

let sets: readonly Known[] = []

const isSame = (keys: readonly string[], parts: Parts | undefined): parts is Parts =>
  parts !== undefined && keys.every((key) => key in parts)

function known(keys: readonly string[]): Parts | undefined {
  for (const set of sets) {
    if (set.keys.length !== keys.length) continue
    const parts = set.parts.deref()
    if (isSame(keys, parts)) return parts
  }
  return undefined
}

/**
 * The same targets as one object, wherever they come from: thousands of target groups then hold one set instead of
 * thousands, and two that are equal are so at a glance. For parts that their key tells in full.
 */
export function sharedSet(parts: Parts): Parts {
  return known(Object.keys(parts)) ?? leadingSet(parts)
}

/** A set that stands for its like from now on: one that says more of its parts than the cloud does. */
export function leadingSet(parts: Parts): Parts {
  const keys = Object.keys(parts)
  const others = sets.filter((set) => {
    const other = set.parts.deref()
    return other !== undefined && (set.keys.length !== keys.length || !isSame(keys, other))
  })
  sets = [{ keys, parts: new WeakRef(parts) }, ...others.slice(0, mostSets - 1)]
  return parts
}

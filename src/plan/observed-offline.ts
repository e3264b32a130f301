import type { Blueprint } from '../provider/blueprint.ts'
import { leavesOf, textsIn } from './leaves.ts'
import { refKey, type Identity, type Observed } from './resource.ts'

/** What a facts file says exists, in the ways that planning asks for it. */
interface ObservedOffline {
  readonly find: (to: Identity) => Observed | undefined
  readonly inStack: (stack: string) => readonly Observed[]
  /** Objects that hold this id in a field of refs. */
  readonly referrers: (id: string) => readonly Observed[]
}

/** What is described twice, by itself and within another object, is one object all the same. */
export function onceEach(observed: readonly Observed[]): readonly Observed[] {
  const found = new Map<string, Observed>()
  for (const item of observed) {
    const key = `${refKey(item)} ${item.id}`
    const other = found.get(key)
    if (other === undefined || (other.depth === 'listed' && item.depth === 'read')) found.set(key, item)
  }
  return found.size === observed.length ? observed : [...found.values()]
}

export function observedOffline(observed: readonly Observed[], kinds: Blueprint['kinds']): ObservedOffline {
  const found = new Map(observed.map((item) => [refKey(item), item]))
  const stacks = Map.groupBy(observed, ({ stack }) => stack)
  let byId: Map<string, Observed[]> | undefined
  return {
    find: (to) => (found.size === 0 ? undefined : found.get(refKey(to))),
    inStack: (stack) => stacks.get(stack) ?? [],
    referrers: (id) => (byId ??= referrersById(observed, kinds)).get(id) ?? [],
  }
}

function referrersById(observed: readonly Observed[], kinds: Blueprint['kinds']): Map<string, Observed[]> {
  const byId = new Map<string, Observed[]>()
  for (const item of observed) {
    const leaves = leavesOf(item.spec)
    const ids = (kinds[item.kind]?.refs ?? []).flatMap((path) => textsIn(leaves.get(path)))
    for (const id of new Set(ids)) {
      const list = byId.get(id)
      if (list === undefined) byId.set(id, [item])
      else list.push(item)
    }
  }
  return byId
}

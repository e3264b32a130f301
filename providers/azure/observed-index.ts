import type { Observed } from '../../src/plan/resource.ts'

/** What exists, in the ways that a wish asks for it. Thousands of Services ask the same list. */
export interface ObservedIndex {
  find(kind: string, key: string): Observed | undefined
  /** The same, but the letters of the key may be in another case: to Azure such names are one. */
  named(kind: string, key: string): Observed | undefined
  ofKind(kind: string): readonly Observed[]
}

const known = new WeakMap<readonly Observed[], ObservedIndex>()

export function indexOf(observed: readonly Observed[]): ObservedIndex {
  const found = known.get(observed)
  if (found !== undefined) return found
  const kinds = Map.groupBy(observed, ({ kind }) => kind)
  const byKey = new Map(observed.map((item) => [`${item.kind}/${item.key}`, item]))
  const index: ObservedIndex = {
    find: (kind, key) => byKey.get(`${kind}/${key}`),
    named: (kind, key) =>
      byKey.get(`${kind}/${key}`) ?? foldedOf(observed).get(`${kind}/${key}`.toLowerCase()),
    ofKind: (kind) => kinds.get(kind) ?? [],
  }
  known.set(observed, index)
  return index
}

/** What is computed of an object once, whoever asks. */
export function remembered<Of extends object, T>(compute: (of: Of) => T): (of: Of) => T {
  const values = new WeakMap<Of, { readonly value: T }>()
  return (of) => {
    const found = values.get(of)
    if (found !== undefined) return found.value
    const value = compute(of)
    values.set(of, { value })
    return value
  }
}

const foldedOf = remembered(
  (observed: readonly Observed[]) =>
    new Map(observed.map((item) => [`${item.kind}/${item.key}`.toLowerCase(), item])),
)

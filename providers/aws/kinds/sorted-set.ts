import { type Json, stableText } from '../../../src/lib/json.ts'

/** A set of ids, each once and in one order; some may still be refs. */
export function sortedSet(list: readonly Json[]): readonly Json[] {
  const byText = new Map(list.map((item) => [stableText(item), item]))
  return [...byText.keys()].toSorted().map((text) => byText.get(text) ?? null)
}

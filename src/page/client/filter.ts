import type { Row, ServiceState } from '../wire.ts'

/** Each word must be somewhere in it; an empty set of states means all. */
export function matches(row: Row, words: readonly string[], wanted: ReadonlySet<ServiceState>): boolean {
  if (wanted.size > 0 && !wanted.has(row.state)) return false
  if (words.length === 0) return true
  const text = `${row.key} ${row.type} ${row.state} ${row.address} ${row.ports} ${row.note}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

export const wordsOf = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')

/** By namespace, then by name, numbers by their size: a Service stays in its place whatever happens to it. */
export const inOrder = (a: Row, b: Row): number =>
  order.compare(a.key.replace('/', ' '), b.key.replace('/', ' '))
const order = new Intl.Collator('en', { numeric: true })

export function countStates(rows: Iterable<Row>): Readonly<Record<ServiceState, number>> {
  const counts = { ready: 0, pending: 0, problem: 0, leaving: 0, inner: 0 }
  for (const { state } of rows) counts[state]++
  return counts
}

/** The first and the end of the rows that are worth drawing. */
export function visibleRange(
  scrolled: number,
  room: number,
  rowHeight: number,
  count: number,
): { readonly first: number; readonly end: number } {
  const spare = 6
  const first = Math.max(0, Math.floor(scrolled / rowHeight) - spare)
  return { first, end: Math.min(count, Math.ceil((scrolled + room) / rowHeight) + spare) }
}

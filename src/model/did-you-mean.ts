/**
 * Damerau-Levenshtein distance (insert, drop, replace, swap of neighbours), or `max + 1` as soon as it is known to be
 * larger than `max`. Equal ends are cut off first: keys share long prefixes.
 */
export function distance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let endA = a.length
  let endB = b.length
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  return distanceOfCores(a.slice(start, endA), b.slice(start, endB), max)
}

function distanceOfCores(a: string, b: string, max: number): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    let least = row
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, at(before, column - 2) + 1)
      current.push(cost)
      least = Math.min(least, cost)
    }
    if (least > max) return max + 1
    before = above
    above = current
  }
  return Math.min(at(above, b.length), max + 1)
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity

/** The candidate nearest to `text` within `max`; the first one where several are equally near. */
export function nearest(text: string, candidates: Iterable<string>, max: number): string | undefined {
  let found: string | undefined
  let bound = max
  for (const candidate of candidates) {
    const far = distance(text, candidate, bound)
    if (far > bound || (found !== undefined && far === bound)) continue
    found = candidate
    bound = far
    if (bound === 0) break
  }
  return found
}

/** The nearest of a few short words, case set aside: for values of an enumeration. */
export function nearestWord(text: string, words: readonly string[]): string | undefined {
  const lower = new Map(words.map((word) => [word.toLowerCase(), word]))
  const found = nearest(text.toLowerCase(), lower.keys(), Math.max(1, Math.floor(text.length / 3)))
  return found === undefined ? undefined : lower.get(found)
}

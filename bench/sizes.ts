/** What a value takes on the heap of V8, about: pointers are 8 bytes. */
function ownBytes(value: object | string): number {
  if (typeof value === 'string') return 16 + Math.ceil(value.length / 8) * 8
  if (Array.isArray(value)) return 32 + value.length * 8
  return 24 + Object.keys(value).length * 8
}

/** MB by name; what several rows hold counts with the first. */
export function sizes(
  rows: Readonly<Record<string, Iterable<unknown>>>,
): readonly (readonly [string, number])[] {
  const seen = new Set<unknown>()
  const walk = (roots: Iterable<unknown>): number => {
    let bytes = 0
    const open: unknown[] = [...roots]
    while (open.length > 0) {
      const value = open.pop()
      if (value === null || (typeof value !== 'object' && typeof value !== 'string') || seen.has(value))
        continue
      seen.add(value)
      bytes += ownBytes(value)
      if (typeof value === 'object') open.push(...Object.values(value))
    }
    return bytes
  }
  return Object.entries(rows).map(([name, roots]) => [name, walk(roots) / 2 ** 20])
}

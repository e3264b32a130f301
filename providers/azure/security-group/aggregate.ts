import { parseCidr, type Cidr } from '../../../src/lib/ip.ts'

/**
 * The fewest ranges that let in the same addresses: a range within another goes, two halves become one. A rule's name
 * is made of its sources, so equal sets have to come out equal. Sorted as text, as the name needs them.
 */
export function aggregated(ranges: readonly string[]): readonly string[] {
  const parsed = ranges.flatMap((text) => {
    const range = parseCidr(text)
    return range.ok ? [range.value] : []
  })
  const kept: Cidr[] = []
  for (const range of parsed.toSorted(byAddress)) add(kept, range)
  return kept.map(({ text }) => text).toSorted()
}

/** A range comes after every range that it lies in. */
function byAddress(a: Cidr, b: Cidr): number {
  for (const [at, byte] of a.bytes.entries()) {
    const difference = byte - (b.bytes[at] ?? 0)
    if (difference !== 0) return difference
  }
  return a.prefix - b.prefix
}

function add(kept: Cidr[], range: Cidr): void {
  const last = kept.at(-1)
  if (last === undefined || last.family !== range.family) {
    kept.push(range)
    return
  }
  if (startsWith(range, last)) return
  const whole = wider(last)
  if (last.prefix !== range.prefix || whole === undefined || !startsWith(range, whole)) {
    kept.push(range)
    return
  }
  kept.pop()
  add(kept, whole)
}

/** The range that is twice as large, where this one is its lower half. */
function wider({ bytes, prefix }: Cidr): Cidr | undefined {
  if (prefix === 0) return undefined
  const at = prefix - 1
  if (((bytes[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0) return undefined
  const text = bytes.length === 4 ? bytes.join('.') : groupsOf(bytes)
  const parsed = parseCidr(`${text}/${at}`)
  return parsed.ok ? parsed.value : undefined
}

const groupsOf = (bytes: readonly number[]): string =>
  Array.from({ length: bytes.length / 2 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  ).join(':')

function startsWith({ bytes }: Cidr, { bytes: of, prefix }: Cidr): boolean {
  const full = prefix >> 3
  for (let at = 0; at < full; at++) if (bytes[at] !== of[at]) return false
  const rest = 0xff & (0xff << (8 - (prefix & 7)))
  return (prefix & 7) === 0 || ((bytes[full] ?? 0) & rest) === ((of[full] ?? 0) & rest)
}

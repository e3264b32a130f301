/** Chance with a seed: the same number brings the same Service back. */
export interface Random {
  /** From 0 up to, not including, `below`. */
  int(below: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
  pick<T>(items: readonly T[]): T | undefined
  some<T>(items: readonly T[], count: number): readonly T[]
  shuffled<T>(items: readonly T[]): readonly T[]
}

export function createRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) >>> 0
  // Mulberry32: small, fast, good enough to draw examples.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (below: number): number => Math.floor(next() * below)
  const shuffled = <T>(items: readonly T[]): readonly T[] => {
    const copy = [...items]
    for (let at = copy.length - 1; at > 0; at--) {
      const other = int(at + 1)
      ;[copy[at], copy[other]] = [copy[other] as T, copy[at] as T]
    }
    return copy
  }
  return {
    int,
    chance: (probability) => next() < probability,
    pick: <T>(items: readonly T[]) => items[int(items.length)] as T,
    some: (items, count) => shuffled(items).slice(0, count),
    shuffled,
  }
}

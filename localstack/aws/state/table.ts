import type { Clock } from '../../../src/lib/clock.ts'

/** How far back a table can be read. Older versions are dropped as newer ones arrive. */
const horizonMs = 600_000

interface Version<T> {
  readonly at: number
  readonly value: T | undefined
}

/** Records by id, readable as they are and as they were. Records are replaced, never changed in place. */
export interface Table<T> {
  get(id: string): T | undefined
  put(id: string, value: T, at?: number): void
  remove(id: string): void
  list(asOf?: number): T[]
}

export function createTable<T>(clock: Clock): Table<T> {
  const live = new Map<string, T>()
  const past = new Map<string, Version<T>[]>()

  function remember(id: string, value: T | undefined, at: number): void {
    const versions = past.get(id) ?? []
    const old = versions.findLastIndex((version) => version.at <= at - horizonMs)
    past.set(id, [...versions.slice(Math.max(0, old)), { at, value }])
  }

  return {
    get: (id) => live.get(id),
    put(id, value, at = clock.now()) {
      live.set(id, value)
      remember(id, value, at)
    },
    remove(id) {
      if (live.delete(id)) remember(id, undefined, clock.now())
    },
    list(asOf) {
      if (asOf === undefined || asOf >= clock.now()) return [...live.values()]
      return [...past.values()].flatMap((versions) => {
        const value = versions.findLast((version) => version.at <= asOf)?.value
        return value === undefined ? [] : [value]
      })
    },
  }
}

import type { AwsFault } from './fault.ts'

export interface Page<T> {
  readonly items: T[]
  readonly next?: string
}

interface Place {
  readonly index: number
  readonly key: string
}

/**
 * One page of a list. The marker names the last item given, so an object made or deleted between two pages neither
 * repeats nor hides another one; the index is for the case that the named one itself is gone.
 */
export function pageOf<T>(
  items: readonly T[],
  size: number,
  marker: string | undefined,
  keyOf: (item: T) => string,
  refuse: () => AwsFault,
): Page<T> {
  const start = marker === undefined ? 0 : startOf(items, readMarker(marker, refuse), keyOf)
  const shown = items.slice(start, start + size)
  const last = shown.at(-1)
  if (last === undefined || start + size >= items.length) return { items: shown }
  return { items: shown, next: writeMarker({ index: start + size, key: keyOf(last) }) }
}

function startOf<T>(items: readonly T[], place: Place, keyOf: (item: T) => string): number {
  const found = items.findIndex((item) => keyOf(item) === place.key)
  return found === -1 ? place.index : found + 1
}

const writeMarker = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url')

function readMarker(marker: string, refuse: () => AwsFault): Place {
  try {
    return JSON.parse(Buffer.from(marker, 'base64url').toString()) as Place
  } catch {
    throw refuse()
  }
}

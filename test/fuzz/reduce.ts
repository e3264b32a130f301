/** The smallest value that still fails: fields and items are left out one by one for as long as that changes nothing. */
export function reduced<T>(value: T, fails: (candidate: T) => boolean): T {
  let smallest = value
  for (let round = 0; round < 20; round++) {
    const smaller = withoutOne(smallest).find((candidate) => fails(candidate))
    if (smaller === undefined) return smallest
    smallest = smaller
  }
  return smallest
}

/** The value with each of its fields and items left out, at any depth; the outermost first. */
function withoutOne<T>(value: T): readonly T[] {
  if (typeof value !== 'object' || value === null) return []
  const keys = Object.keys(value)
  const shorter = keys.map((key) => omit(value, key))
  const inner = keys.flatMap((key) =>
    withoutOne((value as Record<string, unknown>)[key]).map((item) => replace(value, key, item)),
  )
  return [...shorter, ...inner]
}

function omit<T extends object>(value: T, key: string): T {
  if (Array.isArray(value)) return value.filter((_, at) => String(at) !== key) as unknown as T
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) as T
}

const replace = <T extends object>(value: T, key: string, item: unknown): T =>
  (Array.isArray(value)
    ? value.map((old: unknown, at) => (String(at) === key ? item : old))
    : { ...value, [key]: item }) as T

import { isObject, stableText } from '../../../src/lib/json.ts'

const text = (value: unknown): string => (value === undefined ? 'nothing' : stableText(value))

/** What differs, by path; lists of texts are sets. An absent field is as good as null or empty. */
export function differences(expected: unknown, actual: unknown, path = ''): readonly string[] {
  if (isEmpty(expected) && isEmpty(actual)) return []
  if (isObject(expected) && isObject(actual))
    return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) =>
      differences(expected[key], actual[key], path === '' ? key : `${path}.${key}`),
    )
  const [a, b] = [asSet(expected), asSet(actual)]
  if (
    Array.isArray(a) &&
    Array.isArray(b) &&
    a.length === b.length &&
    a.some((item) => typeof item === 'object')
  )
    return a.flatMap((item, at) => differences(item, b[at], `${path}[${at}]`))
  return text(a) === text(b) ? [] : [`${path}: expected ${text(expected)}, got ${text(actual)}`]
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0)

const asSet = (value: unknown): unknown =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? value.toSorted() : value

/** The same list by name, so that order does not count. */
export const byName = (list: readonly unknown[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(list.map((item, at) => [nameOf(item) ?? `${at}`, item]))

const nameOf = (item: unknown): string | undefined =>
  isObject(item) && typeof item['name'] === 'string' ? item['name'] : undefined

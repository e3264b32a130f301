import { equal, isObject } from '../../../src/lib/json.ts'

/** Names of objects are symbols: both sides have one, and what it is stands in naming.json. */
const withoutName = (value: unknown): unknown =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'name' && key !== 'tags'))
    : value

const sets = new Set(['allowed_cidrs', 'sni_container_refs'])

function flat(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (isObject(value))
    for (const [key, inner] of Object.entries(value)) flat(inner, path === '' ? key : `${path}.${key}`, into)
  else if (Array.isArray(value) && sets.has(path)) into.set(path, value.map(String).toSorted())
  else into.set(path, value)
  return into
}

/** What differs, field by field. An absent field and one that is null say the same. */
export function fieldsApart(ours: unknown, theirs: unknown): readonly string[] {
  const [mine, wanted] = [flat(withoutName(ours)), flat(withoutName(theirs))]
  return [...new Set([...mine.keys(), ...wanted.keys()])].flatMap((path) => {
    const [a, b] = [mine.get(path) ?? null, wanted.get(path) ?? null]
    return equal(a, b)
      ? []
      : [`${path === '' ? 'value' : path}: ours ${JSON.stringify(a)}, wanted ${JSON.stringify(b)}`]
  })
}

/** One value against the only one that is expected, whatever the peer's test calls it. */
export function valueApart(ours: unknown, expected: unknown): readonly string[] {
  const theirs = onlyValue(expected)
  return equal(ours ?? '', theirs ?? '')
    ? []
    : [`ours ${JSON.stringify(ours)}, wanted ${JSON.stringify(theirs)}`]
}

function onlyValue(expected: unknown): unknown {
  if (!isObject(expected)) return expected
  const [only] = Object.values(expected)
  return isObject(only) ? onlyValue(only) : only
}

/** Whether an error is wanted: `{"error": ...}` in any form. */
export const wantsError = (expected: unknown): boolean =>
  isObject(expected) &&
  expected['error'] !== undefined &&
  expected['error'] !== null &&
  expected['error'] !== false

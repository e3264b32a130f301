import { equal, stableText } from '../../../src/lib/json.ts'
import type { Problem } from '../../../src/model/problem.ts'

/** Untyped data of a case. */
export type Fields = Readonly<Record<string, unknown>>

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

export const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value : []).map(fieldsOf)

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A text, or a number as one. */
export const wordOf = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : textOf(value)

/** The first of these keys that a case has: the tests name their wish variously. */
export const firstOf = (fields: Fields, ...keys: readonly string[]): unknown =>
  keys.map((key) => fields[key]).find((value) => value !== undefined)

/** Whether the peer's test wants an error: said by text, by mark or by flag. */
export function wantsError(expected: unknown): boolean {
  const fields = fieldsOf(expected)
  const said = firstOf(fields, 'wantErr', 'wantError', 'expectError', 'expectedError', 'error', 'err')
  return said !== undefined && said !== null && said !== false && said !== ''
}

/** What ours says against what the peer wants: an error, or a value. */
export interface Ours {
  readonly problems: readonly Problem[]
  readonly value?: unknown
}

export function verdict(expected: unknown, { problems, value }: Ours, want: unknown): readonly string[] {
  const errors = problems.filter((one) => one.severity === 'error')
  if (wantsError(expected))
    return errors.length > 0 ? [] : [`an error is wanted, ours is ${stableText(value)}`]
  if (errors.length > 0)
    return errors.map(({ code, path, message }) => `refused by us: ${code} ${path}: ${message}`)
  return differences('', want ?? undefined, value)
}

const blank = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.values(value).every(blank))

/** Field by field; an absent key is the zero value. */
export function differences(at: string, want: unknown, ours: unknown): readonly string[] {
  if ((blank(want) && blank(ours)) || equal(want, ours)) return []
  if (Array.isArray(want) && Array.isArray(ours) && want.length === ours.length)
    return want.flatMap((one, index) => differences(`${at}[${index}]`, one, ours[index]))
  if (isFields(want) && isFields(ours))
    return [...new Set([...Object.keys(want), ...Object.keys(ours)])].flatMap((key) =>
      differences(at === '' ? key : `${at}.${key}`, want[key], ours[key]),
    )
  return [`${at === '' ? 'value' : at}: wanted ${stableText(want)}, ours ${stableText(ours)}`]
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** In an order of their own, for lists that are sets. */
export const sorted = (list: readonly unknown[]): readonly unknown[] =>
  list.toSorted((a, b) => (stableText(a) < stableText(b) ? -1 : 1))

import { fail, ok, type Result } from '../lib/result.ts'
import type { Rejection, ValueType } from './annotations.ts'
import { nearest } from './did-you-mean.ts'

export type TextMap = Readonly<Record<string, string>>

const code = 'LB_ANNOTATION_MAP'

/**
 * `key=value` pairs between commas. A comma ends a pair only if an `=` stands anywhere after it, so the last value may
 * hold commas (`codes=200,302`); the first `=` of a pair divides it; a backslash makes the next character plain text.
 */
function splitPairs(
  text: string,
  { commaInValue = true, keyAlone = false }: Pick<MapOptions, 'commaInValue' | 'keyAlone'>,
): Result<TextMap, Rejection> {
  const pairs = new Map<string, string>()
  for (const pair of cut(letters(text), commaInValue)) {
    const divider = keyAlone && !pair.includes('=') ? pair.length : pair.indexOf('=')
    if (divider < 0)
      return bad(
        `${quote(word(pair))} has no "="`,
        'write key=value; a comma inside a value is written "\\,"',
      )
    const key = word(pair.slice(0, divider))
    if (key === '') return bad(`${quote(word(pair))} has no key before its "="`, 'write key=value')
    if (pairs.has(key)) return bad(`the key ${quote(key)} is given twice`, 'keep one of the two')
    pairs.set(key, word(pair.slice(divider + 1)))
  }
  return ok(Object.fromEntries(pairs))
}

export interface MapOptions {
  readonly accepts: string
  /** Types of the keys that are known; other keys pass, unless they look like a misspelt known one. */
  readonly known?: Readonly<Record<string, ValueType<unknown>>>
  /** Why a pair cannot be, or undefined. */
  readonly check?: (key: string, value: string) => string | undefined
  readonly maxPairs?: number
  /** Whether the last value may hold commas; where none does, a pair without `=` is a slip. Default true. */
  readonly commaInValue?: boolean
  /** Whether a key without `=` is one with an empty value. Default false. */
  readonly keyAlone?: boolean
}

export function map({
  accepts,
  known = {},
  check,
  maxPairs = Infinity,
  ...form
}: MapOptions): ValueType<TextMap> {
  const types = new Map(Object.entries(known))
  return {
    name: 'map',
    accepts,
    parse(text) {
      const pairs = splitPairs(text, form)
      if (!pairs.ok) return pairs
      const entries = Object.entries(pairs.value)
      if (entries.length > maxPairs) return bad(`${entries.length} pairs are given, ${maxPairs} is the most`)
      for (const [key, value] of entries) {
        const refusal = refuseKnown(types, key, value) ?? refuse(check?.(key, value))
        if (refusal !== undefined) return fail(refusal)
      }
      return pairs
    },
  }
}

function refuseKnown(
  types: ReadonlyMap<string, ValueType<unknown>>,
  key: string,
  value: string,
): Rejection | undefined {
  const type = types.get(key)
  if (type === undefined) {
    const near = nearest(key, types.keys(), 2)
    return near === undefined
      ? undefined
      : { ...refuse(`${quote(key)} is no key of this map`), hint: `did you mean "${near}"?` }
  }
  const parsed = type.parse(value)
  if (parsed.ok) return undefined
  return {
    accepted: `${key}: ${type.accepts}`,
    ...parsed.error,
    code,
    message: `${key}: ${parsed.error.message}`,
  }
}

function refuse(message: string): Rejection
function refuse(message: string | undefined): Rejection | undefined
function refuse(message: string | undefined): Rejection | undefined {
  return message === undefined ? undefined : { code, message }
}

const bad = (message: string, hint?: string) =>
  fail({ code, message, ...(hint === undefined ? {} : { hint }) })
const quote = (text: string): string => JSON.stringify(text)

/** Characters, with those that a backslash made plain as two: so no plain comma, `=` or blank equals the bare one. */
function letters(text: string): string[] {
  return text.match(/\\[^]|[^]/g) ?? []
}

const isBlank = (letter: string | undefined): boolean => letter !== undefined && /^\s$/.test(letter)

function word(part: readonly string[]): string {
  let start = 0
  let end = part.length
  while (start < end && isBlank(part[start])) start++
  while (end > start && isBlank(part[end - 1])) end--
  return part
    .slice(start, end)
    .map((letter) => (letter.length > 1 ? letter.slice(1) : letter))
    .join('')
}

/** Cut at every comma that an `=` follows, or at every one; what is only blank is no pair, and commas at the very end divide nothing. */
function cut(given: readonly string[], commaInValue: boolean): string[][] {
  const all = given.slice(0, given.findLastIndex((letter) => letter !== ',' && !isBlank(letter)) + 1)
  const lastDivider = commaInValue ? all.lastIndexOf('=') : all.length
  const pairs: string[][] = [[]]
  for (const [at, letter] of all.entries()) {
    if (letter === ',' && at < lastDivider) pairs.push([])
    else pairs.at(-1)?.push(letter)
  }
  return pairs.filter((pair) => !pair.every(isBlank))
}

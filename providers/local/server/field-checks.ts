import { parseAddress, parseCidr } from '../../../src/lib/ip.ts'
import { isObject } from '../../../src/lib/json.ts'
import { schedulerNames } from '../../../src/relay/frontend.ts'
import { LocalRefusal } from '../api.ts'

/** What is wrong with a value, as the end of a sentence that begins with its field. */
export type Check = (value: unknown) => string | undefined

/** A field that must be there, or may. */
export interface Field {
  readonly check: Check
  readonly needed?: true
}

export type Fields = Readonly<Record<string, Field>>

/** Throws `LocalRefusal` for the first field that is wrong, missing or unknown. */
export function checkFields(value: unknown, fields: Fields): void {
  if (!isObject(value)) throw new LocalRefusal('invalid', 'the wish must be an object')
  for (const [name, { check, needed }] of Object.entries(fields)) {
    const given = value[name]
    if (given === undefined && needed !== true) continue
    const trouble = given === undefined ? 'is missing' : check(given)
    if (trouble !== undefined) throw new LocalRefusal('invalid', `${name} ${trouble}`, name)
  }
  for (const name of Object.keys(value))
    if (value[name] !== undefined && !Object.hasOwn(fields, name))
      throw new LocalRefusal(
        'invalid',
        `${name} is no field; accepted: ${Object.keys(fields).join(', ')}`,
        name,
      )
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'undefined'

export const text: Check = (value) =>
  typeof value === 'string' && value !== '' ? undefined : `is ${show(value)}, not a text`

export const anyOf =
  (accepted: readonly string[]): Check =>
  (value) =>
    accepted.some((each) => each === value)
      ? undefined
      : `is ${show(value)}; accepted: ${accepted.join(', ')}`

export const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `is ${show(value)}, not a whole number from ${least} to ${most}`

export const port = whole(1, 65_535)

export const address: Check = (value) => {
  if (typeof value !== 'string') return `is ${show(value)}, not an IP address`
  const parsed = parseAddress(value)
  if (!parsed.ok) return `is wrong: ${parsed.error.message}`
  return parsed.value.text === value ? undefined : `is ${show(value)}; write ${parsed.value.text}`
}

export const range: Check = (value) => {
  if (typeof value !== 'string') return `is ${show(value)}, not a range`
  const parsed = parseCidr(value)
  if (!parsed.ok) return `is wrong: ${parsed.error.message}`
  return parsed.value.text === value ? undefined : `is ${show(value)}; write ${parsed.value.text}`
}

export const listOf =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return `is ${show(value)}, not a list`
    for (const [at, item] of value.entries()) {
      const trouble = check(item)
      if (trouble !== undefined) return `[${at}] ${trouble}`
    }
    return undefined
  }

export const objectOf =
  (fields: Fields): Check =>
  (value) => {
    try {
      checkFields(value, fields)
      return undefined
    } catch (error) {
      if (!(error instanceof LocalRefusal)) throw error
      return `is wrong: ${error.message}`
    }
  }

export const tags: Check = (value) =>
  isObject(value) && Object.values(value).every((each) => typeof each === 'string')
    ? undefined
    : `is ${show(value)}, not an object of texts`

export const scheduler = anyOf(schedulerNames)

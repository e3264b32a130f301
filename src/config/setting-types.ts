import * as v from 'valibot'
import { parseAddress } from '../lib/ip.ts'

/** One setting: the same row reads it from the file, the environment and the flag, and writes the help. */
export interface SettingSpec<T> {
  readonly schema: v.GenericSchema<unknown, T>
  readonly accepts: string
  readonly doc: string
  /** As it would be written, or in words. */
  readonly default: string
  /** The value when nothing is given, where `default` is words. */
  readonly absent?: T
  /** What a flag's value is called in help. A switch has none. */
  readonly argument?: string
  /** The words of a choice. */
  readonly options?: readonly string[]
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `90s`, `10m`, `1h30m` -> milliseconds. */
export function durationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|s|m|h))+$/.test(text)) return undefined
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|s|m|h)/g))
    total += Number(count) * (units[unit ?? ''] ?? 0)
  return total
}

const string = (accepts: string, pattern: RegExp) => v.pipe(v.string(accepts), v.regex(pattern, accepts))

export const name = (doc: string, fallback: string, argument = 'NAME'): SettingSpec<string> => {
  const accepts = 'a name: small letters, digits, "-" and "."'
  return {
    schema: string(accepts, /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/),
    accepts,
    doc,
    default: fallback,
    argument,
  }
}

export const words = (
  doc: string,
  fallback: string,
  argument: string,
  accepts = 'a text',
  pattern = /\S/,
): SettingSpec<string> => ({
  schema: string(accepts, pattern),
  accepts,
  doc,
  default: fallback,
  argument,
})

export const choice = <const T extends string>(
  options: readonly T[],
  doc: string,
  fallback: T,
): SettingSpec<T> => {
  const accepts = options.join(' or ')
  return {
    schema: v.picklist(options, accepts),
    accepts,
    doc,
    default: fallback,
    argument: options.join('|'),
    options,
  }
}

export const duration = (
  doc: string,
  fallback: string,
  minMs: number,
  minText: string,
): SettingSpec<number> => {
  const accepts = `a duration such as ${fallback}, at least ${minText}`
  return {
    schema: v.pipe(
      v.string(accepts),
      v.check((text) => (durationMs(text) ?? -1) >= minMs, accepts),
      v.transform((text) => durationMs(text) ?? 0),
    ),
    accepts,
    doc,
    default: fallback,
    argument: 'DURATION',
  }
}

export const integer = (doc: string, fallback: number, min: number, max: number): SettingSpec<number> => {
  const accepts = `a whole number from ${min} to ${max}`
  return {
    schema: v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))], accepts),
      v.integer(accepts),
      v.minValue(min, accepts),
      v.maxValue(max, accepts),
    ),
    accepts,
    doc,
    default: String(fallback),
    argument: 'N',
  }
}

export const toggle = (doc: string): SettingSpec<boolean> => ({
  schema: v.pipe(
    v.union([v.boolean(), v.picklist(['true', 'false'])], 'true or false'),
    v.transform((value) => value === true || value === 'true'),
  ),
  accepts: 'true or false',
  doc,
  default: 'false',
})

/** `off`: also the word that serves nothing. */
export const bind = (doc: string, fallback: string, off?: string): SettingSpec<string> => {
  const accepts = `host:port or :port${off === undefined ? '' : `, or ${off}`}; a port is at most ${lastPort}`
  return {
    schema: v.pipe(
      v.string(accepts),
      v.check((text) => text === off || isBind(text), accepts),
    ),
    accepts,
    doc,
    default: fallback,
    argument: 'ADDRESS',
  }
}

const lastPort = 65_535

function isBind(text: string): boolean {
  const [, six, host = '', port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]*)):(\d{1,5})$/.exec(text) ?? []
  if (Number(port ?? Infinity) > lastPort) return false
  // What looks like an address and is none would be asked of the DNS, and waited for.
  const address = six ?? (/^[\d.]+$/.test(host) ? host : undefined)
  return address === undefined || parseAddress(address).ok
}

/** A list in the file, texts with commas between them elsewhere. */
export const list = (doc: string, fallback: string, argument: string): SettingSpec<readonly string[]> => {
  const accepts = 'a list of texts; as a flag or variable, with commas between them'
  return {
    schema: v.union([v.array(v.string()), v.pipe(v.string(), v.transform(splitList))], accepts),
    accepts,
    doc,
    default: fallback,
    absent: [],
    argument,
  }
}

/** A list whose every item `isItem` accepts. */
export const listOf = (
  doc: string,
  fallback: string,
  argument: string,
  accepts: string,
  isItem: (item: string) => boolean,
): SettingSpec<readonly string[]> => {
  const { schema, ...rest } = list(doc, fallback, argument)
  return {
    ...rest,
    schema: v.pipe(
      schema,
      v.check((items) => items.length > 0 && items.every(isItem), accepts),
    ),
    accepts,
  }
}

/** A map in the file, `key=value` with commas between them elsewhere. */
export const map = (
  doc: string,
  fallback: string,
  argument: string,
): SettingSpec<Readonly<Record<string, string>>> => {
  const accepts = 'a map of texts; as a flag or variable, key=value with commas between them'
  return {
    schema: v.union(
      [
        v.record(v.string(), v.string()),
        v.pipe(
          v.string(),
          v.check((text) => splitList(text).every((item) => /^[^=]+=/.test(item)), accepts),
          v.transform((text) => Object.fromEntries(splitList(text).map(splitPair))),
        ),
      ],
      accepts,
    ),
    accepts,
    doc,
    default: fallback,
    absent: {},
    argument,
  }
}

const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

const splitPair = (item: string): [string, string] => {
  const at = item.indexOf('=')
  return [item.slice(0, at), item.slice(at + 1)]
}

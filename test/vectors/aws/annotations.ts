/** The peer's annotation parser against our reader and value types. */
import { ok } from '../../../src/lib/result.ts'
import { readAnnotations } from '../../../src/model/annotation-reader.ts'
import type { AnnotationTable, ValueType } from '../../../src/model/annotations.ts'
import { boolean } from '../../../src/model/value-boolean.ts'
import { integer } from '../../../src/model/value-integer.ts'
import { list } from '../../../src/model/value-list.ts'
import { map } from '../../../src/model/value-map.ts'
import { text } from '../../../src/model/value-text.ts'
import type { Compare, Vector } from '../vector.ts'
import { fieldsOf, listOf, textOf, verdict } from './shapes.ts'

const anyText = text({ accepts: 'any text' })

/** A JSON value of no form of its own: its keys as Go reads them, whatever their case. */
const json: ValueType<unknown> = {
  name: 'JSON',
  accepts: 'JSON',
  parse(raw) {
    try {
      return ok(lowered(JSON.parse(raw)))
    } catch (error) {
      return { ok: false, error: { message: String(error) } }
    }
  },
}

const lowered = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key.toLowerCase(), one]))
    : value

const types: Readonly<Record<string, ValueType<unknown>>> = {
  String: anyText,
  Int64: integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  Int32: integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  Bool: boolean,
  StringSlice: list(anyText),
  StringMap: map({ accepts: 'key=value pairs between commas' }),
  JSON: json,
}

/** The keys that the options allow, in the order in which the peer looks. */
function keysOf({ prefix, suffix, opts }: ReturnType<typeof fieldsOf>): readonly string[] {
  const options = listOf(opts)
  const exact = options.some((one) => one['$option'] === 'WithExact')
  const others = options
    .filter((one) => one['$option'] === 'WithAlternativePrefixes')
    .flatMap((one) => one['args'] as readonly string[])
  return [
    ...(exact ? [textOf(suffix)] : []),
    ...[textOf(prefix), ...others].map((start) => `${start}/${textOf(suffix)}`),
  ]
}

function compareParsed(one: Vector): readonly string[] {
  const name = /_Parse(\w+?)Annotation/i.exec(one.source.test)?.[1] ?? 'String'
  const type = Object.entries(types).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? anyText
  const given = (one.context['annotations'] ?? {}) as Readonly<Record<string, string>>
  const key = keysOf(one.context).find((candidate) => candidate in given)
  const table: AnnotationTable =
    key === undefined
      ? {}
      : {
          row: { key, type, verdict: { is: 'implemented' }, doc: '', default: '', example: '' },
        }
  const only = key === undefined ? {} : { [key]: given[key] ?? '' }
  const { settings, problems } = readAnnotations(table, only, 'aws')
  const expected = fieldsOf(one.expected)
  const differs = verdict(one.expected, { problems, value: settings['row']?.value }, expected['wantValue'])
  const found = settings['row'] !== undefined || problems.length > 0
  return expected['wantExist'] === true && !found ? [...differs, 'ours finds no annotation'] : differs
}

export const annotations: Readonly<Record<string, Compare>> = { Annotation: compareParsed }

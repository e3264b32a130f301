/**
 * Who may connect, taken from one input into another. While a load balancer that was replaced still stands, it lets in
 * nobody whom the live input keeps out: what restricts goes in with or before what it restricts (law 5).
 */
import { equal } from '../lib/json.ts'
import { parseCidr } from '../lib/ip.ts'
import type { AnnotationTable } from '../model/annotations.ts'
import { sourceRangeKeys } from '../model/shared-annotations.ts'
import type { Input } from './accepted.ts'

const field = 'loadBalancerSourceRanges'

/** Keys that say who may connect: a blank value is no wish for everybody there. */
const accessKeys = (table: AnnotationTable): readonly string[] => [
  ...sourceRangeKeys,
  ...Object.values(table).flatMap((row) => (row.blank === 'refused' ? [row.key] : [])),
]

const without = <T>(fields: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)))

const only = <T>(fields: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => keys.includes(key)))

export function sameAccess(a: Input, b: Input, table: AnnotationTable): boolean {
  const keys = accessKeys(table)
  const of = (input: Input) => [only(input.spec, [field]), only(input.annotations, keys)]
  return equal(of(a), of(b))
}

/**
 * `input` with those who may connect to `live`, in the order in which they are to be tried: everybody, then those of
 * one family, for what is to be replaced may not have the other.
 */
export function confined(input: Input, live: Input, table: AnnotationTable): readonly Input[] {
  const keys = accessKeys(table)
  const bare = { ...input, spec: without(input.spec, [field]), annotations: without(input.annotations, keys) }
  const whole: Input = {
    ...bare,
    spec: { ...bare.spec, ...only(live.spec, [field]) },
    annotations: { ...bare.annotations, ...only(live.annotations, keys) },
  }
  const others = without(only(live.annotations, keys), sourceRangeKeys)
  const families = (['IPv4', 'IPv6'] as const).flatMap((family): Input[] => {
    const ranges = rangesOf(live).filter((range) => {
      const parsed = parseCidr(range)
      return parsed.ok && parsed.value.family === family
    })
    if (ranges.length === 0) return []
    return [
      { ...bare, spec: { ...bare.spec, [field]: ranges }, annotations: { ...bare.annotations, ...others } },
    ]
  })
  return [whole, ...families]
}

/** The field outranks annotations, as everywhere. */
function rangesOf({ spec, annotations }: Input): readonly string[] {
  const list = spec[field]
  if (Array.isArray(list) && list.length > 0) return list.map(String)
  const text = sourceRangeKeys.map((key) => annotations[key]).find((value) => value !== undefined)
  return (text ?? '').split(',').map((range) => range.trim())
}

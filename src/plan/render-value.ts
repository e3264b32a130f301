import { isObject, type Json, type JsonObject } from '../lib/json.ts'

/** `target-group` and `80/TCP` as people say it. */
export const titleOf = (object: { readonly kind: string; readonly key: string }): string =>
  `${object.kind.replaceAll('-', ' ')} ${object.key}`

const isRef = (value: Json): value is { $ref: { kind: string; key: string } } =>
  isObject(value) && isObject(value.$ref) && typeof value.$ref.kind === 'string'

/** What stands in a cell: a ref by the name of its object, what nobody can know yet by the reason. */
export function valueText(value: Json): string {
  if (typeof value === 'string') return value === '' || value !== value.trim() ? JSON.stringify(value) : value
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ')
  if (!isObject(value)) return JSON.stringify(value)
  if (isRef(value)) return `-> ${titleOf(value.$ref)}`
  if (typeof value.$unknown === 'string') return `(known at apply: ${value.$unknown})`
  return inlineText(value)
}

/** An object in one line: `Port 30080, Zone us-east-1a`. */
export const inlineText = (spec: JsonObject): string =>
  leaves(spec)
    .map(([path, text]) => `${path} ${text}`)
    .join(', ')

type Leaf = readonly [path: string, text: string]

/** A spec as rows, in the order in which the provider wrote it: `HealthCheck.Port  traffic-port`. */
export function leaves(spec: Json, path = ''): readonly Leaf[] {
  if (Array.isArray(spec) && spec.some((item) => isObject(item) && !isMarker(item)))
    return spec.flatMap((item: Json, at) => leaves(item, `${path}[${at}]`))
  if (!isObject(spec) || isMarker(spec)) return [[path, valueText(spec)]]
  const entries = Object.entries(spec)
  if (entries.length === 0) return path === '' ? [] : [[path, 'none']]
  return entries.flatMap(([key, value]) => leaves(value, path === '' ? key : `${path}.${key}`))
}

const isMarker = (value: JsonObject): boolean => '$ref' in value || '$unknown' in value

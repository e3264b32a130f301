import { isObject, type Json, type JsonObject } from '../lib/json.ts'

/** `target-group` and `80/TCP` as people say it. */
export const titleOf = (object: { readonly kind: string; readonly key: string }): string =>
  `${object.kind.replaceAll('-', ' ')} ${object.key}`

const knownAtApply = '(known at apply'

const isRef = (value: Json): value is { $ref: { kind: string; key: string } } =>
  isObject(value) && isObject(value.$ref) && typeof value.$ref.kind === 'string'

/** What stands in a cell: a ref by the name of its object, what nobody can know yet by the reason. */
export function valueText(value: Json): string {
  if (typeof value === 'string') return value === '' || value !== value.trim() ? JSON.stringify(value) : value
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ')
  if (!isObject(value)) return JSON.stringify(value)
  if (isRef(value)) return `-> ${titleOf(value.$ref)}`
  if (typeof value.$unknown === 'string') return `${knownAtApply}: ${value.$unknown})`
  return inlineText(value)
}

/** An object in one line: `Zone us-east-1a; Port known at apply`. */
export function inlineText(spec: JsonObject): string {
  if (isMarker(spec)) return valueText(spec)
  let known = ''
  let open = ''
  for (const [path, text] of leaves(spec))
    if (text.startsWith(knownAtApply)) open += open === '' ? path : `, ${path}`
    else known += known === '' ? `${path} ${text}` : `, ${path} ${text}`
  if (open === '') return known
  return `${known === '' ? '' : `${known}; `}${open} known at apply`
}

export type Leaf = readonly [path: string, text: string]

/** A spec as rows, in the order in which the provider wrote it: `HealthCheck.Port  traffic-port`. */
export function leaves(spec: Json, path = '', into: Leaf[] = []): readonly Leaf[] {
  if (Array.isArray(spec) && spec.some((item) => isObject(item) && !isMarker(item)))
    for (const [at, item] of spec.entries()) leaves(item as Json, `${path}[${at}]`, into)
  else if (!isObject(spec) || isMarker(spec)) into.push([path, valueText(spec)])
  else for (const key in spec) leaves(spec[key] as Json, path === '' ? key : `${path}.${key}`, into)
  return into
}

const isMarker = (value: JsonObject): boolean => '$ref' in value || '$unknown' in value

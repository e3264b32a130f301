/** What can be written to a file and read back unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Text that is the same for equal values whatever order their keys were written in. */
export function stableText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableText).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  let entries = ''
  for (const key of Object.keys(value).toSorted()) {
    const inner = value[key]
    if (inner === undefined) continue
    entries += `${entries === '' ? '' : ','}${JSON.stringify(key)}:${stableText(inner)}`
  }
  return `{${entries}}`
}

/** Whether both say the same; a key that is undefined is as good as absent. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => equal(item, b[at]))
  if (!isObject(a) || !isObject(b)) return stableText(a) === stableText(b)
  for (const key in a) if (a[key] !== undefined && !equal(a[key], b[key])) return false
  for (const key in b) if (b[key] !== undefined && a[key] === undefined) return false
  return true
}

/**
 * The shape of an object, as far as the server needs it: to tell a misspelt field, to merge lists by key, and to
 * describe itself to clients. One description serves all three.
 */
export type Schema = Scalar | MapOf | ListOf | Struct

export interface Scalar {
  readonly is: 'string' | 'int32' | 'int64' | 'boolean' | 'time' | 'intOrString' | 'bytes' | 'any'
  /** Whether an empty value is written out: a pointer or a required field in Go. Default: left out. */
  readonly kept?: boolean
}

export interface MapOf {
  readonly is: 'map'
  readonly of: Schema
}

export interface ListOf {
  readonly is: 'list'
  readonly of: Schema
  /** How a strategic patch merges: by this field of the items, or as a set of plain values. Default: replace. */
  readonly mergeKey?: string
  readonly set?: boolean
  /** The fields that make an item unique for server-side apply, where that is more than the merge key. */
  readonly keys?: readonly string[]
}

export interface Struct {
  readonly is: 'struct'
  /** Its Go name, which error messages show. */
  readonly name: string
  readonly fields: { readonly [field: string]: Schema }
  /** Whether fields that are not listed are stored all the same. */
  readonly open?: boolean
}

export const text: Scalar = { is: 'string' }
export const int32: Scalar = { is: 'int32' }
export const int64: Schema = { is: 'int64' }
export const flag: Scalar = { is: 'boolean' }
export const time: Schema = { is: 'time' }
export const intOrString: Schema = { is: 'intOrString' }
/** Base64 in JSON. */
export const bytes: Schema = { is: 'bytes' }
export const anything: Schema = { is: 'any' }
export const kept = (scalar: Scalar): Schema => ({ ...scalar, kept: true })
export const mapOf = (of: Schema): Schema => ({ is: 'map', of })
export const listOf = (of: Schema, merge: Omit<ListOf, 'is' | 'of'> = {}): ListOf => ({
  is: 'list',
  of,
  ...merge,
})
export const struct = (name: string, fields: Struct['fields'], open = false): Struct => ({
  is: 'struct',
  name,
  fields,
  ...(open ? { open } : {}),
})

/** The schema of a field, `any` where the parent does not say. */
export function fieldOf(schema: Schema, field: string): Schema {
  if (schema.is === 'map') return schema.of
  return (schema.is === 'struct' ? schema.fields[field] : undefined) ?? anything
}

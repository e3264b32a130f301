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
  /** Whether it is owned as a whole. Default: each entry has an owner of its own. */
  readonly atomic?: boolean
}

export interface ListOf {
  readonly is: 'list'
  readonly of: Schema
  /** How a strategic patch merges: by this field of the items, or as a set of plain values. Default: replace. */
  readonly mergeKey?: string
  readonly set?: boolean
  /** The fields that make an item unique for server-side apply, where that is more than the merge key. */
  readonly keys?: readonly string[]
  /** Whether Go writes it even when nothing is in it. */
  readonly always?: boolean
}

export interface Struct {
  readonly is: 'struct'
  /** Its Go name, which error messages show. */
  readonly name: string
  readonly fields: { readonly [field: string]: Schema }
  /** Whether fields that are not listed are stored all the same. */
  readonly open?: boolean
  /** Whether it is owned as a whole. Default: each field has an owner of its own. */
  readonly atomic?: boolean
  /** Whether it is a value in Go, which is there whenever what holds it is, and no pointer. */
  readonly always?: boolean
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
export const mapOf = (of: Schema): MapOf => ({ is: 'map', of })
/** A map, or a struct, that is owned and replaced as a whole. */
export const atomic = <S extends Struct | MapOf>(schema: S): S => ({ ...schema, atomic: true })
/** A struct that Go's types hold by value, or a list that they write even when it is empty. */
export const always = <S extends Struct | ListOf>(schema: S): S => ({ ...schema, always: true })
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

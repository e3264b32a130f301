import { isObject } from '../../src/lib/json.ts'
import { badRequest } from './fault.ts'
import type { Scalar, Schema, Struct } from './schema.ts'

export interface Decoded {
  readonly value: unknown
  /** Paths of the fields that the schema does not know; they are left out of the value. */
  readonly unknown: readonly string[]
}

/**
 * Reads an object the way a typed server does: a field of the wrong type is refused, an unknown one is dropped, and
 * null, like an empty value of a field that is not kept when empty, is the same as absent.
 */
export function decode(object: unknown, schema: Struct, apiVersion: string): Decoded {
  const unknown: string[] = []
  const wrong = (path: string, owner: string, value: unknown, type: string): never => {
    const got = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value
    const shown = got === 'number' && !Number.isInteger(value) ? `number ${String(value)}` : got
    throw badRequest(
      `${schema.name} in version "${apiVersion}" cannot be handled as a ${schema.name}: json: cannot unmarshal ${shown === 'boolean' ? 'bool' : shown} into Go struct field ${owner}.${path.replaceAll(/\[\d+\]/g, '')} of type ${type}`,
    )
  }

  const read = (value: unknown, as: Schema, path: string, owner: string): unknown => {
    if (as.is === 'any') return structuredClone(value)
    if (as.is === 'struct') {
      if (!isObject(value)) return wrong(path, owner, value, `v1.${as.name}`)
      return readStruct(value, as, path)
    }
    if (as.is === 'list') {
      if (!Array.isArray(value)) return wrong(path, owner, value, '[]string')
      return value.map((item, index) => read(item, as.of, `${path}[${index}]`, owner))
    }
    if (as.is === 'map') {
      if (!isObject(value)) return wrong(path, owner, value, 'map[string]string')
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key, read(inner, as.of, path, owner)]),
      )
    }
    return fitting[as.is](value) ? value : wrong(path, owner, value, goType(as))
  }

  const readStruct = (value: object, as: Struct, path: string): Record<string, unknown> => {
    const result: Record<string, unknown> = {}
    for (const [key, inner] of Object.entries(value)) {
      const field = Object.hasOwn(as.fields, key) ? as.fields[key] : undefined
      const at = path === '' ? key : `${path}.${key}`
      if (field === undefined && as.open !== true) unknown.push(at)
      else if (inner !== null && inner !== undefined) {
        const read1 = read(inner, field ?? { is: 'any' }, at, as.name)
        if (!isEmpty(read1, field)) result[key] = read1
      }
    }
    return result
  }
  const value = read(object, schema, '', schema.name)
  return { value, unknown }
}

const fitting: { readonly [K in Scalar['is']]: (value: unknown) => boolean } = {
  string: (value) => typeof value === 'string',
  bytes: (value) => typeof value === 'string',
  time: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  boolean: (value) => typeof value === 'boolean',
  int32: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  int64: Number.isSafeInteger,
  intOrString: (value) => typeof value === 'string' || Number.isInteger(value),
  any: () => true,
}

const goType = ({ is }: Scalar) =>
  ({ boolean: 'bool', bytes: '[]uint8', intOrString: 'intstr.IntOrString', time: 'v1.Time' })[is as string] ??
  is

function isEmpty(value: unknown, schema: Schema | undefined): boolean {
  if (schema === undefined || schema.is === 'struct' || schema.is === 'any') return false
  if (schema.is === 'list' || schema.is === 'map') return Object.keys(value as object).length === 0
  return schema.kept !== true && (value === '' || value === 0 || value === false)
}

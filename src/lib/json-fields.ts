/** Reading what somebody else wrote: a value of another type than is looked for counts as absent. */
import { isObject, type Json, type JsonObject } from './json.ts'

export const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

export const textIn = (body: JsonObject, field: string): string | undefined => textOf(body[field])

export const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : []

export const objectsOf = (value: Json | undefined): readonly JsonObject[] => listOf(value).filter(isObject)

export const objectIn = (body: JsonObject, field: string): JsonObject => {
  const value = body[field]
  return isObject(value) ? value : {}
}

export const objectsIn = (body: JsonObject, field: string): readonly JsonObject[] => objectsOf(body[field])

/** An object without fields that are undefined. */
export const compact = (fields: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  )

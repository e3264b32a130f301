import type { Cause } from './fault.ts'

/**
 * The sentences the API server builds out of a field's path and what is wrong with it. Clients match on the reason
 * and users read the message, so both are kept to the letter.
 */
const shown = (value: unknown) => (value === undefined ? 'null' : JSON.stringify(value))
const tail = (detail: string) => (detail === '' ? '' : `: ${detail}`)

export const required = (field: string, detail = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: `Required value${tail(detail)}`,
  field,
})

export const invalidValue = (field: string, value: unknown, detail: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${shown(value)}${tail(detail)}`,
  field,
})

export const duplicate = (field: string, value: unknown): Cause => ({
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${shown(value)}`,
  field,
})

export const unsupported = (field: string, value: unknown, supported: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${shown(value)}: supported values: ${supported.map(shown).join(', ')}`,
  field,
})

export const forbiddenField = (field: string, detail: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden${tail(detail)}`,
  field,
})

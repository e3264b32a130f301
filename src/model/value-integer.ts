import { fail, ok } from '../lib/result.ts'
import type { ValueType } from './annotations.ts'

export interface IntegerRange {
  readonly min: number
  readonly max: number
  /** Said with the range, never written in the value. */
  readonly unit?: string
}

export function integer({ min, max, unit }: IntegerRange): ValueType<number> {
  const accepts = `a whole number from ${min} to ${max}${unit === undefined ? '' : ` (${unit})`}`
  return {
    name: 'integer',
    accepts,
    parse(text) {
      const trimmed = text.trim()
      if (!/^[+-]?\d+$/.test(trimmed)) {
        const number = /^[+-]?\d+(?=\s*[a-z%]+$)/i.exec(trimmed)?.[0]
        return fail({
          code: 'LB_ANNOTATION_INTEGER',
          message: `${JSON.stringify(text)} is not a whole number`,
          ...(number === undefined ? {} : { hint: `leave the unit out: "${number}"` }),
        })
      }
      const value = Number(trimmed)
      if (value >= min && value <= max) return ok(value === 0 ? 0 : value)
      const end = value < min ? `the least is ${min}` : `the most is ${max}`
      return fail({ code: 'LB_ANNOTATION_INTEGER', message: `${trimmed} is out of range`, hint: end })
    },
  }
}

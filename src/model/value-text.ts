import { fail, ok } from '../lib/result.ts'
import type { ValueType } from './annotations.ts'

export interface TextOptions {
  readonly accepts: string
  readonly pattern?: RegExp
  readonly maxLength?: number
}

/** Free text, or text of a certain form. Blanks at both ends are left out. */
export function text({ accepts, pattern, maxLength = Infinity }: TextOptions): ValueType<string> {
  return {
    name: 'text',
    accepts,
    parse(raw) {
      const value = raw.trim()
      if (value.length > maxLength)
        return fail({
          code: 'LB_ANNOTATION_TEXT',
          message: `the value has ${value.length} characters, ${maxLength} is the most`,
        })
      if (pattern === undefined || pattern.test(value)) return ok(value)
      return fail({
        code: 'LB_ANNOTATION_TEXT',
        message: `${JSON.stringify(value)} does not have the form that this key needs`,
      })
    },
  }
}

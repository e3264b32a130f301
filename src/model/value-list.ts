import { fail, ok } from '../lib/result.ts'
import type { ValueType } from './annotations.ts'

/** Items between commas, blanks round them left out, empty ones skipped. */
export const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

/** A list with at least one item, each of them of type `item`. One bad item refuses the whole. */
export function list<T>(item: ValueType<T>): ValueType<readonly T[]> {
  const accepts = `a comma-separated list; each item: ${item.accepts}`
  return {
    name: `list of ${item.name}`,
    accepts,
    parse(text) {
      const texts = splitList(text)
      if (texts.length === 0) return fail({ code: 'LB_ANNOTATION_LIST', message: 'the list has no item' })
      const values: T[] = []
      for (const [at, one] of texts.entries()) {
        const parsed = item.parse(one)
        if (!parsed.ok)
          return fail({
            accepted: item.accepts,
            ...parsed.error,
            message: texts.length === 1 ? parsed.error.message : `item ${at + 1}: ${parsed.error.message}`,
          })
        values.push(parsed.value)
      }
      return ok(values)
    },
  }
}

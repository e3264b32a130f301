import { fail, ok } from '../lib/result.ts'
import type { ValueType } from './annotations.ts'
import { list } from './value-list.ts'

/** A list of one, for keys that take several elsewhere. `message` says why not more. */
export function single<T>(item: ValueType<T>, message: string): ValueType<T> {
  const many = list(item)
  return {
    name: item.name,
    accepts: item.accepts,
    parse(text) {
      const read = many.parse(text)
      if (!read.ok) return read
      const [only, another] = read.value
      if (only !== undefined && another === undefined) return ok(only)
      return fail({ code: 'LB_ANNOTATION_LIST', message })
    },
  }
}

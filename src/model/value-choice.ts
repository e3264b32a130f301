import { fail, ok } from '../lib/result.ts'
import type { ValueType } from './annotations.ts'
import { nearestWord } from './did-you-mean.ts'

export interface ChoiceOptions {
  /** `exact`: only as written here. `ignore`: any case, and the value is as written here. Default exact. */
  readonly case?: 'exact' | 'ignore'
  /** Values that other controllers take and this one does not, each with the sentence that says so. */
  readonly refused?: Readonly<Record<string, string>>
}

/** One of a few words. */
export function choice<const T extends string>(
  words: readonly T[],
  options: ChoiceOptions = {},
): ValueType<T> {
  const anyCase = options.case === 'ignore'
  const fold = (text: string): string => (anyCase ? text.toLowerCase() : text)
  const byText = new Map<string, T>(words.map((word) => [fold(word), word]))
  const refused = new Map(Object.entries(options.refused ?? {}).map(([word, why]) => [fold(word), why]))
  const accepts = `${words.join(', ')}${anyCase ? ' (any case)' : ''}`
  return {
    name: 'choice',
    accepts,
    parse(text) {
      const trimmed = text.trim()
      const word = byText.get(fold(trimmed))
      if (word !== undefined) return ok(word)
      const why = refused.get(fold(trimmed))
      if (why !== undefined)
        return fail({ code: 'LB_ANNOTATION_REFUSED', message: `"${trimmed}" is not supported: ${why}` })
      const near = nearestWord(trimmed, words)
      return fail({
        code: 'LB_ANNOTATION_CHOICE',
        message: `${JSON.stringify(text)} is not one of the values of this key`,
        ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
      })
    },
  }
}

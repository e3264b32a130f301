import { nearestWord } from './did-you-mean.ts'
import { error, type Problem } from './problem.ts'

/** A field that takes one of a few words: the word, or the problem. */
export function wordOf<const T extends string>(
  path: string,
  value: string | undefined,
  words: readonly [T, ...T[]],
): { readonly word: T; readonly problems: readonly Problem[] } {
  if (value === undefined || value === '') return { word: words[0], problems: [] }
  const word = words.find((one) => one === value)
  if (word !== undefined) return { word, problems: [] }
  const near = nearestWord(value, words)
  const details = {
    value,
    accepted: words.join(' or '),
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  }
  return {
    word: words[0],
    problems: [error('LB_FIELD_VALUE', path, `${path} cannot be ${JSON.stringify(value)}`, details)],
  }
}

/** Marks a text that the plain reader leaves to the YAML library. Never thrown out of its files. */
export const beyond = Symbol('beyond plain YAML')

/** Characters that give a plain scalar another meaning when they stand first. */
const indicator = /^[!&*?|>%@`{}[\],:"'#]|^-(?:$|\s)/

/** What begins like a number and may be one: everything but a short decimal is left to the library. */
const numeric = /^[-+.\d]/
const decimal = /^(?:0|-?[1-9]\d{0,14})$/
const otherNumber =
  /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/

/** Words that mean a boolean or nothing, to Go's reading of YAML 1.1. */
const words: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['', null],
  ['~', null],
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ...['true', 'True', 'TRUE', 'y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['false', 'False', 'FALSE', 'n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
])
const longestWord = 5

/** What a plain scalar means. Its text is trimmed, and holds no comment and no `: `. */
export function plainScalar(text: string): string | number | boolean | null | typeof beyond {
  if (text.length <= longestWord) {
    const word = words.get(text)
    if (word !== undefined) return word
  }
  if (numeric.test(text)) {
    if (decimal.test(text)) return Number(text)
    if (otherNumber.test(text)) return beyond
  }
  return indicator.test(text) ? beyond : text
}

/** Where a scalar in quotes ends, just behind its closing quote; -1 when that is not in this line. */
export function quotedEnd(line: string, from: number): number {
  const quote = line[from]
  for (let at = from + 1; at < line.length; at++) {
    if (line[at] === '\\' && quote === '"') at++
    else if (line[at] === quote) {
      if (quote === '"' || line[at + 1] !== quote) return at + 1
      at++
    }
  }
  return -1
}

/** Escapes that JSON and YAML share. */
const sharedEscapes = /^(?:[^\\\t]|\\["\\/bfnrt]|\\u(?![dD][89a-fA-F])[\da-fA-F]{4})*$/

/** The text of a scalar in quotes, which are still around it. */
export function quotedScalar(quoted: string): string | typeof beyond {
  const inner = quoted.slice(1, -1)
  if (quoted[0] === "'") return inner.includes("'") ? inner.replaceAll("''", "'") : inner
  if (!inner.includes('\\')) return inner
  return sharedEscapes.test(inner) ? (JSON.parse(`"${inner}"`) as string) : beyond
}

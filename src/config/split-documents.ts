/** A document's share of a text, from its `---` (or the comments before that) to the next. */
export interface Chunk {
  readonly start: number
  readonly end: number
  /** Where it begins behind `---` and a comment; undefined where something else stands in that line. */
  readonly body?: number
}

/** YAML knows a document's borders by the first three characters of a line, whatever stands around them. */
const border = /(?<=^|\n)(?:(?:---|\.\.\.)(?=[ \t\r\n]|$)|[%\ufeff])/g

/**
 * The documents of a text, unread. Undefined where the text has to be read as one: it has directives, whose meaning
 * reaches beyond a border, or something between `...` and `---`.
 */
export function splitDocuments(text: string): readonly Chunk[] | undefined {
  const chunks: Chunk[] = []
  let start = 0
  /** `ended`: by `...`, so that only another `---` may follow. */
  let state: 'before' | 'inside' | 'ended' = 'before'
  const borders = [...text.matchAll(border)].map(({ 0: found, index }) => ({ found, index }))
  for (const { found, index } of [...borders, { found: 'end', index: text.length }]) {
    const blank = state !== 'inside' && isBlank(text.slice(start, index))
    if (state === 'ended' && !blank) return undefined
    if (!blank) chunks.push({ start, end: index, ...bodyOf(text, start, index) })
    if (found === '---') {
      start = index
      state = 'inside'
    } else if (found === '...') {
      const end = lineEnd(text, index)
      if (blank || !isBlank(text.slice(index + 3, end))) return undefined
      start = end
      state = 'ended'
    } else if (found !== 'end') return undefined
  }
  return chunks
}

const isBlank = (text: string): boolean => /^(?:[ \t]*(?:#.*)?(?:\r?\n|$))*$/.test(text)

function lineEnd(text: string, from: number): number {
  const found = text.indexOf('\n', from)
  return found < 0 ? text.length : found + 1
}

function bodyOf(text: string, start: number, end: number): { body?: number } {
  if (!/^---(?:[ \t\r\n]|$)/.test(text.slice(start, start + 4))) return { body: start }
  const body = Math.min(lineEnd(text, start), end)
  return /^---(?:[ \t]+(?:#.*)?)?\r?\n?$/.test(text.slice(start, body)) ? { body } : {}
}

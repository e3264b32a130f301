import { spot, type Inside, type Spot } from './position.ts'

/** Where the values of a text stand that `JSON.parse` accepted. Only what is asked for is looked at, and that once. */
export const jsonOutline = (text: string): Spot => valueSpot(text, skipBlanks(text, 0))

const valueSpot = (text: string, at: number, shown = at): Spot => spot(shown, () => insideOf(text, at))

function insideOf(text: string, open: number): Inside | undefined {
  if (text[open] === '[') {
    const entries = [...childrenOf(text, open, false)].map(({ value }) => valueSpot(text, value))
    return { is: 'list', entries }
  }
  if (text[open] !== '{') return undefined
  const entries = new Map<string, Spot>()
  for (const { key, value } of childrenOf(text, open, true)) {
    const name = JSON.parse(text.slice(key, stringEnd(text, key))) as string
    entries.set(name, valueSpot(text, value, key))
  }
  return { is: 'map', entries }
}

function* childrenOf(text: string, open: number, keyed: boolean): Iterable<{ key: number; value: number }> {
  let at = skipBlanks(text, open + 1)
  while (text[at] !== '}' && text[at] !== ']') {
    const key = at
    // Behind the key, its colon and the blanks about it.
    const value = keyed ? skipBlanks(text, skipBlanks(text, stringEnd(text, at)) + 1) : at
    yield { key, value }
    at = skipBlanks(text, valueEnd(text, value))
    if (text[at] === ',') at = skipBlanks(text, at + 1)
  }
}

function skipBlanks(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) <= 32) at++
  return at
}

/** Behind the closing quote of the string that begins here. */
function stringEnd(text: string, from: number): number {
  let at = text.indexOf('"', from + 1)
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at + 1
}

function isEscaped(text: string, quote: number): boolean {
  let at = quote - 1
  while (text[at] === '\\') at--
  return (quote - at) % 2 === 0
}

/** The next thing that opens, closes or hides something. */
const mark = /["{}[\]]/g

function valueEnd(text: string, from: number): number {
  if (text[from] === '"') return stringEnd(text, from)
  if (text[from] !== '{' && text[from] !== '[') {
    let at = from
    while (/[^\s,}\]]/.test(text[at] ?? ',')) at++
    return at
  }
  let depth = 0
  mark.lastIndex = from
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] === '"') mark.lastIndex = stringEnd(text, found.index)
    else depth += found[0] === '{' || found[0] === '[' ? 1 : -1
    if (depth === 0) break
  }
  return mark.lastIndex
}

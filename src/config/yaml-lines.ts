import { quotedEnd } from './plain-scalar.ts'

/** How far a line is indented. */
export function indentOf(line: string): number {
  let at = 0
  while (line.charCodeAt(at) === 32) at++
  return at
}

/** Whether a list's item begins here. */
export const isItem = (line: string, at: number): boolean =>
  line[at] === '-' && (at + 1 === line.length || line[at + 1] === ' ')

/** Whether nothing but a comment follows. */
export function ends(line: string, from: number): boolean {
  const at = skipSpaces(line, from)
  return at === line.length || (at > from && line[at] === '#')
}

export function skipSpaces(line: string, from: number): number {
  let at = from
  while (line.charCodeAt(at) === 32) at++
  return at
}

/** Where the colon behind the key stands that begins at `start`; -1 where none does. */
export function keyEnd(line: string, start: number): number {
  const first = line[start]
  if (first === '"' || first === "'") {
    const end = quotedEnd(line, start)
    return end >= 0 && line[end] === ':' && isEnd(line, end + 1) ? end : -1
  }
  let colon = line.indexOf(':', start)
  while (colon >= 0 && !isEnd(line, colon + 1)) colon = line.indexOf(':', colon + 1)
  if (colon < 0) return -1
  const comment = line.indexOf(' #', start)
  return comment >= 0 && comment < colon ? -1 : colon
}

const isEnd = (line: string, at: number): boolean => at === line.length || line[at] === ' '

/** The line that begins at an offset, without its end, and where the next one begins. */
export function lineAt(text: string, start: number): { readonly line: string; readonly next: number } {
  const found = text.indexOf('\n', start)
  const end = found < 0 ? text.length : found
  const bare = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end
  return { line: text.slice(start, bare), next: end + 1 }
}

import { quotedScalar } from './plain-scalar.ts'
import { spot, type Inside, type Spot } from './position.ts'
import { ends, indentOf, isItem, keyEnd, lineAt, skipSpaces } from './yaml-lines.ts'

/**
 * Where the values of a text stand that the plain reader accepted. There, whatever is indented deeper than an entry
 * belongs to it, so each map and list is walked line by line, once, and only when somebody asks for what is in it.
 */
export function yamlOutline(text: string): Spot {
  const first = contentFrom(text, 0)
  return spot(first?.at ?? 0, () => (first === undefined ? undefined : blockAt(text, first.at, first.indent)))
}

interface Content {
  readonly line: string
  readonly indent: number
  /** Offset of the first character behind the blanks. */
  readonly at: number
  readonly next: number
}

/** The first line at or after an offset that is neither blank nor a comment. */
function contentFrom(text: string, from: number): Content | undefined {
  let start = from
  while (start < text.length) {
    const { line, next } = lineAt(text, start)
    const indent = indentOf(line)
    if (indent < line.length && line[indent] !== '#') return { line, indent, at: start + indent, next }
    start = next
  }
  return undefined
}

function blockAt(text: string, at: number, indent: number): Inside {
  const isList = isItem(lineAt(text, at).line, 0)
  const list: Spot[] = []
  const map = new Map<string, Spot>()
  for (const start of entriesOf(text, at, indent, isList)) {
    const { line, next } = lineAt(text, start)
    if (isList) list.push(itemSpot(text, line, start, indent))
    else {
      const end = keyEnd(line, 0)
      const key = line.slice(0, end)
      const name = key[0] === '"' || key[0] === "'" ? quotedScalar(key) : key
      const below = ends(line, end + 1) ? () => blockBelow(text, next, indent) : () => undefined
      map.set(String(name), spot(start, below))
    }
  }
  return isList ? { is: 'list', entries: list } : { is: 'map', entries: map }
}

/** The offset of each entry of a block. */
function* entriesOf(text: string, first: number, indent: number, isList: boolean): Iterable<number> {
  yield first
  let content = contentFrom(text, lineAt(text, first).next)
  for (; content !== undefined && content.indent >= indent; content = contentFrom(text, content.next))
    if (content.indent === indent) {
      const item = isItem(content.line, indent)
      if (isList && !item) return
      // A list may stand as far left as its key: its items are no entries of the map.
      if (isList || !item) yield content.at
    }
}

function itemSpot(text: string, line: string, start: number, indent: number): Spot {
  const dash = skipSpaces(line, 1)
  const inner = indent + dash
  return spot(start + dash, () => (keyEnd(line, dash) < 0 ? undefined : blockAt(text, start + dash, inner)))
}

function blockBelow(text: string, from: number, indent: number): Inside | undefined {
  const content = contentFrom(text, from)
  if (content === undefined || content.indent < indent) return undefined
  if (content.indent === indent && !isItem(content.line, indent)) return undefined
  return blockAt(text, content.at, content.indent)
}

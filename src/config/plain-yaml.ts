/**
 * The YAML that tools and most people write, read at the speed of its lines: block maps and lists, scalars of one line,
 * `|` texts, `{}` and `[]`. Whatever else a document holds (anchors, tags, other flow collections, folded texts, a key
 * twice, any error), all of it is left to the library, so the two never disagree; a test holds them against each other.
 */
import { beyond, plainScalar, quotedEnd, quotedScalar } from './plain-scalar.ts'
import { ends, indentOf, isItem, keyEnd, lineAt, skipSpaces } from './yaml-lines.ts'

type PlainValue = string | number | boolean | null | PlainValue[] | { [key: string]: PlainValue }

/** The value of one document, without its `---`; undefined where it is not plain. */
export function readPlainYaml(text: string): { readonly value: PlainValue } | undefined {
  if (unusual.test(text)) return undefined
  try {
    return { value: new Reader(text).document() }
  } catch (thrown) {
    if (thrown === beyond) return undefined
    throw thrown
  }
}

/** Control characters, line ends of other systems, a byte order mark: all of them rare, and none of them simple. */
// oxlint-disable-next-line no-control-regex
const unusual = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)/

const fail = (): never => {
  // oxlint-disable-next-line no-throw-literal
  throw beyond
}

const longestKey = 1000
const deepest = 60

class Reader {
  readonly #text: string
  /** Where the next line begins. */
  #next = 0
  /** The line at hand, without its end; undefined behind the last one. */
  #line: string | undefined
  #indent = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#advance()
  }

  document(): PlainValue {
    if (this.#line === undefined) return null
    if (this.#indent !== 0) fail()
    const value = this.#block(0)
    return this.#line === undefined ? value : fail()
  }

  #rawLine(): string | undefined {
    if (this.#next >= this.#text.length) return undefined
    const { line, next } = lineAt(this.#text, this.#next)
    this.#next = next
    return line
  }

  /** To the next line that is neither blank nor a comment. */
  #advance(): void {
    for (;;) {
      const line = this.#rawLine()
      this.#line = line
      if (line === undefined) return
      const indent = indentOf(line)
      if (indent === line.length || line[indent] === '#') continue
      if (line[indent] === '\t') fail()
      this.#indent = indent
      return
    }
  }

  /** The map or list whose first entry is the line at hand. */
  #block(indent: number): PlainValue {
    if (++this.#depth > deepest) fail()
    const line = this.#line ?? fail()
    const value = isItem(line, indent) ? this.#list(indent) : this.#map(indent)
    this.#depth--
    return value
  }

  #list(indent: number): PlainValue {
    const items: PlainValue[] = []
    while (this.#line !== undefined && this.#indent === indent && isItem(this.#line, indent)) {
      const line: string = this.#line
      const start = skipSpaces(line, indent + 1)
      if (start === line.length || line[start] === '#') fail()
      if (isItem(line, start)) fail()
      if (keyEnd(line, start) < 0) items.push(this.#value(line, start, indent))
      else {
        // A map whose first key stands behind the dash: the dash is then as good as blanks.
        this.#indent = start
        items.push(this.#block(start))
      }
    }
    if (this.#line !== undefined && this.#indent > indent) fail()
    return items
  }

  #map(indent: number): PlainValue {
    const map: { [key: string]: PlainValue } = {}
    while (this.#line !== undefined && this.#indent === indent) {
      const line: string = this.#line
      const end = keyEnd(line, indent)
      if (end < 0) {
        if (isItem(line, indent)) break
        fail()
      }
      const key = keyOf(line, indent, end)
      if (key in map) fail()
      const start = skipSpaces(line, end + 1)
      if (start < line.length && line[start] !== '#') map[key] = this.#value(line, start, indent)
      else {
        this.#advance()
        map[key] = this.#below(indent)
      }
    }
    if (this.#line !== undefined && this.#indent > indent) fail()
    return map
  }

  /** What stands on the lines after a key. A list may be as far left as its key. */
  #below(indent: number): PlainValue {
    if (this.#line === undefined || this.#indent < indent) return null
    if (this.#indent > indent) return this.#block(this.#indent)
    return isItem(this.#line, indent) ? this.#block(indent) : null
  }

  /** A scalar, `{}` or `[]`: from `start` in the line at hand, below something that is indented by `indent`. */
  #value(line: string, start: number, indent: number): PlainValue {
    const first = line[start]
    if (first === '|') return this.#literal(line.slice(start), indent)
    if (first === '"' || first === "'") {
      const end = quotedEnd(line, start)
      if (end < 0 || !ends(line, end)) fail()
      const value = quotedScalar(line.slice(start, end))
      return this.#single(value === beyond ? fail() : value, indent)
    }
    if (first === '{' || first === '[') {
      if (line[start + 1] !== (first === '{' ? '}' : ']') || !ends(line, start + 2)) fail()
      return this.#single(first === '{' ? {} : [], indent)
    }
    const comment = line.indexOf(' #', start)
    let end = comment < 0 ? line.length : comment
    while (line[end - 1] === ' ') end--
    const text = line.slice(start, end)
    if (text.includes(': ') || text.endsWith(':') || text.includes('\t')) fail()
    const value = plainScalar(text)
    return this.#single(value === beyond ? fail() : value, indent)
  }

  /** A value of one line: when the text goes on below, it is none. */
  #single<T>(value: T, indent: number): T {
    this.#advance()
    return this.#line !== undefined && this.#indent > indent ? fail() : value
  }

  /** A `|` text, with its line breaks. */
  #literal(header: string, parent: number): string {
    const [, chomp] = /^\|([-+]?) *(?: #.*)?$/.exec(header) ?? fail()
    const lines: string[] = []
    let indent = 0
    for (;;) {
      const start = this.#next
      const line = this.#rawLine()
      if (line === undefined) break
      const own = indentOf(line)
      if (own === line.length) {
        if (indent === 0 && own > 0) fail()
        lines.push(indent === 0 ? '' : line.slice(indent))
        continue
      }
      if (indent === 0 && own > parent) indent = own
      if (indent === 0 || own < indent) {
        if (line[own] === '\t' || own > parent) fail()
        this.#next = start
        break
      }
      lines.push(line.slice(indent))
    }
    if (indent === 0 || !this.#endsWithLine()) fail()
    this.#advance()
    let kept = lines.length
    while (kept > 0 && lines[kept - 1] === '') kept--
    if (chomp === '+') return lines.map((line) => `${line}\n`).join('')
    const text = lines.slice(0, kept).join('\n')
    return chomp === '-' ? text : `${text}\n`
  }

  /** A text that is the last of its file, without an end of line, has none at its end either. */
  #endsWithLine(): boolean {
    return this.#next < this.#text.length || this.#text.endsWith('\n')
  }
}

function keyOf(line: string, start: number, end: number): string {
  if (end - start > longestKey) fail()
  const text = line.slice(start, end)
  const key = text[0] === '"' || text[0] === "'" ? quotedScalar(text) : plainKey(text)
  return typeof key !== 'string' || key === '__proto__' ? fail() : key
}

const plainKey = (text: string): ReturnType<typeof plainScalar> =>
  text.endsWith(' ') || text.includes('\t') || text === '<<' ? beyond : plainScalar(text)

import { jsonOutline } from './json-outline.ts'
import { readWithLibrary, type LibraryDocument } from './library-yaml.ts'
import { readPlainYaml } from './plain-yaml.ts'
import { Lines, offsetOf, type Position, type Spot } from './position.ts'
import { splitDocuments, type Chunk } from './split-documents.ts'
import { yamlOutline } from './yaml-outline.ts'

/** One document of a file, and where in the file a path such as `spec.ports[1].nodePort` stands. */
export interface ParsedDocument {
  readonly value: unknown
  readonly locate: (path: string) => Position | undefined
}

export interface ParseFault extends Partial<Position> {
  readonly message: string
  readonly hint?: string
}

export interface ParsedText {
  readonly documents: readonly ParsedDocument[]
  readonly faults: readonly ParseFault[]
  /** A line of the text, counted from 1. */
  readonly line: (number: number) => string
}

/**
 * Every document of a YAML or JSON text. A document that does not parse is one fault and does not hide the others.
 * Values are read fast, by `JSON.parse` or the plain reader; where they stand is found when a problem asks for it.
 */
export function parseText(text: string): ParsedText {
  const lines = new Lines(text)
  const json = jsonText(text, lines)
  return { ...(json ?? yamlText(text, lines)), line: (number) => lines.line(number) }
}

type Parsed = Pick<ParsedText, 'documents' | 'faults'>

function jsonText(text: string, lines: Lines): Parsed | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return { documents: [plain(value, 0, () => jsonOutline(text), lines)], faults: [] }
  } catch {
    return undefined
  }
}

function yamlText(text: string, lines: Lines): Parsed {
  const chunks = splitDocuments(text) ?? [{ start: 0, end: text.length }]
  const documents: ParsedDocument[] = []
  const faults: ParseFault[] = []
  for (const chunk of chunks) {
    const quick = plainDocument(text, chunk, lines)
    if (quick !== undefined) {
      documents.push(quick)
      continue
    }
    for (const read of readWithLibrary(text.slice(chunk.start, chunk.end)))
      if ('fault' in read) faults.push(faultAt(read.fault, chunk, lines))
      else documents.push(slow(read, chunk, lines))
  }
  return { documents, faults }
}

function plainDocument(text: string, { body, end }: Chunk, lines: Lines): ParsedDocument | undefined {
  if (body === undefined) return undefined
  const read = readPlainYaml(text.slice(body, end))
  return read === undefined
    ? undefined
    : plain(read.value, body, () => yamlOutline(text.slice(body, end)), lines)
}

function plain(value: unknown, base: number, outline: () => Spot, lines: Lines): ParsedDocument {
  let root: Spot | undefined
  return {
    value,
    locate: (path) => lines.at(base + offsetOf((root ??= outline()), path)),
  }
}

const slow = (
  { value, offsetOf }: Exclude<LibraryDocument, { fault: unknown }>,
  { start }: Chunk,
  lines: Lines,
): ParsedDocument => ({
  value,
  locate(path) {
    const offset = offsetOf(path)
    return offset === undefined ? undefined : lines.at(start + offset)
  },
})

const faultAt = (
  { offset, ...said }: Extract<LibraryDocument, { fault: unknown }>['fault'],
  { start }: Chunk,
  lines: Lines,
): ParseFault => ({ ...lines.at(start + offset), ...said })

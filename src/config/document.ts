import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type ScalarTag,
  type YAMLError,
} from 'yaml'

export interface Position {
  readonly line: number
  readonly column: number
}

/** One document of a file, and where in the file a path such as `spec.ports[1].nodePort` stands. */
export interface ParsedDocument {
  readonly value: unknown
  locate(path: string): Position | undefined
}

export interface ParseFault extends Partial<Position> {
  readonly message: string
  readonly hint?: string
}

export interface ParsedText {
  readonly documents: readonly ParsedDocument[]
  readonly faults: readonly ParseFault[]
}

/** Kubernetes reads YAML as Go does: a bare `yes` or `off` is a boolean there, and so it has to be here. */
const goBoolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
}

/** Every document of a YAML or JSON text. A document that does not parse is one fault and does not hide the others. */
export function parseText(text: string): ParsedText {
  return jsonText(text) ?? yamlText(text)
}

/** `JSON.parse` is many times faster than YAML, and a cluster's whole dump is JSON; positions are found when asked for. */
function jsonText(text: string): ParsedText | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    let slow: ParsedText | undefined
    const locate = (path: string): Position | undefined => {
      slow ??= yamlText(text)
      return slow.documents[0]?.locate(path)
    }
    return { documents: [{ value, locate }], faults: [] }
  } catch {
    return undefined
  }
}

function yamlText(text: string): ParsedText {
  const lines = new LineCounter()
  const documents: ParsedDocument[] = []
  const faults: ParseFault[] = []
  const all = parseAllDocuments(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    logLevel: 'silent',
    customTags: (tags) => [goBoolean, ...tags],
  })
  for (const document of all) {
    const fault = faultOf(document, lines, text)
    if (fault === undefined) documents.push(parsed(document, lines))
    else faults.push(fault)
  }
  return { documents, faults }
}

function parsed(document: Document.Parsed, lines: LineCounter): ParsedDocument {
  return {
    value: document.toJS(),
    locate: (path) => locateIn(document.contents, path, lines),
  }
}

/** The first error only: those after it are mostly its echoes. */
function faultOf(document: Document.Parsed, lines: LineCounter, text: string): ParseFault | undefined {
  const [error] = document.errors
  if (error !== undefined) return { ...at(error.pos[0], lines), ...explained(error, text) }
  try {
    document.toJS()
    return undefined
  } catch (thrown) {
    return {
      ...at(document.range[0], lines),
      message: thrown instanceof Error ? thrown.message : String(thrown),
    }
  }
}

function explained(error: YAMLError, text: string): { message: string; hint?: string } {
  const line =
    text
      .slice(0, text.indexOf('\n', error.pos[0]) >>> 0)
      .split('\n')
      .at(-1) ?? ''
  if (/\{\{.*\}\}/.test(line))
    return { message: error.message, hint: 'this is a Helm template: render it first, with "helm template"' }
  if (error.code === 'TAB_AS_INDENT' || /^\s*\t/.test(line))
    return { message: 'tabs must not indent YAML', hint: 'replace the tab by spaces' }
  if (error.code === 'DUPLICATE_KEY')
    return { message: 'this key is written twice in one map', hint: 'remove one of the two' }
  return { message: error.message }
}

const at = (offset: number, lines: LineCounter): Position => {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

/** `metadata.annotations["a/b"]`, `spec.ports[1].port` -> its steps. */
export function pathSteps(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = []
  for (const [, index, quoted, name] of path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)) {
    if (index !== undefined) steps.push(Number(index))
    else if (quoted !== undefined) steps.push(JSON.parse(quoted) as string)
    else if (name !== undefined) steps.push(name)
  }
  return steps
}

/** The key that a path names, or of its ancestors the deepest that is written. A list's item is its value. */
function locateIn(root: Node | null, path: string, lines: LineCounter): Position | undefined {
  let node: unknown = root
  let found = root?.range?.[0]
  for (const step of pathSteps(path)) {
    if (!isCollection(node)) break
    const next = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step))
      : typeof step === 'number'
        ? node.items[step]
        : undefined
    if (next === undefined) break
    const shown: unknown = isPair(next) ? next.key : next
    if (hasRange(shown)) found = shown.range[0]
    node = isPair(next) ? next.value : next
  }
  return found === undefined ? undefined : at(found, lines)
}

const hasRange = (node: unknown): node is { range: [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)

import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  parseAllDocuments,
  type Document,
  type Node,
  type ScalarTag,
  type YAMLError,
} from 'yaml'
import { pathSteps } from './position.ts'

/** One document as the library reads it; `offsetOf` is within the text that was given. */
export type LibraryDocument =
  | { readonly value: unknown; readonly offsetOf: (path: string) => number | undefined }
  | { readonly fault: { readonly offset: number; readonly message: string; readonly hint?: string } }

/** Kubernetes reads YAML as Go does: a bare `yes` or `off` is a boolean there, and so it has to be here. */
const goBoolean: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
}

/** Everything that YAML is, with a place for every value: many times slower than the plain reader. */
export function readWithLibrary(text: string): readonly LibraryDocument[] {
  const all = parseAllDocuments(text, {
    merge: true,
    prettyErrors: false,
    logLevel: 'silent',
    customTags: (tags) => [goBoolean, ...tags],
  })
  return [...all].map((document) => read(document, text))
}

/** The first error only: those after it are mostly its echoes. */
function read(document: Document.Parsed, text: string): LibraryDocument {
  const [error] = document.errors
  if (error !== undefined) return { fault: { offset: error.pos[0], ...explained(error, text) } }
  try {
    return { value: document.toJS(), offsetOf: (path) => offsetIn(document.contents, path) }
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    return { fault: { offset: document.range[0], message } }
  }
}

function explained(error: YAMLError, text: string): { message: string; hint?: string } {
  const start = text.lastIndexOf('\n', error.pos[0] - 1) + 1
  const line = text.slice(start, text.indexOf('\n', error.pos[0]) >>> 0)
  if (/\{\{.*\}\}/.test(line) || /^[ \t]*\{\{-?[ \t].*\}\}/m.test(text))
    return { message: error.message, hint: 'this is a Helm template: render it first, with "helm template"' }
  if (error.code === 'TAB_AS_INDENT' || /^\s*\t/.test(line))
    return { message: 'tabs must not indent YAML', hint: 'replace the tab by spaces' }
  if (error.code === 'DUPLICATE_KEY')
    return { message: 'this key is written twice in one map', hint: 'remove one of the two' }
  return { message: error.message }
}

/** The key that a path names, or of its ancestors the deepest that is written. A list's item is its value. */
function offsetIn(root: Node | null, path: string): number | undefined {
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
  return found
}

const hasRange = (node: unknown): node is { range: [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)

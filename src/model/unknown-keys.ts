import type { AnnotationTable } from './annotations.ts'
import { distance, nearest } from './did-you-mean.ts'
import { cloudOf, commonKeys, foreignKeys } from './known-keys.ts'
import { annotationPath, error, note, type Problem, warning } from './problem.ts'
import { indexOf } from './table-index.ts'

/** Where a key that nobody knows is worth a warning: nobody but load balancer controllers reads here. */
const namespaces = [
  'service.beta.kubernetes.io/',
  'service.alpha.kubernetes.io/',
  'service.kubernetes.io/',
  'lb-controller.io/',
  'local.lb-controller.io/',
] as const

/** So near to a key, another one was not meant. */
const sure = 2

const explained = new WeakMap<AnnotationTable, Map<string, readonly Problem[]>>()
const mostExplained = 2_000

/** `explainAnew`, remembered: the keys that tools write are the same on every Service of a cluster. */
export function explainUnknown(key: string, table: AnnotationTable, provider: string): readonly Problem[] {
  const memory = explained.get(table) ?? new Map<string, readonly Problem[]>()
  explained.set(table, memory)
  const id = `${provider} ${key}`
  const known = memory.get(id)
  if (known !== undefined) return known
  if (memory.size >= mostExplained) memory.clear()
  const problems = explainAnew(key, table, provider)
  memory.set(id, problems)
  return problems
}

/**
 * What to say on a key that is neither in the table nor known for another cloud. A slip in a key that we honour is an
 * error, not a warning: `ssl-crt` for `ssl-cert` would else take TLS away without a word.
 */
function explainAnew(key: string, table: AnnotationTable, provider: string): readonly Problem[] {
  const { keys } = indexOf(table)
  const path = annotationPath(key)
  const inside = namespaces.some((prefix) => key.startsWith(prefix))
  const meant = sameButForm(key, [...keys.keys()], inside)
  const max = inside ? sure + Math.floor(suffixOf(key).length / 8) : sure
  // The narrow search first: it passes over nearly all keys by their length alone.
  const near = meant ?? nearest(key, keys.keys(), sure) ?? nearest(key, keys.keys(), max)
  const far = near === undefined ? max + 1 : meant === undefined ? distance(key, near, max) : 1
  const other = nearest(key, otherKeys(table), Math.min(max, far - 1))
  if (other !== undefined) return nearForeign(path, other)
  if (near !== undefined) {
    const verdict = table[keys.get(near) ?? '']?.verdict.is
    const say = far <= sure && verdict !== 'ignored' ? error : warning
    const hint = `did you mean ${near}?${key.toLowerCase() === near.toLowerCase() ? ' Upper and lower case matter.' : ''}`
    return [say('LB_ANNOTATION_TYPO', path, `${key} is no key that is known here`, { hint })]
  }
  if (!inside) return []
  const hint = `docs/reference/annotations-${provider}.md lists the keys that have one`
  return [
    warning('LB_ANNOTATION_UNKNOWN', path, `${key} is no key that is known here, so it has no effect`, {
      hint,
    }),
  ]
}

const suffixOf = (key: string): string => key.slice(key.indexOf('/') + 1)

/** The key that differs by case only, or by its prefix: missing, or one of the neighbours. */
function sameButForm(key: string, keys: readonly string[], inside: boolean): string | undefined {
  const lower = key.toLowerCase()
  const sameLetters = keys.find((one) => one.toLowerCase() === lower)
  if (sameLetters !== undefined || !(inside || !key.includes('/'))) return sameLetters
  return keys.find((one) => suffixOf(one) === suffixOf(key))
}

function* otherKeys(table: AnnotationTable): Iterable<string> {
  const { keys } = indexOf(table)
  for (const { key } of foreignKeys) if (!keys.has(key)) yield key
  for (const key of commonKeys) if (!keys.has(key)) yield key
}

function nearForeign(path: string, other: string): readonly Problem[] {
  const cloud = cloudOf(other)?.cloud
  if (cloud === undefined)
    return [
      warning('LB_ANNOTATION_UNKNOWN', path, 'this is no key that is known here', {
        hint: `did you mean ${other}?`,
      }),
    ]
  const message = `this looks like a key for ${cloud}, which has no effect elsewhere`
  return [note('LB_ANNOTATION_FOREIGN', path, message, { hint: `there it is spelled ${other}` })]
}

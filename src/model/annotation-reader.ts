import { equal } from '../lib/json.ts'
import type { AnnotationSpec, AnnotationTable, AnyKeyed, AnySettings, Setting } from './annotations.ts'
import { cloudOf, commonKeys } from './known-keys.ts'
import { annotationPath, error, note, type Problem, warning } from './problem.ts'
import { portableOf } from './portable-of-key.ts'
import { indexOf } from './table-index.ts'
import { explainUnknown } from './unknown-keys.ts'

interface AnnotationsRead {
  readonly settings: AnySettings
  readonly keyed: AnyKeyed
  readonly problems: readonly Problem[]
}

/** Reads every annotation of a Service once. Keys match exactly; what is near a known key is named, what is nobody's is left alone. */
export function readAnnotations(
  table: AnnotationTable,
  annotations: Readonly<Record<string, string>>,
  provider: string,
): AnnotationsRead {
  const index = indexOf(table)
  const settings: Record<string, Setting<unknown>> = {}
  const keyed: Record<string, Record<string, Setting<unknown>>> = {}
  const problems: Problem[] = []
  for (const [key, raw] of Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const name = index.nameOf(key)
    const spec = name === undefined ? undefined : table[name]
    if (name === undefined || spec === undefined) {
      problems.push(...explainOther(key, table, provider))
      continue
    }
    const read = readOne(spec, key, raw)
    const before = settings[name]
    if ('problems' in read) problems.push(...read.problems)
    else if (spec.family !== undefined) keyed[name] = { ...keyed[name], [variableOf(spec.family, key)]: read }
    else if (before === undefined) settings[name] = read
    else if (!equal(before.value, read.value)) problems.push(conflict(before, read))
    else if (before.key === spec.portable?.key) settings[name] = read
  }
  return { settings, keyed, problems }
}

const variableOf = (family: RegExp, key: string): string => family.exec(key)?.groups?.['at'] ?? key

type One = Setting<unknown> | { readonly problems: readonly Problem[] }

function readOne(spec: AnnotationSpec<unknown>, key: string, raw: string): One {
  const path = annotationPath(key)
  const { verdict } = spec
  if (raw.trim() === '' && spec.blank === 'refused') {
    const message = 'the value is empty: whether everybody may connect then, or nobody, is not ours to guess'
    const hint = 'remove the annotation to let everybody connect, or give it a value'
    return { problems: [error('LB_ANNOTATION_EMPTY', path, message, { accepted: spec.type.accepts, hint })] }
  }
  if (raw.trim() === '') {
    const message = 'the value is empty, which counts as if the annotation were not there'
    return {
      problems: [
        warning('LB_ANNOTATION_EMPTY', path, message, {
          accepted: spec.type.accepts,
          hint: 'remove the annotation, or give it a value',
        }),
      ],
    }
  }
  if (verdict.is !== 'implemented') {
    const { harmless = [] } = verdict
    if (harmless === 'all' || harmless.includes(raw.trim().toLowerCase())) return { problems: [] }
    const problem =
      verdict.is === 'refused'
        ? error('LB_ANNOTATION_REFUSED', path, `this key is not supported: ${verdict.why}`, { value: raw })
        : warning('LB_ANNOTATION_NOT_IMPLEMENTED', path, `this key has no effect here: ${verdict.why}`, {
            value: raw,
          })
    return { problems: [problem] }
  }
  const type = key === spec.portable?.key ? spec.portable.type : spec.type
  const parsed = type.parse(raw)
  if (parsed.ok) return { value: parsed.value, key, raw, path }
  const { message, accepted = type.accepts, hint, code = 'LB_ANNOTATION_INVALID' } = parsed.error
  return {
    problems: [error(code, path, message, { value: raw, accepted, ...(hint === undefined ? {} : { hint }) })],
  }
}

/** A cloud's own key and the portable one, with two meanings. Which one was meant is not ours to guess. */
const conflict = (one: Setting<unknown>, other: Setting<unknown>): Problem =>
  error('LB_ANNOTATION_CONFLICT', other.path, `this asks for something else than ${one.key}: ${one.raw}`, {
    value: other.raw,
    accepted: `one of the two keys, or the same in both`,
    hint: `remove ${other.key} or ${one.key}`,
  })

/** A key that the table does not have: another cloud's, everybody's, or a slip. */
function explainOther(key: string, table: AnnotationTable, provider: string): readonly Problem[] {
  if (commonKeys.includes(key)) return []
  const known = cloudOf(key)
  if (known === undefined) return explainUnknown(key, table, provider)
  if (known.cloud === provider) return []
  const say = known.severity === 'warning' ? warning : note
  const message = `this is a key for ${known.cloud} and has no effect elsewhere`
  const same = portableOf(key)
  const hint = same === undefined ? {} : { hint: `${same} asks for the same on every cloud` }
  return [say('LB_ANNOTATION_FOREIGN', annotationPath(key), message, hint)]
}

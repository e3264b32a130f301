import type { AnnotationSpec, AnnotationTable, AnySettings, Setting } from './annotations.ts'
import { cloudOf, commonKeys } from './known-keys.ts'
import { annotationPath, error, note, type Problem, warning } from './problem.ts'
import { indexOf } from './table-index.ts'
import { explainUnknown } from './unknown-keys.ts'

export interface AnnotationsRead {
  readonly settings: AnySettings
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
  const problems: Problem[] = []
  for (const [key, raw] of Object.entries(annotations).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const name = index.nameOf(key)
    const spec = name === undefined ? undefined : table[name]
    if (name === undefined || spec === undefined) {
      problems.push(...explainOther(key, table, provider))
      continue
    }
    const read = readOne(spec, key, raw)
    if ('value' in read) settings[name] = read
    else problems.push(...read.problems)
  }
  return { settings, problems }
}

type One = Setting<unknown> | { readonly problems: readonly Problem[] }

function readOne(spec: AnnotationSpec<unknown>, key: string, raw: string): One {
  const path = annotationPath(key)
  const { verdict } = spec
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
    if (verdict.harmless?.includes(raw.trim().toLowerCase()) === true) return { problems: [] }
    const problem =
      verdict.is === 'refused'
        ? error('LB_ANNOTATION_REFUSED', path, `this key is not supported: ${verdict.why}`, { value: raw })
        : warning('LB_ANNOTATION_NOT_IMPLEMENTED', path, `this key has no effect yet: ${verdict.why}`, {
            value: raw,
          })
    return { problems: [problem] }
  }
  const parsed = spec.type.parse(raw)
  if (parsed.ok) return { value: parsed.value, key, raw, path }
  const { message, accepted = spec.type.accepts, hint, code = 'LB_ANNOTATION_INVALID' } = parsed.error
  return {
    problems: [error(code, path, message, { value: raw, accepted, ...(hint === undefined ? {} : { hint }) })],
  }
}

/** A key that the table does not have: another cloud's, everybody's, or a slip. */
function explainOther(key: string, table: AnnotationTable, provider: string): readonly Problem[] {
  if (commonKeys.includes(key)) return []
  const known = cloudOf(key)
  if (known === undefined) return explainUnknown(key, table, provider)
  if (known.cloud === provider) return []
  const say = known.severity === 'warning' ? warning : note
  const message = `this is a key for ${known.cloud} and has no effect on ${provider}`
  return [say('LB_ANNOTATION_FOREIGN', annotationPath(key), message)]
}

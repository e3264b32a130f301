import type { Located } from '../config/located.ts'
import type { KubeApi, ResourceType } from '../kube/port.ts'
import { nearestWord } from '../model/did-you-mean.ts'
import type { KubeObject } from '../model/objects.ts'
import { error, type Problem } from '../model/problem.ts'
import { applyObject, resourceOf, servedKinds } from '../sandbox/apply.ts'
import { entriesOf, noKind, type Entry } from './read-manifests.ts'
import { refusedField } from './refused-field.ts'
import { named, problemsOf } from './shape.ts'
import type { Source } from './sources.ts'

/** An object to apply, and where it stands. */
export interface Manifest {
  readonly object: KubeObject
  readonly resource: ResourceType
  readonly locate: Entry['locate']
}

export interface ManifestsRead {
  /** In the order of the files. */
  readonly manifests: readonly Manifest[]
  readonly problems: readonly Located[]
}

/** What files hold for the sandbox. Nothing of it is judged beyond what must hold for it to be sent at all. */
export function manifestsOf(sources: readonly Source[]): ManifestsRead {
  const manifests: Manifest[] = []
  const problems: Located[] = []
  for (const source of sources)
    for (const entry of entriesOf(source, problems)) {
      const found = manifestOf(entry)
      if ('object' in found) manifests.push(found)
      else problems.push(...found.problems.map(entry.locate))
    }
  return { manifests, problems }
}

function manifestOf(entry: Entry): Manifest | { readonly problems: readonly Problem[] } {
  const { object, kind, apiVersion, found, locate } = entry
  if (kind === undefined) return { problems: [{ ...noKind(object), severity: found ? 'warning' : 'error' }] }
  const resource = resourceOf(apiVersion ?? '', kind)
  if (resource === undefined) return { problems: [unknownKind(kind, apiVersion)] }
  const problems = problemsOf(named, object)
  if (problems.length > 0) return { problems }
  return { object: { ...(object as KubeObject), apiVersion: apiVersion ?? '', kind }, resource, locate }
}

function unknownKind(kind: string, apiVersion: string | undefined): Problem {
  const served = servedKinds()
  const ofKind = served.filter((one) => one.startsWith(`${kind} of `))
  const near = nearestWord(
    kind,
    served.map((one) => one.replace(/ of .*/, '')),
  )
  return error(
    'LB_SANDBOX_KIND',
    ofKind.length > 0 ? 'apiVersion' : 'kind',
    apiVersion === undefined
      ? `${kind} has no apiVersion`
      : `the sandbox serves no ${kind} of ${JSON.stringify(apiVersion)}`,
    {
      accepted: (ofKind.length > 0 ? ofKind : served).join(', '),
      ...(ofKind.length === 0 && near !== undefined ? { hint: `did you mean ${near}?` } : {}),
    },
  )
}

/**
 * Applies one after the other, until the end is asked for; answers what was refused. `onApplied` hears of the others.
 */
export async function applyAll(
  api: KubeApi,
  manifests: readonly Manifest[],
  onApplied: (manifest: Manifest) => void,
  signal: AbortSignal,
): Promise<readonly Located[]> {
  const problems: Located[] = []
  for (const manifest of manifests) {
    if (signal.aborted) break
    const { object, resource, locate } = manifest
    const refusal = await applyObject(api, resource, object, signal)
    if (refusal === undefined) onApplied(manifest)
    else {
      const field = refusedField(refusal, object) ?? 'metadata.name'
      problems.push(locate(error('LB_SANDBOX_REFUSED', field, refusal)))
    }
  }
  return problems
}

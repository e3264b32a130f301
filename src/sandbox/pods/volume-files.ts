import { fail, ok, type Result } from '../../lib/result.ts'
import type { ConfigSource, Entries } from './config-source.ts'
import { fieldValue, resourceValue, type PodSelf } from './fields.ts'
import type { DownwardItem, KeyedSource, Volume } from './objects.ts'

export interface VolumeFile {
  readonly path: string
  readonly content: Buffer
  readonly mode: number
}

/** What a volume is on this machine. */
export type VolumeContent =
  /** Written again whenever its sources change. */
  | { readonly is: 'files'; readonly files: readonly VolumeFile[] }
  | { readonly is: 'empty' }
  /** Of this machine. `make`: it is wished to be there. */
  | { readonly is: 'folder'; readonly path: string; readonly make: boolean }

type Files = Result<readonly VolumeFile[], string>

const kinds = ['configMap', 'secret', 'downwardAPI', 'projected', 'emptyDir', 'hostPath'] as const

/** Fails with what a kubelet says of a missing source, or of a kind of volume that a sandbox does not have. */
export function volumeContent(
  volume: Volume,
  self: PodSelf,
  sources: ConfigSource,
): Result<VolumeContent, string> {
  const { configMap, secret, downwardAPI, projected, emptyDir, hostPath } = volume
  if (hostPath !== undefined)
    return ok({ is: 'folder', path: hostPath.path, make: hostPath.type === 'DirectoryOrCreate' })
  if (emptyDir !== undefined) return ok({ is: 'empty' })
  const { namespace = 'default' } = self.pod.metadata
  const asked = [
    ...(configMap === undefined ? [] : [{ configMap }]),
    ...(secret === undefined ? [] : [{ secret: { ...secret, name: secret.secretName ?? '' } }]),
    ...(downwardAPI === undefined ? [] : [{ downwardAPI }]),
    ...(projected?.sources ?? []),
  ]
  if (asked.length === 0 && projected === undefined)
    return fail(
      `the sandbox has no volumes of the kind ${Object.keys(volume).find((key) => key !== 'name') ?? 'none'}: it has ${kinds.join(', ')}`,
    )
  const mode = (configMap ?? secret ?? downwardAPI ?? projected)?.defaultMode ?? 0o644
  const files: VolumeFile[] = []
  for (const source of asked) {
    const taken = sourceFiles(source, namespace, mode, self, sources)
    if (!taken.ok) return taken
    files.push(...taken.value)
  }
  const outside = files.find(({ path }) => path.startsWith('/') || path.split('/').includes('..'))
  return outside === undefined
    ? ok({ is: 'files', files })
    : fail(`the path "${outside.path}" leads out of the volume`)
}

type Source = NonNullable<NonNullable<Volume['projected']>['sources']>[number]

function sourceFiles(
  { configMap, secret, downwardAPI }: Source,
  namespace: string,
  mode: number,
  self: PodSelf,
  sources: ConfigSource,
): Files {
  if (configMap !== undefined) {
    const { name = '' } = configMap
    return keyed(sources.configMap(namespace, name), configMap, `configmap "${name}"`, mode)
  }
  if (secret !== undefined) {
    const { name = '' } = secret
    return keyed(sources.secret(namespace, name), secret, `secret "${name}"`, mode)
  }
  // A service account's token has nobody here who would ask for it.
  return downwardAPI === undefined ? ok([]) : downward(downwardAPI.items ?? [], mode, self)
}

function keyed(
  entries: Entries | undefined,
  { items, optional = false }: KeyedSource,
  what: string,
  mode: number,
): Files {
  if (entries === undefined) return optional ? ok([]) : fail(`${what} not found`)
  if (items === undefined) return ok([...entries].map(([path, content]) => ({ path, content, mode })))
  const files: VolumeFile[] = []
  for (const { key, path, mode: own = mode } of items) {
    const content = entries.get(key)
    if (content !== undefined) files.push({ path, content, mode: own })
    else if (!optional) return fail(`${what} references non-existent key: ${key}`)
  }
  return ok(files)
}

function downward(items: readonly DownwardItem[], mode: number, self: PodSelf): Files {
  const files: VolumeFile[] = []
  for (const { path, fieldRef, resourceFieldRef, mode: own = mode } of items) {
    const value =
      fieldRef === undefined
        ? resourceFieldRef && resourceValue(self.pod.spec?.containers ?? [], '', resourceFieldRef)
        : fieldValue(self, fieldRef.fieldPath)
    if (value === undefined) return fail(`downwardAPI item "${path}" names no field that is known`)
    files.push({ path, content: Buffer.from(value), mode: own })
  }
  return ok(files)
}

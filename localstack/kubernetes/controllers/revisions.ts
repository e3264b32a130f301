import type { DeploymentObject, ReplicaSetObject } from '../workload-objects.ts'

/** How `kubectl rollout history` and `undo` find their way: by annotations that the controller keeps. */
const prefix = 'deployment.kubernetes.io/'
export const revisionKey = `${prefix}revision`
const historyKey = `${prefix}revision-history`

export const revisionOf = ({ metadata }: ReplicaSetObject): number =>
  Number(metadata.annotations?.[revisionKey] ?? 0)

export const byRevision = (sets: readonly ReplicaSetObject[]): readonly ReplicaSetObject[] =>
  sets.toSorted((a, b) => revisionOf(a) - revisionOf(b))

/** Annotations of the Deployment that say nothing of its ReplicaSets. */
const isOwn = (key: string) =>
  key.startsWith(prefix) || key === 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * The annotations of the current ReplicaSet. One whose template comes back gets a new revision and remembers the ones it
 * had; only then does it take over the change cause of the Deployment, so that each revision keeps its own.
 */
export function annotationsFor(
  { metadata, spec }: DeploymentObject,
  set: ReplicaSetObject,
  old: readonly ReplicaSetObject[],
): Readonly<Record<string, string>> {
  const own = set.metadata.annotations ?? {}
  const revision = Math.max(0, ...old.map(revisionOf)) + 1
  const before = revisionOf(set)
  const isNew = before < revision
  const history = [own[historyKey], String(before)].filter((one) => one !== undefined).join(',')
  const inherited = Object.entries(metadata.annotations ?? {}).filter(([key]) => !isOwn(key))
  return {
    ...Object.fromEntries(inherited),
    [`${prefix}desired-replicas`]: String(spec?.replicas ?? 0),
    [revisionKey]: String(isNew ? revision : before),
    ...(isNew && before > 0 ? { [historyKey]: history } : {}),
  }
}

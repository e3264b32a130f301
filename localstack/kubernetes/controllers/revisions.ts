import type { DeploymentObject, ReplicaSetObject } from '../workload-objects.ts'

/** How `kubectl rollout history` and `undo` find their way: by annotations that the controller keeps. */
const prefix = 'deployment.kubernetes.io/'
export const revisionKey = `${prefix}revision`
const historyKey = `${prefix}revision-history`

export const revisionOf = ({ metadata }: ReplicaSetObject): number =>
  Number(metadata.annotations?.[revisionKey] ?? 0)

export const byRevision = (sets: readonly ReplicaSetObject[]): readonly ReplicaSetObject[] =>
  sets.toSorted((a, b) => revisionOf(a) - revisionOf(b))

const desiredKey = `${prefix}desired-replicas`
const mostKey = `${prefix}max-replicas`

/** What a ReplicaSet was scaled for: the replicas of the whole Deployment, and how many there could be with the surge. */
export const scaledFor = (desired: number, most: number): Readonly<Record<string, string>> => ({
  [desiredKey]: String(desired),
  [mostKey]: String(most),
})

/** Whether the Deployment asked for another number when this ReplicaSet got its own. */
export function isScaledAnew({ metadata }: ReplicaSetObject, desired: number): boolean {
  const noted = metadata.annotations?.[desiredKey]
  return noted !== undefined && noted !== String(desired)
}

export const mostNoted = ({ metadata }: ReplicaSetObject): number =>
  Number(metadata.annotations?.[mostKey] ?? 0)

/** Annotations of the Deployment that say nothing of its ReplicaSets. */
const isOwn = (key: string) =>
  key.startsWith(prefix) || key === 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * The annotations of the current ReplicaSet. One whose template comes back gets a new revision and remembers the ones it
 * had; only then does it take over the change cause of the Deployment, so that each revision keeps its own.
 */
export function annotationsFor(
  { metadata }: DeploymentObject,
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
    [revisionKey]: String(isNew ? revision : before),
    ...(isNew && before > 0 ? { [historyKey]: history } : {}),
  }
}

import type { PodObject } from '../workload-objects.ts'

const conditionOf = (pod: PodObject, type: string) => pod.status?.conditions?.find((one) => one.type === type)

export const hasCondition = (pod: PodObject, type: string): boolean =>
  conditionOf(pod, type)?.status === 'True'

export const isReady = (pod: PodObject): boolean => hasCondition(pod, 'Ready')

export const isEnding = ({ metadata }: PodObject): boolean => metadata.deletionTimestamp !== undefined

/** Whether it counts as one of the replicas that a controller keeps. */
export const isActive = (pod: PodObject): boolean =>
  !isEnding(pod) && !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '')

/** When a ready pod counts as available, in milliseconds since the epoch; undefined while it is not ready. */
export function availableAt(pod: PodObject, minReadySeconds: number): number | undefined {
  if (!isReady(pod)) return undefined
  if (minReadySeconds === 0) return 0
  const since = conditionOf(pod, 'Ready')?.lastTransitionTime ?? pod.metadata.creationTimestamp ?? ''
  return Date.parse(since) + minReadySeconds * 1000
}

const rank = (pod: PodObject): readonly number[] => [
  pod.spec?.nodeName === undefined ? 0 : 1,
  pod.status?.phase === 'Running' ? 1 : 0,
  isReady(pod) ? 1 : 0,
]

/** The order in which pods are given up: those that do least first, then those that share a node, then the newest. */
export function byWorth(pods: readonly PodObject[]): readonly PodObject[] {
  const onNode = Map.groupBy(pods, ({ spec }) => spec?.nodeName ?? '')
  const keys = pods.map((pod) => ({
    pod,
    key: [...rank(pod), -(onNode.get(pod.spec?.nodeName ?? '')?.length ?? 0)],
    born: pod.metadata.creationTimestamp ?? '',
  }))
  return keys
    .toSorted((a, b) => {
      const differs = a.key.findIndex((part, at) => part !== b.key[at])
      if (differs >= 0) return (a.key[differs] ?? 0) - (b.key[differs] ?? 0)
      if (a.born !== b.born) return a.born < b.born ? 1 : -1
      return a.pod.metadata.name < b.pod.metadata.name ? 1 : -1
    })
    .map(({ pod }) => pod)
}

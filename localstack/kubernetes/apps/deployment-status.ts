import type { DeploymentCondition, DeploymentObject, ReplicaSetObject } from '../workload-objects.ts'
import { rolloutBounds } from './share.ts'

type Status = NonNullable<DeploymentObject['status']>

const total = (sets: readonly ReplicaSetObject[], count: (set: ReplicaSetObject) => number | undefined) =>
  sets.reduce((sum, set) => sum + (count(set) ?? 0), 0)

/** What a Deployment's ReplicaSets have come to, without its conditions. */
function countsOf(current: ReplicaSetObject | undefined, all: readonly ReplicaSetObject[]) {
  const wanted = total(all, ({ spec }) => spec?.replicas)
  const availableReplicas = total(all, ({ status }) => status?.availableReplicas)
  return {
    replicas: total(all, ({ status }) => status?.replicas),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: total(all, ({ status }) => status?.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, wanted - availableReplicas),
  }
}

type Counts = ReturnType<typeof countsOf>

export function boundsOf({ spec = {} }: DeploymentObject) {
  const { maxSurge = 0, maxUnavailable = 0 } = spec.strategy?.rollingUpdate ?? {}
  return spec.strategy?.type === 'Recreate'
    ? { surge: 0, unavailable: 0 }
    : rolloutBounds(spec.replicas ?? 0, maxSurge, maxUnavailable)
}

const isComplete = ({ spec }: DeploymentObject, counts: Counts): boolean => {
  const desired = spec?.replicas ?? 0
  return (
    counts.updatedReplicas === desired && counts.replicas === desired && counts.availableReplicas === desired
  )
}

const hasProgressed = (before: Status, now: Counts): boolean =>
  now.updatedReplicas > (before.updatedReplicas ?? 0) ||
  now.replicas - now.updatedReplicas < (before.replicas ?? 0) - (before.updatedReplicas ?? 0) ||
  now.readyReplicas > (before.readyReplicas ?? 0) ||
  now.availableReplicas > (before.availableReplicas ?? 0)

type Finding = Pick<DeploymentCondition, 'status' | 'reason' | 'message'> & { readonly moved?: boolean }

/** How the rollout goes; undefined where there is nothing new to say. */
function progress(
  deployment: DeploymentObject,
  set: ReplicaSetObject | undefined,
  counts: Counts,
  now: number,
): Finding | undefined {
  const { spec = {}, status: before = {}, metadata } = deployment
  const what = set === undefined ? `Deployment "${metadata.name}"` : `ReplicaSet "${set.metadata.name}"`
  const last = before.conditions?.find(({ type }) => type === 'Progressing')
  if (spec.paused === true)
    return { status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }
  if (isComplete(deployment, counts))
    return {
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `${what} has successfully progressed.`,
    }
  const isSame = last?.message.startsWith(what) === true
  // A finished rollout that loses a pod is not a new rollout.
  if (isSame && last.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updatedReplicas)
    return undefined
  if (!isSame || last.reason === 'NewReplicaSetAvailable' || hasProgressed(before, counts))
    return { status: 'True', reason: 'ReplicaSetUpdated', message: `${what} is progressing.`, moved: true }
  const deadline = Date.parse(last.lastUpdateTime ?? '') + (spec.progressDeadlineSeconds ?? 600) * 1000
  if (now < deadline) return undefined
  return {
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
    message: `${what} has timed out progressing.`,
  }
}

function withCondition(
  conditions: readonly DeploymentCondition[],
  type: string,
  { moved = false, ...found }: Finding,
  time: string,
): readonly DeploymentCondition[] {
  const last = conditions.find((one) => one.type === type)
  const same = last?.status === found.status && last.reason === found.reason
  if (last !== undefined && same && !moved && last.message === found.message) return conditions
  const lastTransitionTime = last?.status === found.status ? (last.lastTransitionTime ?? time) : time
  const lastUpdateTime = same && !moved ? (last.lastUpdateTime ?? time) : time
  return [
    ...conditions.filter((one) => one.type !== type),
    { type, ...found, lastUpdateTime, lastTransitionTime },
  ]
}

/** The status of a Deployment, whose conditions change their times only when they say something new. */
export function statusOf(
  deployment: DeploymentObject,
  current: ReplicaSetObject | undefined,
  old: readonly ReplicaSetObject[],
  now: { readonly ms: number; readonly text: string },
): Status {
  const counts = countsOf(current, current === undefined ? old : [...old, current])
  const minimum = (deployment.spec?.replicas ?? 0) - boundsOf(deployment).unavailable
  const available: Finding =
    counts.availableReplicas >= minimum
      ? {
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        }
      : {
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        }
  const found = progress(deployment, current, counts, now.ms)
  const first = withCondition(deployment.status?.conditions ?? [], 'Available', available, now.text)
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...counts,
    conditions: found === undefined ? first : withCondition(first, 'Progressing', found, now.text),
  }
}

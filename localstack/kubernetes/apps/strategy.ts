import type { Draft } from '../object.ts'
import type { Strategy } from '../strategy.ts'
import type { DeploymentObject, ReplicaSetObject } from '../workload-objects.ts'
import { defaultPodSpec } from './pod-defaults.ts'
import { checkDeployment, checkReplicaSet } from './rules.ts'

function prepareDeployment(draft: Draft<DeploymentObject>, before: DeploymentObject | undefined): void {
  const spec = (draft.spec ??= {})
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  spec.progressDeadlineSeconds ??= 600
  const strategy = (spec.strategy ??= {})
  strategy.type ??= 'RollingUpdate'
  if (strategy.type === 'RollingUpdate') {
    const rolling = (strategy.rollingUpdate ??= {})
    rolling.maxUnavailable ??= '25%'
    rolling.maxSurge ??= '25%'
  }
  defaultPodSpec(spec.template?.spec)
  if (before === undefined) draft.status = {}
}

function prepareReplicaSet(draft: Draft<ReplicaSetObject>, before: ReplicaSetObject | undefined): void {
  const spec = (draft.spec ??= {})
  spec.replicas ??= 1
  defaultPodSpec(spec.template?.spec)
  if (before === undefined) draft.status = { replicas: 0 }
}

export const deploymentStrategy: Strategy<DeploymentObject> = {
  prepare: prepareDeployment,
  check: checkDeployment,
}

export const replicaSetStrategy: Strategy<ReplicaSetObject> = {
  prepare: prepareReplicaSet,
  check: checkReplicaSet,
}

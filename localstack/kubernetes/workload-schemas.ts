import { kind, objectMeta } from './meta-schemas.ts'
import { podSpec } from './pod-schema.ts'
import {
  always,
  atomic,
  flag,
  int32,
  int64,
  kept,
  listOf,
  mapOf,
  struct,
  text,
  time,
  type Schema,
} from './schema.ts'

const selector = atomic(
  struct('LabelSelector', {
    matchLabels: mapOf(text),
    matchExpressions: listOf(
      struct('LabelSelectorRequirement', { key: text, operator: text, values: listOf(text) }),
    ),
  }),
)

// None is not the same as not said.
const share: Schema = { is: 'intOrString', kept: true }

const template = always(struct('PodTemplateSpec', { metadata: objectMeta, spec: podSpec }))

const condition = (name: string) =>
  listOf(
    struct(name, {
      type: text,
      status: text,
      lastUpdateTime: time,
      lastTransitionTime: time,
      reason: text,
      message: text,
    }),
    { mergeKey: 'type' },
  )

export const deployment = kind('Deployment', {
  spec: always(
    struct('DeploymentSpec', {
      replicas: kept(int32),
      selector,
      template,
      strategy: always(
        struct('DeploymentStrategy', {
          type: text,
          rollingUpdate: struct('RollingUpdateDeployment', {
            maxUnavailable: share,
            maxSurge: share,
          }),
        }),
      ),
      minReadySeconds: int32,
      revisionHistoryLimit: kept(int32),
      paused: flag,
      progressDeadlineSeconds: kept(int32),
    }),
  ),
  status: always(
    struct('DeploymentStatus', {
      observedGeneration: int64,
      replicas: int32,
      updatedReplicas: int32,
      readyReplicas: int32,
      availableReplicas: int32,
      unavailableReplicas: int32,
      terminatingReplicas: kept(int32),
      collisionCount: kept(int32),
      conditions: condition('DeploymentCondition'),
    }),
  ),
})

export const replicaSet = kind('ReplicaSet', {
  spec: always(
    struct('ReplicaSetSpec', { replicas: kept(int32), minReadySeconds: int32, selector, template }),
  ),
  status: always(
    struct('ReplicaSetStatus', {
      replicas: kept(int32),
      fullyLabeledReplicas: int32,
      readyReplicas: int32,
      availableReplicas: int32,
      terminatingReplicas: kept(int32),
      observedGeneration: int64,
      conditions: condition('ReplicaSetCondition'),
    }),
  ),
})

import {
  always,
  anything,
  atomic,
  flag,
  int64,
  kept,
  listOf,
  mapOf,
  struct,
  text,
  time,
  type Struct,
} from './schema.ts'

/** What objects of every kind have in common. */
const ownerReference = atomic(
  struct('OwnerReference', {
    apiVersion: text,
    kind: text,
    name: text,
    uid: text,
    controller: kept(flag),
    blockOwnerDeletion: kept(flag),
  }),
)

export const objectMeta = always(
  struct('ObjectMeta', {
    name: text,
    generateName: text,
    namespace: text,
    selfLink: text,
    uid: text,
    resourceVersion: text,
    generation: int64,
    creationTimestamp: time,
    deletionTimestamp: time,
    deletionGracePeriodSeconds: { is: 'int64', kept: true },
    labels: mapOf(text),
    annotations: mapOf(text),
    finalizers: listOf(text, { set: true }),
    ownerReferences: listOf(ownerReference, { mergeKey: 'uid' }),
    managedFields: listOf(anything),
  }),
)

const condition = struct('Condition', {
  type: text,
  status: text,
  observedGeneration: int64,
  lastTransitionTime: time,
  lastHeartbeatTime: time,
  reason: kept(text),
  message: kept(text),
})
export const conditions = listOf(condition, { mergeKey: 'type' })

export const reference = atomic(
  struct('ObjectReference', {
    kind: text,
    namespace: text,
    name: text,
    uid: text,
    apiVersion: text,
    resourceVersion: text,
    fieldPath: text,
  }),
)

export const kind = (name: string, fields: Struct['fields'], open = false) =>
  struct(name, { apiVersion: text, kind: text, metadata: objectMeta, ...fields }, open)

import type { PodObject } from './objects.ts'

/** Of gates that are written by hand: the name of a Service of the pod's namespace follows. */
export const gatePrefix = 'target-health.lb-controller.io/'

/** Whether a gate waits for the targets of a Service. */
export type GateMatch = (conditionType: string, namespace: string, service: string) => boolean

export const ownGate: GateMatch = (conditionType, _namespace, service) =>
  conditionType === gatePrefix + service

/** Gates of a pod for this Service's targets. */
export const gatesFor = ({ metadata, spec }: PodObject, service: string, is: GateMatch): readonly string[] =>
  (spec?.readinessGates ?? [])
    .map(({ conditionType }) => conditionType)
    .filter((type) => is(type, metadata.namespace ?? '', service))

export const isCondition = ({ status }: PodObject, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true

/** Everything but gates is done: whether its targets are healthy decides whether it is ready. */
export const mayBeTarget = (pod: PodObject): boolean =>
  pod.metadata.deletionTimestamp === undefined && isCondition(pod, 'ContainersReady')

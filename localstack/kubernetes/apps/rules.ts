import { equal } from '../../../src/lib/json.ts'
import { forbiddenField, invalidValue, required, unsupported } from '../cause.ts'
import type { Cause } from '../fault.ts'
import { checkLabels } from '../metadata.ts'
import type { DeploymentObject, LabelSelector, PodTemplate, ReplicaSetObject } from '../workload-objects.ts'
import { checkPodSpec } from './pod-rules.ts'
import { roundedShare } from './share.ts'
import { selects } from './selector.ts'

const negative = (field: string, value: number | undefined): Cause[] =>
  value !== undefined && value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : []

function checkTemplate(template: PodTemplate | undefined, selector: LabelSelector | undefined): Cause[] {
  const labels = template?.metadata?.labels ?? {}
  return [
    ...checkLabels(labels, 'spec.template.labels'),
    ...(selects(selector, labels)
      ? []
      : [
          invalidValue(
            'spec.template.metadata.labels',
            labels,
            '`selector` does not match template `labels`',
          ),
        ]),
    ...checkPodSpec(template?.spec, 'spec.template.spec', ['Always']),
  ]
}

function checkSelector(selector: LabelSelector | undefined, before: LabelSelector | undefined): Cause[] {
  if (selector === undefined) return [required('spec.selector')]
  const { matchLabels = {}, matchExpressions = [] } = selector
  if (Object.keys(matchLabels).length + matchExpressions.length === 0)
    return [invalidValue('spec.selector', selector, 'empty selector is invalid for deployment')]
  return before === undefined || equal(before, selector)
    ? []
    : [invalidValue('spec.selector', selector, 'field is immutable')]
}

function checkStrategy({ strategy = {} }: NonNullable<DeploymentObject['spec']>): Cause[] {
  const { type, rollingUpdate } = strategy
  const field = 'spec.strategy.rollingUpdate'
  if (type === 'Recreate')
    return rollingUpdate === undefined
      ? []
      : [forbiddenField(field, "may not be specified when strategy `type` is 'Recreate'")]
  if (type !== 'RollingUpdate')
    return [unsupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate'])]
  const { maxSurge = 0, maxUnavailable = 0 } = rollingUpdate ?? {}
  const malformed = Object.entries({ maxSurge, maxUnavailable }).flatMap(([name, value]) =>
    typeof value === 'string' && !/^\d+%$/.test(value)
      ? [
          invalidValue(
            `${field}.${name}`,
            value,
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
          ),
        ]
      : negative(`${field}.${name}`, typeof value === 'number' ? value : undefined),
  )
  if (malformed.length > 0) return malformed
  const nothing = roundedShare(maxSurge, 100, 'up') === 0 && roundedShare(maxUnavailable, 100, 'up') === 0
  return nothing
    ? [invalidValue(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
    : []
}

export function checkDeployment(object: DeploymentObject, before: DeploymentObject | undefined): Cause[] {
  const { spec = {} } = object
  const { minReadySeconds = 0, progressDeadlineSeconds } = spec
  const late =
    progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds
      ? [
          invalidValue(
            'spec.progressDeadlineSeconds',
            progressDeadlineSeconds,
            'must be greater than minReadySeconds',
          ),
        ]
      : []
  return [
    ...negative('spec.replicas', spec.replicas),
    ...checkSelector(spec.selector, before?.spec?.selector),
    ...checkTemplate(spec.template, spec.selector),
    ...checkStrategy(spec),
    ...negative('spec.minReadySeconds', minReadySeconds),
    ...negative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...late,
  ]
}

export function checkReplicaSet(object: ReplicaSetObject, before: ReplicaSetObject | undefined): Cause[] {
  const { spec = {} } = object
  return [
    ...negative('spec.replicas', spec.replicas),
    ...checkSelector(spec.selector, before?.spec?.selector),
    ...checkTemplate(spec.template, spec.selector),
  ]
}

import { parseCidr } from '../../src/lib/ip.ts'
import { equal, isObject } from '../../src/lib/json.ts'
import { defaultPodSpec } from './apps/pod-defaults.ts'
import { invalidValue } from './cause.ts'
import type { Cause } from './fault.ts'
import { fieldAt, type AnyObject, type Draft } from './object.ts'

/** Resources whose rules fit into a few lines. */
type Fields = Record<string, unknown>

export function prepareNamespace(draft: Draft<AnyObject>, before: AnyObject | undefined): void {
  const fields = draft as Fields
  draft.metadata.labels = {
    ...draft.metadata.labels,
    'kubernetes.io/metadata.name': draft.metadata.name,
  }
  fields['spec'] = before?.['spec'] ?? { finalizers: ['kubernetes'] }
  if (before === undefined) fields['status'] = { phase: 'Active' }
}

/** A new Pod waits for a scheduler; there is none here, so whoever plays the kubelet writes its status. */
export function preparePod(draft: Draft<AnyObject>, before: AnyObject | undefined): void {
  const fields = draft as Fields
  const { spec } = fields
  defaultPodSpec(spec)
  if (isObject(spec)) (spec as Fields)['enableServiceLinks'] ??= true
  if (before === undefined) fields['status'] = { phase: 'Pending', qosClass: 'BestEffort' }
}

export function checkLease(lease: AnyObject): Cause[] {
  return ['leaseDurationSeconds', 'leaseTransitions'].flatMap((name) => {
    const value = fieldAt(lease, `spec.${name}`)
    if (typeof value !== 'number') return []
    if (name === 'leaseTransitions' && value < 0)
      return [invalidValue(`spec.${name}`, value, 'must be greater than or equal to 0')]
    return name === 'leaseDurationSeconds' && value <= 0
      ? [invalidValue(`spec.${name}`, value, 'must be greater than 0')]
      : []
  })
}

/** Its ranges are for good; whoever needs others adds an object. */
export function prepareServiceCidr(draft: Draft<AnyObject>, before: AnyObject | undefined): void {
  const fields = draft as Fields
  fields['status'] = before?.['status'] ?? { conditions: [] }
}

export function checkServiceCidr(object: AnyObject, before: AnyObject | undefined): Cause[] {
  const cidrs = fieldAt(object, 'spec.cidrs')
  if (before !== undefined)
    return equal(cidrs, fieldAt(before, 'spec.cidrs'))
      ? []
      : [invalidValue('spec.cidrs', cidrs, 'field is immutable')]
  if (!Array.isArray(cidrs) || cidrs.length === 0 || cidrs.length > 2)
    return [
      invalidValue('spec.cidrs', cidrs, 'at least one CIDR required, and at most one of each IP family'),
    ]
  return cidrs.flatMap((cidr, index) =>
    typeof cidr === 'string' && parseCidr(cidr).ok
      ? []
      : [invalidValue(`spec.cidrs[${index}]`, cidr, 'must be a valid CIDR value')],
  )
}

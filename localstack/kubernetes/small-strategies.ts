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
  if (before === undefined) (draft as Fields)['status'] = { phase: 'Pending', qosClass: 'BestEffort' }
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

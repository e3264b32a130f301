import { fieldAt, type AnyObject } from '../object.ts'

/** Holds a pod until whoever runs it has ended it: without it a deletion would be done at once. */
export const heldByKubelet = 'kubelet.localstack/grace'

const defaultSeconds = 30

/** How long a pod may take to end, in seconds: what is asked, or else what the pod says; none where nothing can run. */
export function graceOf(pod: AnyObject, asked: number | undefined): number {
  const phase = fieldAt(pod, 'status.phase')
  if (fieldAt(pod, 'spec.nodeName') === undefined || phase === 'Succeeded' || phase === 'Failed') return 0
  const said = asked ?? fieldAt(pod, 'spec.terminationGracePeriodSeconds')
  const seconds = typeof said === 'number' ? said : defaultSeconds
  return seconds < 0 ? 1 : seconds
}

import type { PodObject } from '../model/objects.ts'
import type { Patch } from './port.ts'
import { kubeTime } from './time.ts'

/**
 * One strategic merge patch: it merges conditions by type, so that what the kubelet writes meanwhile stays. It carries
 * the uid, so it never hits another pod of the same name. Undefined when the pod says so already; a changed message alone
 * is no reason to write.
 */
export function podConditionPatch(
  pod: PodObject,
  types: readonly string[],
  {
    healthy,
    reason,
    message,
  }: { readonly healthy: boolean; readonly reason: string; readonly message: string },
  now: number,
): Patch | undefined {
  const status = healthy ? 'True' : 'False'
  const held = new Map((pod.status?.conditions ?? []).map((condition) => [condition.type, condition]))
  const changed = types.filter((type) => {
    const before = held.get(type)
    return before?.status !== status || before.reason !== reason
  })
  if (changed.length === 0) return undefined
  const { uid } = pod.metadata
  return {
    type: 'strategic',
    subresource: 'status',
    body: {
      metadata: uid === undefined ? {} : { uid },
      status: {
        conditions: changed.map((type) => ({
          type,
          status,
          reason,
          message,
          lastTransitionTime: kubeTime(now),
        })),
      },
    },
  }
}

/** Turns of an update that let nodes in and out. */
import type { Observed, PartChange } from '../../../src/plan/resource.ts'
import { ProviderError } from '../../../src/provider/errors.ts'
import { text } from '../kinds/shared.ts'
import { done, withParts, type Turn } from './turn.ts'

export const hasInstances = ({ parts = {} }: Observed): boolean =>
  Object.values(parts).some((part) => 'InstanceId' in part.spec)

const instancesIn = (parts: readonly PartChange[]) =>
  parts.map(({ after, before }) => ({ InstanceId: text(after ?? before ?? {}, 'InstanceId') }))

export function joined(turn: Turn) {
  const { deps, put, signal, LoadBalancerName } = turn
  if (put.instances.length === 0) return undefined
  const Instances = instancesIn(put.instances)
  return done(
    deps.api.call('elb:RegisterInstancesWithLoadBalancer', { LoadBalancerName, Instances }, signal),
    withParts(turn, put.instances),
  )
}

/** AWS itself takes out instances that end: one that is out already shows that we know too little. */
export function left(turn: Turn) {
  const { deps, gone, signal, LoadBalancerName } = turn
  if (gone.instances.length === 0) return undefined
  const Instances = instancesIn(gone.instances)
  const call = deps.api.call(
    'elb:DeregisterInstancesFromLoadBalancer',
    { LoadBalancerName, Instances },
    signal,
  )
  return call.then(
    () => withParts(turn, gone.instances),
    (error: unknown) => {
      if (!(error instanceof ProviderError) || error.code !== 'InvalidInstance') throw error
      const { code, op, sent, message } = error
      throw new ProviderError({ kind: 'stale', code, op, sent, message, cause: error })
    },
  )
}

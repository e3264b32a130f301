import { type Problem, warning } from '../../src/model/problem.ts'
import { instancesOf } from './instances.ts'
import type { Wish } from './wish.ts'

/** Nodes are known, and none is an instance: what is planned has no targets, and no group to open. */
export function noInstances({
  targetType,
  context,
}: Pick<Wish, 'targetType' | 'context'>): readonly Problem[] {
  const { nodes, nodesUnknown } = context
  if (targetType !== 'instance' || nodesUnknown !== undefined || instancesOf(nodes).list.length > 0) return []
  const what = nodes.length === 0 ? 'there is no node that can serve' : 'no node is an EC2 instance'
  return [
    warning('LB_AWS_NO_NODES', 'spec.type', `${what}, so the load balancer has nothing to send to`, {
      accepted: 'nodes with a providerID aws:///ZONE/i-...',
      hint: 'nodes that join are added at once',
    }),
  ]
}

/**
 * What one request can carry out of a change. The first of `turns` that has something to do does it, and the rest
 * follows round by round:
 *
 *   groups     first, for what restricts goes in before what it restricts
 *   policies   before the listeners and ports of nodes that they are set on
 *   nodes      that join one which serves already: a listener that AWS refuses keeps no node out
 *   listeners  made, then their certificates and policies at once, then PROXY protocol on the ports of the nodes
 *   health     and all other settings
 *   nodes      that are the first: nothing is sent to them before everything else is in place
 *   removals   nodes, listeners, ports, and last the policies that those used
 */
import type { Observed } from '../../../src/plan/resource.ts'
import { cannotChange, type KindDeps } from '../kinds/shared.ts'
import { isGone, sorted, type Turn, type Update } from './turn.ts'
import { hasInstances, joined, left } from './turns-instances.ts'
import {
  backendCleared,
  backendSet,
  certificateSet,
  listenersGone,
  listenersMade,
  listenersReplaced,
  policyGone,
  policyMade,
  tlsPolicySet,
} from './turns-listeners.ts'
import { attributes, groups, healthCheck, subnets, tags } from './turns-settings.ts'

export async function updateClassic(deps: KindDeps, update: Update): Promise<Observed> {
  const { seen, changes } = update
  const turn: Turn = {
    ...update,
    deps,
    asOf: deps.clock.now(),
    LoadBalancerName: seen.id,
    put: sorted(changes.parts.filter((part) => !isGone(part))),
    gone: sorted(changes.parts.filter(isGone)),
  }
  for (const take of turns) {
    const after = take(turn)
    if (after !== undefined) return after
  }
  throw cannotChange(seen, changes, 'elasticloadbalancing:ModifyLoadBalancerAttributes')
}

type Take = (turn: Turn) => Promise<Observed> | undefined

const turns: readonly Take[] = [
  groups,
  policyMade,
  (turn) => (hasInstances(turn.seen) ? joined(turn) : undefined),
  listenersReplaced,
  listenersMade,
  certificateSet,
  tlsPolicySet,
  backendSet,
  healthCheck,
  attributes,
  subnets,
  joined,
  tags,
  left,
  listenersGone,
  backendCleared,
  policyGone,
]

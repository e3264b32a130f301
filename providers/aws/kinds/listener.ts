import type { Observed, Resource } from '../../../src/plan/resource.ts'
import type { Kind } from '../../../src/provider/kind.ts'
import { writeTags } from '../tags.ts'
import { attributesOfNew, listenerForm, listenerInput, observedListener } from './listener-form.ts'
import { NewListeners } from './new-listeners.ts'
import { readListener, readListeners } from './read-listeners.ts'
import { type KindDeps, only, orUndefined, text, textMap } from './shared.ts'
import { updateListener } from './update-listener.ts'

/** Found and deleted with its load balancer; made and changed on its own. */
export function listenerKind(deps: KindDeps): Kind {
  const fresh = new NewListeners(deps.clock)
  return {
    ...listenerForm,
    list: () => Promise.resolve({ items: [] }),
    read: (seen, signal) => orUndefined(fresh.patient(seen.id, readListener(deps, seen, signal))),
    find: (want, signal) => findListener(deps, want, signal),
    async create(want, _inside, signal) {
      const made = await createListener(deps, want, signal)
      fresh.made(made.id)
      return made
    },
    budget: () => 'elbv2',
    update: (seen, want, changes, signal) =>
      fresh.patient(seen.id, updateListener(deps, seen, want, changes, signal)),
    async delete(seen, signal) {
      const call = deps.api.call('DeleteListener', { ListenerArn: seen.id }, signal)
      await orUndefined(fresh.patient(seen.id, call))
      deps.tags.forget(seen.id)
    },
  }
}

const parentOf = (want: Resource) => ({
  owners: want.owners,
  stack: want.stack,
  key: want.within?.key ?? '',
})

async function findListener(deps: KindDeps, want: Resource, signal: AbortSignal) {
  const arn = want.spec['LoadBalancerArn']
  if (typeof arn !== 'string') return undefined
  const all = await orUndefined(readListeners(deps, arn, parentOf(want), signal))
  const object = all?.find((listener) => listener.spec['Port'] === want.spec['Port'])
  return object === undefined ? undefined : { object: { ...object, key: want.key } }
}

/** With its default certificate: those for more server names come in calls of their own. */
async function createListener(deps: KindDeps, want: Resource, signal: AbortSignal): Promise<Observed> {
  const asOf = deps.clock.now()
  const tags = textMap(want.spec['Tags'], 'Tags')
  const answer = await deps.api.call(
    'CreateListener',
    {
      LoadBalancerArn: text(want.spec, 'LoadBalancerArn'),
      ...listenerInput(want.spec),
      Tags: writeTags(tags),
    },
    signal,
  )
  const made = only(answer.Listeners, 'elasticloadbalancing:CreateListener')
  const attributes = attributesOfNew(want.spec)
  return observedListener(made, { more: [], tags, parent: parentOf(want), attributes, asOf })
}

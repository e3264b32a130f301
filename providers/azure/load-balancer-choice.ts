import { factOf } from '../../src/provider/facts.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import { isOwner } from '../../src/plan/partial-owner.ts'
import type { Observed } from '../../src/plan/resource.ts'
import { namespaceKey, type NamespaceLabels } from './facts.ts'
import { configNameOf, isInternalName } from './names.ts'
import { indexOf, remembered } from './observed-index.ts'
import { pinnedIn } from './pinned.ts'
import { eligible, mostEligible } from './select-load-balancer.ts'
import { isSet } from './selectors.ts'
import type { WishBase } from './wish-base.ts'

interface Choice {
  /** Without the end that marks internal ones. */
  readonly name: string
  readonly problems: readonly Problem[]
}

const undecided = '<load balancer>'

/** Which load balancer takes the Service. Usually there is one for all, and its internal twin. */
export function chooseLoadBalancer(base: WishBase): Choice {
  const { config, clusterName, lb, settings } = base
  if (config.loadBalancers.length === 0) return { name: config.loadBalancerName ?? clusterName, problems: [] }
  const labels = namespaceLabels(base)
  if (labels === undefined) return { name: undecided, problems: [] }
  const seen = indexOf(base.context.observed)
    .ofKind('load-balancer')
    .filter(({ key }) => isInternalName(key) === base.internal)
  const current = seen.find((item) => standsOn(item, lb.uid))
  const found = eligible(config.loadBalancers, {
    labels: lb.labels,
    namespaceLabels: labels,
    ...(settings.configurations === undefined ? {} : { named: settings.configurations.value }),
    ...(current === undefined ? {} : { current: configNameOf(current.key) }),
  })
  const path = settings.configurations?.path ?? 'spec.type'
  const value = settings.configurations === undefined ? {} : { value: settings.configurations.raw }
  if (!found.ok) {
    const { message, accepted } = found.error
    const problem = error('LB_AZURE_LOAD_BALANCER_NONE', path, message, {
      ...value,
      accepted,
      hint: 'name another one, or mend the selectors under azure.loadBalancers',
    })
    return { name: undecided, problems: [problem] }
  }
  const pinned = pinnedPlace(base, seen, found.value)
  if (pinned !== undefined) return pinned
  const counts = new Map(seen.map((item) => [configNameOf(item.key).toLowerCase(), rulesOf(item)]))
  const chosen = mostEligible(found.value, current && configNameOf(current.key), counts) ?? undecided
  return { name: chosen, problems: heldBack(base, current, chosen) }
}

/** An address stands on one load balancer: while others share it, its own Service cannot take it along. */
function heldBack(
  { stem, settings }: WishBase,
  current: Observed | undefined,
  chosen: string,
): readonly Problem[] {
  if (current === undefined || configNameOf(current.key).toLowerCase() === chosen.toLowerCase()) return []
  const own = Object.entries(current.parts ?? {}).filter(([key]) => key.startsWith(`frontend/${stem}`))
  if (own.every(([, { owners }]) => owners.length < 2)) return []
  const { path = 'spec.type', raw = chosen, key } = settings.configurations ?? {}
  const message = `other Services share the address of this one on ${current.key}, so it cannot move to ${chosen}`
  const how =
    key === undefined
      ? 'give those Services addresses of their own'
      : `remove ${key}, or give those Services addresses of their own`
  return [
    error('LB_AZURE_LOAD_BALANCER_ADDRESS', path, message, {
      value: raw,
      accepted: configNameOf(current.key),
      hint: how,
    }),
  ]
}

/** Undefined while they count and are not known. */
function namespaceLabels({ config, context, lb }: WishBase): NamespaceLabels | undefined {
  if (!config.loadBalancers.some((one) => isSet(one.serviceNamespaceSelector))) return {}
  const fact = factOf<NamespaceLabels>(context.facts, namespaceKey(lb.namespace), 'the namespace')
  return 'value' in fact ? fact.value : undefined
}

/** An address stands on one load balancer: who pins it goes there. */
function pinnedPlace(
  base: WishBase,
  seen: readonly Observed[],
  names: readonly string[],
): Choice | undefined {
  for (const family of base.lb.families) {
    const pinned = pinnedIn(base, family)
    if (pinned === undefined) continue
    const holder = seen.find((item) => pinned.frontendOn(item) !== undefined)
    if (holder === undefined) {
      const asked = base.settings.configurations
      if (asked === undefined) continue
      const message = `${pinned.text} stands on none of these load balancers, and a Service with an address of its own goes where that is`
      return {
        name: undecided,
        problems: [
          error('LB_AZURE_LOAD_BALANCER_ADDRESS', asked.path, message, {
            value: asked.raw,
            accepted: 'either the address or the load balancer',
            hint: `remove ${asked.key}, or the address`,
          }),
        ],
      }
    }
    const name = configNameOf(holder.key)
    const fits = names.find((one) => one.toLowerCase() === name.toLowerCase())
    if (fits !== undefined) return { name: fits, problems: [] }
    const message = `${pinned.text} stands on ${name}, which may not take this Service`
    const details = { value: pinned.text, accepted: `an address on ${names.join(' or ')}` }
    return {
      name: undecided,
      problems: [error('LB_AZURE_LOAD_BALANCER_ADDRESS', pinned.path, message, details)],
    }
  }
  return undefined
}

/** Owners of a load balancer are those of its parts. */
const standsOn = ({ owners }: Observed, uid: string | undefined): boolean =>
  owners.some((owner) => isOwner(owner.uid, uid))

const rulesOf = remembered(
  (item: Observed): number => Object.keys(item.parts ?? {}).filter((key) => key.startsWith('rule/')).length,
)

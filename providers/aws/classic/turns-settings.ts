/** Turns of an update that change the load balancer itself. */
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { ClassicAttributes, ClassicHealthCheck } from '../api-elb.ts'
import { changed, changesUnder, merged, textMap, texts, withSpec } from '../kinds/shared.ts'
import { writeTags } from '../tags.ts'
import { canonicalClassic } from './form.ts'
import { done, type Turn } from './turn.ts'

export function groups({ deps, seen, want, changes, signal, asOf, LoadBalancerName }: Turn) {
  if (!changed(changes, 'SecurityGroups')) return undefined
  const SecurityGroups = texts(want.spec, 'SecurityGroups')
  return done(
    deps.api.call('elb:ApplySecurityGroupsToLoadBalancer', { LoadBalancerName, SecurityGroups }, signal),
    withSpec(seen, asOf, { SecurityGroups }),
  )
}

export function healthCheck({ deps, seen, want, changes, signal, asOf, LoadBalancerName }: Turn) {
  if (!changed(changes, 'HealthCheck')) return undefined
  const check = want.spec['HealthCheck'] as JsonObject
  const HealthCheck = check as unknown as ClassicHealthCheck
  return done(
    deps.api.call('elb:ConfigureHealthCheck', { LoadBalancerName, HealthCheck }, signal),
    withSpec(seen, asOf, { HealthCheck: check }),
  )
}

/** AWS takes whole structures: each that differs is sent as it is wanted, with what returns to its default. */
export function attributes({ deps, seen, want, changes, signal, asOf, LoadBalancerName }: Turn) {
  const field = 'LoadBalancerAttributes'
  const asked = changesUnder(changes, field)
  if (asked.size === 0) return undefined
  const structures: Record<string, Record<string, Json>> = {}
  for (const [path, after] of asked) {
    const [structure = '', setting = ''] = path.split('.')
    const whole = (structures[structure] ??= { ...fieldsOf(fieldsOf(want.spec[field])[structure]) })
    if (after !== null) whole[setting] = after
  }
  const LoadBalancerAttributes = structures as ClassicAttributes
  return done(
    deps.api.call('elb:ModifyLoadBalancerAttributes', { LoadBalancerName, LoadBalancerAttributes }, signal),
    withSpec(seen, asOf, { [field]: { ...fieldsOf(seen.spec[field]), ...structures } }),
  )
}

const fieldsOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})

/** New ones first; one in a zone that it is in already takes the place of the one there. */
export function subnets({ deps, seen, want, changes, signal, asOf, LoadBalancerName }: Turn) {
  if (!changed(changes, 'Subnets')) return undefined
  const [has, asked] = [texts(seen.spec, 'Subnets'), texts(want.spec, 'Subnets')]
  const added = asked.filter((id) => !has.includes(id))
  const Subnets = added.length > 0 ? added : has.filter((id) => !asked.includes(id))
  const action = added.length > 0 ? 'elb:AttachLoadBalancerToSubnets' : 'elb:DetachLoadBalancerFromSubnets'
  return deps.api.call(action, { LoadBalancerName, Subnets }, signal).then((answer) => {
    const after = withSpec(seen, asOf, { Subnets: answer.Subnets ?? asked })
    return { ...after, spec: canonicalClassic(after.spec) }
  })
}

/** First those to set, then those to take off. */
export function tags({ deps, seen, changes, signal, asOf, LoadBalancerName }: Turn) {
  const asked = changesUnder(changes, 'Tags')
  if (asked.size === 0) return undefined
  const set = new Map<string, Json>([...asked].filter(([, value]) => value !== null))
  const LoadBalancerNames = [LoadBalancerName] as const
  const call =
    set.size > 0
      ? deps.api.call(
          'elb:AddTags',
          { LoadBalancerNames, Tags: writeTags(textMap(Object.fromEntries(set), 'Tags')) },
          signal,
        )
      : deps.api.call(
          'elb:RemoveTags',
          { LoadBalancerNames, Tags: [...asked.keys()].map((Key) => ({ Key })) },
          signal,
        )
  return call.then(() => {
    const after = merged(seen.spec['Tags'], set.size > 0 ? set : asked)
    deps.tags.wrote(LoadBalancerName, textMap(after, 'Tags'))
    return withSpec(seen, asOf, { Tags: after })
  })
}

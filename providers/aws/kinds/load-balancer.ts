import type { Observed, Resource } from '../../../src/plan/resource.ts'
import type { Changes, Kind, Page, ReadResult } from '../../../src/provider/kind.ts'
import { writeTags } from '../tags.ts'
import { attributesOfNew, observedLoadBalancer, loadBalancerForm } from './load-balancer-form.ts'
import { readListeners } from './read-listeners.ts'
import {
  attributesOf,
  attributesToSet,
  cannotChange,
  changed,
  changesUnder,
  type KindDeps,
  merged,
  only,
  orUndefined,
  withSpec,
  text,
  textMap,
  texts,
} from './shared.ts'
import { listOurs } from './list-ours.ts'
import { updateTags } from './tag-changes.ts'

export function loadBalancerKind(deps: KindDeps): Kind {
  return {
    ...loadBalancerForm,
    list: (cursor, signal) => listLoadBalancers(deps, cursor, signal),
    read: (seen, signal) => readLoadBalancer(deps, { LoadBalancerArns: [seen.id] }, signal),
    find: (want, signal) => readLoadBalancer(deps, { Names: [text(want.spec, 'Name')] }, signal),
    create: (want, _inside, signal) => createLoadBalancer(deps, want, signal),
    update: (seen, want, changes, signal) => updateLoadBalancer(deps, seen, want, changes, signal),
    async delete(seen, signal) {
      await orUndefined(deps.api.call('DeleteLoadBalancer', { LoadBalancerArn: seen.id }, signal))
      deps.tags.forget(seen.id)
    },
  }
}

const listLoadBalancers = (deps: KindDeps, cursor: string | undefined, signal: AbortSignal): Promise<Page> =>
  listOurs(
    deps,
    {
      async ask(page) {
        const answer = await deps.api.call('DescribeLoadBalancers', page, signal)
        return { items: answer.LoadBalancers ?? [], next: answer.NextMarker }
      },
      nameOf: (one) => one.LoadBalancerName,
      arnOf: (one) => one.LoadBalancerArn,
      observe: observedLoadBalancer,
    },
    cursor,
    signal,
  )

async function readLoadBalancer(
  deps: KindDeps,
  which: { LoadBalancerArns: readonly string[] } | { Names: readonly string[] },
  signal: AbortSignal,
): Promise<ReadResult | undefined> {
  const { api, clock, clusterUid } = deps
  const asOf = clock.now()
  return orUndefined(
    (async () => {
      const page = await api.call('DescribeLoadBalancers', which, signal)
      const [wire] = page.LoadBalancers ?? []
      if (wire === undefined) return undefined
      const LoadBalancerArn = wire.LoadBalancerArn
      const [tags, attributes] = await Promise.all([
        deps.tags.read([LoadBalancerArn], signal),
        api.call('DescribeLoadBalancerAttributes', { LoadBalancerArn }, signal),
      ])
      const object = observedLoadBalancer(wire, {
        tags: tags.get(LoadBalancerArn) ?? {},
        clusterUid,
        asOf,
        attributes: attributesOf(attributes.Attributes),
      })
      return { object, inside: await readListeners(deps, LoadBalancerArn, object, signal) }
    })(),
  )
}

async function createLoadBalancer(deps: KindDeps, want: Resource, signal: AbortSignal): Promise<Observed> {
  const { spec } = want
  const asOf = deps.clock.now()
  const tags = textMap(spec['Tags'], 'Tags')
  const answer = await deps.api.call(
    'CreateLoadBalancer',
    {
      Name: text(spec, 'Name'),
      Type: text(spec, 'Type'),
      Scheme: text(spec, 'Scheme'),
      IpAddressType: text(spec, 'IpAddressType'),
      Subnets: texts(spec, 'Subnets'),
      Tags: writeTags(tags),
    },
    signal,
  )
  const made = only(answer.LoadBalancers, 'elasticloadbalancing:CreateLoadBalancer')
  deps.tags.wrote(made.LoadBalancerArn, tags)
  return observedLoadBalancer(made, {
    tags,
    clusterUid: deps.clusterUid,
    asOf,
    attributes: attributesOfNew(spec),
  })
}

/** One request of those that the changes need, in this order. */
async function updateLoadBalancer(
  deps: KindDeps,
  seen: Observed,
  want: Resource,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed> {
  const { api, clock } = deps
  const asOf = clock.now()
  const LoadBalancerArn = seen.id
  const attributes = changesUnder(changes, 'Attributes')
  if (attributes.size > 0) {
    const Attributes = attributesToSet(attributes)
    if (Attributes.length > 0)
      await api.call('ModifyLoadBalancerAttributes', { LoadBalancerArn, Attributes }, signal)
    return withSpec(seen, asOf, { Attributes: merged(seen.spec['Attributes'], attributes) })
  }
  if (changed(changes, 'Subnets')) {
    const Subnets = texts(want.spec, 'Subnets')
    await api.call('SetSubnets', { LoadBalancerArn, Subnets }, signal)
    return withSpec(seen, asOf, { Subnets })
  }
  if (changed(changes, 'IpAddressType')) {
    const IpAddressType = text(want.spec, 'IpAddressType')
    await api.call('SetIpAddressType', { LoadBalancerArn, IpAddressType }, signal)
    return withSpec(seen, asOf, { IpAddressType })
  }
  const tagged = await updateTags(deps, seen, changes, signal)
  if (tagged !== undefined) return tagged
  throw cannotChange(seen, changes, 'elasticloadbalancing:ModifyLoadBalancerAttributes')
}

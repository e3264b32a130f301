import type { Observed, Resource } from '../../../src/plan/resource.ts'
import type { Kind, Page, ReadResult } from '../../../src/provider/kind.ts'
import { writeTags } from '../tags.ts'
import { attributesOfNew, observedLoadBalancer, loadBalancerForm } from './load-balancer-form.ts'
import { subnetsInput } from './load-balancer-input.ts'
import { readListeners } from './read-listeners.ts'
import { attributesOf, type KindDeps, only, orUndefined, text, textMap, texts } from './shared.ts'
import { listOurs } from './list-ours.ts'
import { updateLoadBalancer } from './update-load-balancer.ts'
import { zonesIn } from './zones.ts'

export function loadBalancerKind(deps: KindDeps): Kind {
  return {
    ...loadBalancerForm,
    list: (cursor, signal) => listLoadBalancers(deps, cursor, signal),
    read: (seen, signal) => readLoadBalancer(deps, { LoadBalancerArns: [seen.id] }, signal),
    find: (want, signal) => readLoadBalancer(deps, { Names: [text(want.spec, 'Name')] }, signal),
    create: (want, _inside, signal) => createLoadBalancer(deps, want, signal),
    budget: () => 'elbv2',
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
      const [tags, attributes, capacity] = await Promise.all([
        deps.tags.read([LoadBalancerArn], signal),
        api.call('DescribeLoadBalancerAttributes', { LoadBalancerArn }, signal),
        api.call('DescribeCapacityReservation', { LoadBalancerArn }, signal),
      ])
      const units = capacity.MinimumLoadBalancerCapacity?.CapacityUnits
      const object = observedLoadBalancer(wire, {
        tags: tags.get(LoadBalancerArn) ?? {},
        clusterUid,
        asOf,
        attributes: attributesOf(attributes.Attributes),
        ...(units === undefined ? {} : { capacity: units }),
      })
      return { object, inside: await readListeners(deps, LoadBalancerArn, object, signal) }
    })(),
  )
}

async function createLoadBalancer(deps: KindDeps, want: Resource, signal: AbortSignal): Promise<Observed> {
  const { spec } = want
  const asOf = deps.clock.now()
  const tags = textMap(spec['Tags'], 'Tags')
  texts(spec, 'Subnets')
  const answer = await deps.api.call(
    'CreateLoadBalancer',
    {
      Name: text(spec, 'Name'),
      Type: text(spec, 'Type'),
      Scheme: text(spec, 'Scheme'),
      IpAddressType: text(spec, 'IpAddressType'),
      ...subnetsInput(zonesIn(spec)),
      ...(spec['EnablePrefixForIpv6SourceNat'] === undefined
        ? {}
        : { EnablePrefixForIpv6SourceNat: text(spec, 'EnablePrefixForIpv6SourceNat') }),
      ...(spec['SecurityGroups'] === undefined ? {} : { SecurityGroups: texts(spec, 'SecurityGroups') }),
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

import type { Observed, Resource } from '../../../src/plan/resource.ts'
import { ProviderError } from '../../../src/provider/errors.ts'
import type { Changes } from '../../../src/provider/kind.ts'
import { changesZones, onlyZone, specOfZones, zonesCall } from './load-balancer-input.ts'
import {
  attributesToSet,
  cannotChange,
  changed,
  changesUnder,
  type KindDeps,
  merged,
  text,
  texts,
  withSpec,
} from './shared.ts'
import { updateTags } from './tag-changes.ts'

/** One request of those that the changes need, in this order: what keeps clients out comes first. */
export async function updateLoadBalancer(
  deps: KindDeps,
  seen: Observed,
  want: Resource,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed> {
  const { api, clock } = deps
  const asOf = clock.now()
  const LoadBalancerArn = seen.id
  if (changed(changes, 'SecurityGroups') || changed(changes, privateLink))
    return updateGroups(deps, seen, want, changes, signal)
  if (changesZones(changes)) return updateZones(deps, seen, want, changes, signal)
  const attributes = changesUnder(changes, 'Attributes')
  if (attributes.size > 0) {
    const Attributes = attributesToSet(attributes)
    if (Attributes.length > 0)
      await api.call('ModifyLoadBalancerAttributes', { LoadBalancerArn, Attributes }, signal)
    return withSpec(seen, asOf, { Attributes: merged(seen.spec['Attributes'], attributes) })
  }
  if (changed(changes, 'MinimumLoadBalancerCapacity'))
    return updateCapacity(deps, seen, changesUnder(changes, 'MinimumLoadBalancerCapacity'), signal)
  const tagged = await updateTags(deps, seen, changes, signal)
  if (tagged !== undefined) return tagged
  throw cannotChange(seen, changes, 'elasticloadbalancing:ModifyLoadBalancerAttributes')
}

const privateLink = 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic'

async function updateGroups(
  { api, clock }: KindDeps,
  seen: Observed,
  want: Resource,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed> {
  const asOf = clock.now()
  const SecurityGroups = texts(changed(changes, 'SecurityGroups') ? want.spec : seen.spec, 'SecurityGroups')
  const rules = changes.fields.find(({ path }) => path === privateLink)?.after
  const more = typeof rules === 'string' ? { [privateLink]: rules } : {}
  await api.call('SetSecurityGroups', { LoadBalancerArn: seen.id, SecurityGroups, ...more }, signal)
  return withSpec(seen, asOf, { SecurityGroups, ...more })
}

async function updateZones(
  { api, clock }: KindDeps,
  seen: Observed,
  want: Resource,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed> {
  const asOf = clock.now()
  const LoadBalancerArn = seen.id
  if (changes.fields.every(({ path }) => path === 'IpAddressType' || !isOfZones(path))) {
    const IpAddressType = text(want.spec, 'IpAddressType')
    await api.call('SetIpAddressType', { LoadBalancerArn, IpAddressType }, signal)
    return withSpec(seen, asOf, { IpAddressType })
  }
  texts(want.spec, 'Subnets')
  const next = zonesCall(seen, want, changes.fields)
  if (next === undefined) throw noRoad(seen)
  await api.call('SetSubnets', { LoadBalancerArn, ...next.input }, signal)
  const { IpAddressType, EnablePrefixForIpv6SourceNat } = next.input
  return withSpec(seen, asOf, {
    ...specOfZones(next.zones),
    ...(IpAddressType === undefined ? {} : { IpAddressType }),
    ...(EnablePrefixForIpv6SourceNat === undefined ? {} : { EnablePrefixForIpv6SourceNat }),
  })
}

const isOfZones = (path: string): boolean =>
  path === 'Subnets' || path === 'EnablePrefixForIpv6SourceNat' || path.startsWith('SubnetMappings.')

const noRoad = (seen: Observed): ProviderError =>
  new ProviderError({
    kind: 'invalid',
    code: 'OnlyZone',
    op: 'elasticloadbalancing:SetSubnets',
    sent: 'no',
    message: onlyZone(seen),
  })

/** A reservation that nobody asks for any more is given back. */
async function updateCapacity(
  { api, clock }: KindDeps,
  seen: Observed,
  change: ReadonlyMap<string, unknown>,
  signal: AbortSignal,
): Promise<Observed> {
  const asOf = clock.now()
  const LoadBalancerArn = seen.id
  const units = change.get('CapacityUnits')
  const { MinimumLoadBalancerCapacity: _, ...rest } = seen.spec
  if (typeof units === 'number') {
    const MinimumLoadBalancerCapacity = { CapacityUnits: units }
    await api.call('ModifyCapacityReservation', { LoadBalancerArn, MinimumLoadBalancerCapacity }, signal)
    return { ...seen, asOf, spec: { ...rest, MinimumLoadBalancerCapacity } }
  }
  await api.call('ModifyCapacityReservation', { LoadBalancerArn, ResetCapacityReservation: true }, signal)
  return { ...seen, asOf, spec: rest }
}

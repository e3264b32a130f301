import { isObject, type Json, type JsonObject, stableText } from '../../src/lib/json.ts'
import type { Family } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { type Observed, type Resource, unknown } from '../../src/plan/resource.ts'
import type { Desired } from '../../src/provider/blueprint.ts'
import { alike } from './arm.ts'
import type { AzureConfig } from './config.ts'
import type { PublicIPWish } from './addresses.ts'
import { indexOf } from './observed-index.ts'
import { publicIPsOf } from './public-ips.ts'
import { dnsTag, marks, serviceTag, tagsOn } from './tags.ts'
import type { FamilyWish, Wish } from './wish.ts'

/** Public IP addresses that are made for a Service. One that is given by name or address is nobody's here. */
export function desiredPublicIPs(wish: Wish): Desired {
  const resources = wish.families.flatMap((family): Resource[] => {
    const { publicIP } = family
    if (publicIP === undefined || publicIP.is === 'given') return []
    const { stack, kind, key } = publicIP
    const owners = [wish.lb.owner]
    // One that was made for another Service is kept for this one too.
    if (publicIP.is === 'joined') return [{ stack, kind, key, owners, spec: {} }]
    return [
      {
        stack,
        kind,
        key,
        owners,
        spec: specOf(wish, family, publicIP),
        origins: originsOf(wish, publicIP),
        purpose: `the ${family.family} address that clients reach`,
      },
    ]
  })
  return { resources, problems: [...labelTaken(wish), ...labelOfGiven(wish), ...fixedTags(wish)] }
}

function specOf(wish: Wish, { family }: FamilyWish, publicIP: PublicIPWish): JsonObject {
  const { settings, config, place, lb, context } = wish
  const { idleTimeout, dnsLabel, publicIPIpTags, publicIPTags, publicIPResourceGroup } = settings
  const seen = indexOf(context.observed).find('public-ip', publicIP.key)
  return {
    ...(publicIPResourceGroup === undefined ? {} : { resourceGroup: publicIPResourceGroup.value }),
    location: place.location,
    sku: { name: config.loadBalancerSku === 'standard' ? 'Standard' : 'Basic' },
    ...(seen !== undefined || config.loadBalancerSku === 'basic' || place.zones?.length === 0
      ? {}
      : { zones: place.zones ?? unknown('the zones of the region') }),
    properties: {
      publicIPAddressVersion: family,
      publicIPAllocationMethod: allocationOf(config, family, seen),
      ...(idleTimeout === undefined ? {} : { idleTimeoutInMinutes: idleTimeout.value }),
      ...(dnsLabel === undefined ? {} : { dnsSettings: { domainNameLabel: dnsLabel.value } }),
      ...(publicIPIpTags === undefined ? {} : { ipTags: publicIPIpTags.value.map((tag) => ({ ...tag })) }),
      ...(publicIP.prefixId === undefined
        ? {}
        : { publicIPPrefix: { id: prefixIn(publicIP.prefixId, seen) } }),
    },
    tags: tagsOn(seen, config.tags, publicIPTags?.value, {
      ...marks(wish),
      [serviceTag]: lb.owner.name,
      ...(dnsLabel === undefined ? {} : { [dnsTag]: lb.owner.name }),
    }),
  }
}

/** The prefix of an address never changes: in whatever case it is written, it is that one. */
function prefixIn(id: string, seen: Observed | undefined): Json {
  const properties = seen?.spec['properties']
  const prefix = isObject(properties) ? properties['publicIPPrefix'] : undefined
  return alike(id, isObject(prefix) ? prefix['id'] : undefined)
}

/** Standard addresses are static. Basic ones of IPv6 cannot be, and those of IPv4 stay as they were made. */
function allocationOf({ loadBalancerSku }: AzureConfig, family: Family, seen: Observed | undefined): Json {
  if (loadBalancerSku === 'standard') return 'Static'
  if (family === 'IPv6') return 'Dynamic'
  const properties = seen?.spec['properties']
  return (isObject(properties) ? properties['publicIPAllocationMethod'] : undefined) ?? 'Static'
}

function originsOf({ settings, context }: Wish, { key }: PublicIPWish): Record<string, string> {
  const { idleTimeout, dnsLabel, publicIPIpTags, publicIPTags, prefixId, publicIPResourceGroup } = settings
  const seen = indexOf(context.observed).find('public-ip', key)
  const all = {
    resourceGroup: publicIPResourceGroup?.path,
    'properties.idleTimeoutInMinutes': idleTimeout?.path,
    'properties.dnsSettings.domainNameLabel': dnsLabel?.path,
    'properties.ipTags': publicIPIpTags?.path,
    'properties.publicIPPrefix.id': prefixId?.path,
    ...Object.fromEntries(
      Object.keys(tagsOn(seen, publicIPTags?.value)).map((name) => [`tags.${name}`, publicIPTags?.path]),
    ),
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([at, path]) => (path === undefined ? [] : [[at, path] as const])),
  )
}

/** A label belongs to one address of a region. */
function labelTaken(wish: Wish): readonly Problem[] {
  const { dnsLabel } = wish.settings
  if (dnsLabel === undefined || wish.internal) return []
  const own = wish.families.map(({ publicIP }) => publicIP?.name.toLowerCase())
  const holder = publicIPsOf(wish).list.find(
    (one) => one.dnsLabel === dnsLabel.value && !own.includes(one.name.toLowerCase()),
  )
  if (holder === undefined || holder.services?.includes(wish.lb.owner.name) === true) return []
  const whose = holder.services?.length ? ` of ${holder.services.join(', ')}` : ''
  return [
    error(
      'LB_AZURE_DNS_LABEL_TAKEN',
      dnsLabel.path,
      `public IP ${holder.name}${whose} has the label ${dnsLabel.value}`,
      { value: dnsLabel.raw, accepted: 'a label that no other public IP has', hint: 'choose another one' },
    ),
  ]
}

function labelOfGiven({ settings, families }: Wish): readonly Problem[] {
  const { dnsLabel } = settings
  const given = families.find(({ publicIP }) => publicIP?.is === 'given')?.publicIP
  if (dnsLabel === undefined || given === undefined) return []
  const message = `this has no effect: ${given.name} is used as it is, and never changed`
  return [
    warning('LB_AZURE_NO_EFFECT', dnsLabel.path, message, {
      value: dnsLabel.raw,
      hint: 'give the public IP its label where it was made',
    }),
  ]
}

/** Azure changes tags of one type on an address that exists; all others it takes only when the address is made. */
const changeable = 'FirstPartyUsage'

function fixedTags({ settings, config, families, context }: Wish): readonly Problem[] {
  const { publicIPIpTags: asked } = settings
  if (asked === undefined || !config.changeIPTags) return []
  const seen = families.flatMap(({ publicIP }) =>
    publicIP?.is === 'made' ? (indexOf(context.observed).find('public-ip', publicIP.key) ?? []) : [],
  )
  const stuck = seen.find(({ spec: { properties } }) => {
    const has = isObject(properties) ? (properties['ipTags'] ?? []) : []
    return fixedOf(has) !== fixedOf(asked.value.map((tag) => ({ ...tag })))
  })
  if (stuck === undefined) return []
  const message = `public IP ${stuck.key} has other IP tags, and only those of type ${changeable} can change on it`
  return [
    error('LB_AZURE_IP_TAGS', asked.path, message, {
      value: asked.raw,
      accepted: `the tags that it has, with any of type ${changeable}`,
      hint: 'keep its tags; another address comes only with another Service',
    }),
  ]
}

/** Tags of all other types, as a text that is the same for equal ones. */
function fixedOf(tags: Json): string {
  const list = Array.isArray(tags) ? (tags as readonly Json[]).filter(isObject) : []
  const fixed = list.filter(({ ipTagType }) => ipTagType !== changeable)
  return fixed
    .map((tag) => stableText(tag))
    .toSorted()
    .join()
}

import { factOf } from '../../src/provider/facts.ts'
import { isObject, type Json } from '../../src/lib/json.ts'
import type { Observed } from '../../src/plan/resource.ts'
import { ref } from '../../src/plan/resource.ts'
import { armId, type Scope } from './arm.ts'
import { type PublicIPFact, publicIPsKey } from './facts.ts'
import { publicIPIdentity } from './names.ts'
import { indexOf, type ObservedIndex, remembered } from './observed-index.ts'
import { serviceTag, tagIn } from './tags.ts'
import type { WishBase } from './wish-base.ts'

/** A public IP address that exists. */
export interface PublicIP extends PublicIPFact {
  readonly id: Json
  /** Set where the controller made it, for this cluster, and it can be seen. */
  readonly observed?: Observed
}

/** The group that public IP addresses of this Service are in; undefined: that of the load balancer. */
export const publicIPGroup = ({ settings, place }: WishBase): string | undefined =>
  settings.publicIPResourceGroup?.value ?? place.scope.resourceGroup

export interface PublicIPs {
  readonly list: readonly PublicIP[]
  /** Whether there are no others. */
  readonly complete: boolean
}

/** The public IP addresses of the Service's group, as far as they are known. */
export function publicIPsOf(base: WishBase): PublicIPs {
  const group = publicIPGroup(base)
  const scope = { ...base.place.scope, resourceGroup: group }
  const asked = base.settings.publicIPResourceGroup?.value
  const fact = factOf<readonly PublicIPFact[]>(base.context.facts, publicIPsKey(asked), 'public IP addresses')
  const seen = indexOf(base.context.observed)
  if (!('value' in fact)) return { list: seenIPs(seen), complete: false }
  const lists = listsOf(fact.value)
  const id = `${scope.subscription}/${scope.resourceGroup}`
  const held = lists.get(id)
  if (held?.seen === seen) return held.ips
  const ips = { list: united(seenIPs(seen), fact.value, scope), complete: true }
  lists.set(id, { seen, ips })
  return ips
}

/** One list serves all Services that ask the same facts. */
const listsOf = remembered(
  (_told: readonly PublicIPFact[]) =>
    new Map<string, { readonly seen: ObservedIndex; readonly ips: PublicIPs }>(),
)

const seenIPs = remembered((seen: ObservedIndex) => seen.ofKind('public-ip').map(seenIP))

function united(seen: readonly PublicIP[], told: readonly PublicIPFact[], scope: Scope): readonly PublicIP[] {
  const names = new Set(seen.map(({ name }) => name.toLowerCase()))
  const others = told
    .filter(({ name }) => !names.has(name.toLowerCase()))
    .map((one): PublicIP => ({ ...one, id: armId(scope, 'publicIPAddresses', one.name) }))
  return [...seen, ...others]
}

const textAt = (value: Json | undefined, name: string): string | undefined => {
  const found = isObject(value) ? value[name] : undefined
  return typeof found === 'string' ? found : undefined
}

function seenIP(item: Observed): PublicIP {
  const { properties, sku, tags } = item.spec
  const dns = isObject(properties) ? textAt(properties['dnsSettings'], 'domainNameLabel') : undefined
  const address = item.out['address']
  const services = tagIn(isObject(tags) ? tags : {}, serviceTag)?.split(',')
  return {
    name: item.key,
    ...(address === undefined ? {} : { ipAddress: address }),
    version: textAt(properties, 'publicIPAddressVersion') === 'IPv6' ? 'IPv6' : 'IPv4',
    sku: textAt(sku, 'name') === 'Basic' ? 'Basic' : 'Standard',
    ...(dns === undefined ? {} : { dnsLabel: dns }),
    ...(services === undefined ? {} : { services }),
    ...(item.owners.length > 0
      ? { id: ref(publicIPIdentity(item.key), 'id'), observed: item }
      : { id: item.id }),
  }
}

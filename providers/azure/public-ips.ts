import { isObject, type Json } from '../../src/lib/json.ts'
import type { Observed } from '../../src/plan/resource.ts'
import { ref } from '../../src/plan/resource.ts'
import { armId } from './arm.ts'
import { factOf, type PublicIPFact, publicIPsKey } from './facts.ts'
import { publicIPIdentity } from './names.ts'
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
  const observed = base.context.observed.filter((item) => item.kind === 'public-ip').map(seenIP)
  if (!('value' in fact)) return { list: observed, complete: false }
  const told = fact.value
    .filter(({ name }) => !observed.some((one) => one.name.toLowerCase() === name.toLowerCase()))
    .map((one): PublicIP => ({ ...one, id: armId(scope, 'publicIPAddresses', one.name) }))
  return { list: [...observed, ...told], complete: true }
}

const textAt = (value: Json | undefined, name: string): string | undefined => {
  const found = isObject(value) ? value[name] : undefined
  return typeof found === 'string' ? found : undefined
}

function seenIP(item: Observed): PublicIP {
  const { properties, sku, tags } = item.spec
  const dns = isObject(properties) ? textAt(properties['dnsSettings'], 'domainNameLabel') : undefined
  const address = item.out['address']
  const services = textAt(tags, 'k8s-azure-service')?.split(',')
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

import { contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'
import type { Family } from '../../src/model/load-balancer.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { SubnetWish } from './addresses.ts'
import type { Pinned } from './pinned.ts'
import { publicIPGroup } from './public-ips.ts'
import { whyNotPublic } from './reserved-addresses.ts'
import type { WishBase } from './wish-base.ts'

/** What is wrong with the address or the subnet of an internal frontend. */
export function checkInternal(
  { place }: WishBase,
  subnet: SubnetWish,
  pinned: Pinned | undefined,
): readonly Problem[] {
  const { subnets } = place
  if (subnets === undefined || subnet.name.startsWith('<')) return []
  const found = subnets.find(({ name }) => name.toLowerCase() === subnet.name.toLowerCase())
  if (found === undefined)
    return [
      error(
        'LB_AZURE_SUBNET_NOT_FOUND',
        subnet.path ?? 'spec.type',
        `the virtual network has no subnet ${subnet.name}`,
        { value: subnet.name, accepted: subnets.map(({ name }) => name).join(', ') },
      ),
    ]
  const ip = pinned?.ip === undefined ? undefined : parseAddress(pinned.ip)
  if (pinned === undefined || ip?.ok !== true) return []
  const ranges = found.ranges.flatMap((range) => {
    const parsed = parseCidr(range)
    return parsed.ok ? [parsed.value] : []
  })
  if (ranges.length === 0 || ranges.some((range) => contains(range, ip.value))) return []
  return [
    error('LB_AZURE_ADDRESS_OUTSIDE', pinned.path, `${pinned.text} is not in subnet ${found.name}`, {
      value: pinned.raw,
      accepted: `an address in ${found.ranges.join(' or ')}`,
    }),
  ]
}

/** What is wrong with a public address that the Service asks for. */
export function checkPublic(base: WishBase, family: Family, pinned: Pinned): readonly Problem[] {
  const { path, raw, ip, publicIP, known } = pinned
  const why = ip === undefined ? undefined : whyNotPublic(ip)
  if (why !== undefined)
    return [
      error('LB_AZURE_ADDRESS_NOT_PUBLIC', path, `${ip} is ${why}, and the load balancer is public`, {
        value: raw,
        accepted: 'the address of a public IP in Azure',
        hint: 'set azure-load-balancer-internal to "true", or ask for a public address',
      }),
    ]
  if (publicIP === undefined) return known.complete ? [notFound(base, family, pinned)] : []
  if (publicIP.version !== undefined && publicIP.version !== family)
    return [
      error(
        'LB_AZURE_PUBLIC_IP_UNFIT',
        path,
        `public IP ${publicIP.name} is an ${publicIP.version} address`,
        {
          value: raw,
          accepted: `an ${family} address`,
        },
      ),
    ]
  const sku = base.config.loadBalancerSku === 'basic' ? 'Basic' : 'Standard'
  if (publicIP.sku === undefined || publicIP.sku === sku) return []
  return [
    error(
      'LB_AZURE_PUBLIC_IP_UNFIT',
      path,
      `public IP ${publicIP.name} has SKU ${publicIP.sku}, and the load balancer has ${sku}`,
      { value: raw, accepted: `a public IP of SKU ${sku}` },
    ),
  ]
}

function notFound(base: WishBase, family: Family, { path, raw, text, known }: Pinned): Problem {
  const group = publicIPGroup(base)
  const where = group === undefined ? 'the resource group of the load balancer' : `resource group ${group}`
  const fitting = known.list.filter(({ version }) => version === undefined || version === family)
  const names = fitting.slice(0, 5).map(({ name, ipAddress }) => ipAddress ?? name)
  return error('LB_AZURE_PUBLIC_IP_NOT_FOUND', path, `there is no public IP ${text} in ${where}`, {
    value: raw,
    accepted: names.length === 0 ? 'a public IP that exists there' : names.join(', '),
    hint: 'azure-load-balancer-resource-group names another resource group',
  })
}

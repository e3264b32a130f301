import { contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'
import type { Json } from '../../src/lib/json.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { Asked } from './addresses-asked.ts'
import type { SubnetFact } from './facts.ts'
import type { Wish } from './wish.ts'

/** What goes to which subnet. While those are not known, places stand for them: `<subnet 1>`. */
export interface Placed {
  readonly bySubnet: ReadonlyMap<string, Json>
  readonly problems: readonly Problem[]
}

const place = (at: number): string => `<subnet ${at + 1}>`

export function byPosition({ subnets }: Wish, asked: Asked): Placed {
  const counted = count(subnets, asked)
  const problems = [...counted, ...outsideOf(subnets, asked)]
  const keyed = asked.items.map(({ value }, at): [string, Json] => [subnets?.[at]?.id ?? place(at), value])
  return { bySubnet: new Map(keyed), problems }
}

export function bySubnet({ subnets }: Wish, asked: Asked): Placed {
  if (subnets === undefined) return byPosition({ subnets } as Wish, asked)
  const problems: Problem[] = [...count(subnets, asked)]
  const placed = new Map<string, Json>()
  for (const { text, value } of asked.items) {
    const subnet = subnets.find((one) => holds(one, text))
    if (subnet === undefined) problems.push(outside(asked, text, subnets))
    else if (placed.has(subnet.id)) problems.push(twice(asked, text, subnet))
    else placed.set(subnet.id, value)
  }
  return { bySubnet: placed, problems }
}

function holds(subnet: SubnetFact, text: string): boolean {
  const address = parseAddress(text)
  const range = parseCidr(text.includes(':') ? (subnet.ipv6Cidr ?? '') : subnet.cidr)
  return address.ok && range.ok && contains(range.value, address.value)
}

function count(subnets: readonly SubnetFact[] | undefined, asked: Asked): readonly Problem[] {
  if (subnets === undefined || subnets.length === 0 || subnets.length === asked.items.length) return []
  const ids = subnets.map(({ id }) => id).join(', ')
  return [
    error(
      'LB_AWS_ADDRESS_COUNT',
      asked.path,
      `${asked.items.length} ${asked.what} are given for ${subnets.length} subnets: ${ids}`,
      {
        value: asked.raw,
        accepted: `${subnets.length} ${asked.what}`,
        hint: 'give one for each subnet, or name the subnets in service.beta.kubernetes.io/aws-load-balancer-subnets',
      },
    ),
  ]
}

/** Source NAT prefixes are ranges of the subnet that they are given for. */
function outsideOf(subnets: readonly SubnetFact[] | undefined, asked: Asked): readonly Problem[] {
  return asked.items.flatMap(({ text }, at) => {
    const subnet = subnets?.[at]
    const prefix = parseCidr(text)
    if (subnet === undefined || !prefix.ok) return []
    const range = parseCidr(subnet.ipv6Cidr ?? '')
    return range.ok && contains(range.value, prefix.value) ? [] : [outside(asked, text, [subnet])]
  })
}

const rangesOf = (subnets: readonly SubnetFact[], text: string): string =>
  subnets
    .map(({ id, cidr, ipv6Cidr }) => `${id} ${text.includes(':') ? (ipv6Cidr ?? 'without IPv6') : cidr}`)
    .join(', ')

const outside = ({ path }: Asked, text: string, subnets: readonly SubnetFact[]): Problem =>
  error('LB_AWS_ADDRESS_SUBNET', path, `${text} lies in no subnet of the load balancer`, {
    value: text,
    accepted: `one within ${rangesOf(subnets, text)}`,
  })

const twice = ({ path }: Asked, text: string, { id }: SubnetFact): Problem =>
  error('LB_AWS_ADDRESS_SUBNET', path, `${text} is the second address in ${id}`, {
    value: text,
    accepted: 'one address in each subnet',
  })

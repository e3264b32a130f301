import { contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'
import type { JsonObject } from '../../src/lib/json.ts'
import { objectsOf, textOf } from '../../src/lib/json-fields.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { GivenFacts } from '../../src/provider/blueprint.ts'
import { lastOf } from './links.ts'

const wrong = (path: string, message: string, value: string | undefined, accepted: string): Problem =>
  error('LB_FACTS_CONTRADICTION', path, message, {
    ...(value === undefined ? {} : { value }),
    accepted,
    hint: 'correct this fact, or leave it out: what depends on it is then known at apply',
  })

/** What cannot all be true. Paths are those within the section. */
export const contradictionsIn = (given: GivenFacts): readonly Problem[] => [
  ...twice(objectsOf(given['subnets']), 'subnets', 'name'),
  ...twice(objectsOf(given['addresses']), 'addresses', 'name'),
  ...twice(objectsOf(given['addresses']), 'addresses', 'address'),
  ...objectsOf(given['subnets']).flatMap((one, at) => subnetProblems(one, `subnets[${at}]`, given)),
  ...objectsOf(given['addresses']).flatMap((one, at) => addressProblems(one, `addresses[${at}]`, given)),
]

function twice(list: readonly JsonObject[], name: string, field: string): readonly Problem[] {
  const seen = new Map<string, number>()
  return list.flatMap((one, at) => {
    const value = textOf(one[field])
    if (value === undefined) return []
    const first = seen.get(value)
    if (first === undefined) seen.set(value, at)
    return first === undefined
      ? []
      : [
          wrong(
            `${name}[${at}].${field}`,
            `${value} stands at ${name}[${first}] already`,
            value,
            `each ${field} once`,
          ),
        ]
  })
}

function subnetProblems(subnet: JsonObject, path: string, given: GivenFacts): readonly Problem[] {
  const problems: Problem[] = []
  const differs = (field: string, wanted: string | undefined): void => {
    const value = textOf(subnet[field])
    if (value === undefined || wanted === undefined || value === wanted) return
    problems.push(
      wrong(`${path}.${field}`, `the subnet is in ${value}, the cluster in ${wanted}`, value, wanted),
    )
  }
  const network = textOf(given['network'])
  differs('network', network === undefined ? undefined : lastOf(network))
  differs('region', textOf(given['region']))
  for (const field of ['cidr', 'ipv6Cidr']) {
    const value = textOf(subnet[field])
    if (value !== undefined && !parseCidr(value).ok)
      problems.push(wrong(`${path}.${field}`, `${value} is no range`, value, 'a CIDR range'))
  }
  if (subnet['stackType'] === 'IPV4_ONLY' && subnet['ipv6Cidr'] !== undefined)
    problems.push(
      wrong(
        `${path}.ipv6Cidr`,
        'a subnet of stack type IPV4_ONLY has no IPv6 range',
        textOf(subnet['ipv6Cidr']),
        'IPV4_IPV6',
      ),
    )
  return problems
}

function addressProblems(one: JsonObject, path: string, given: GivenFacts): readonly Problem[] {
  const value = textOf(one['address']) ?? ''
  const parsed = parseAddress(value.replace(/\/\d+$/, ''))
  if (!parsed.ok) return [wrong(`${path}.address`, parsed.error.message, value, 'an IP address')]
  const problems: Problem[] = []
  const version = textOf(one['ipVersion'])
  if (version !== undefined && version.toLowerCase() !== parsed.value.family.toLowerCase())
    problems.push(
      wrong(
        `${path}.ipVersion`,
        `${value} is an ${parsed.value.family} address`,
        version,
        parsed.value.family,
      ),
    )
  if (one['addressType'] === 'INTERNAL' && one['networkTier'] === 'STANDARD')
    problems.push(
      wrong(`${path}.networkTier`, 'internal addresses have the Premium tier only', 'STANDARD', 'PREMIUM'),
    )
  const name = textOf(one['subnet'])
  const subnets = objectsOf(given['subnets'])
  if (name === undefined || subnets.length === 0) return problems
  const subnet = subnets.find((other) => other['name'] === name)
  const cidr = textOf(subnet?.[parsed.value.family === 'IPv6' ? 'ipv6Cidr' : 'cidr'])
  const range = cidr === undefined ? undefined : parseCidr(cidr)
  if (subnet === undefined)
    problems.push(
      wrong(`${path}.subnet`, `there is no subnet ${name} among the subnets`, name, 'one of them'),
    )
  else if (range?.ok === true && !contains(range.value, parsed.value))
    problems.push(wrong(`${path}.address`, `${value} lies outside ${name}, ${cidr}`, value, `within ${cidr}`))
  return problems
}

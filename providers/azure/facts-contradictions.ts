import { contains, parseCidr } from '../../src/lib/ip.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { GivenFacts } from '../../src/provider/blueprint.ts'
import type { Network, PublicIPFact } from './facts.ts'
import { publicIPsIn } from './facts-given.ts'

/** What contradicts itself. */
export function contradictionsIn(given: GivenFacts): readonly Problem[] {
  const ips = publicIPsIn(given)
  return [...twice(ips, 'name'), ...twice(ips, 'ipAddress'), ...wrongFamily(ips), ...subnetsIn(given)]
}

const contradiction = (path: string, message: string, value: string): Problem =>
  error('LB_FACTS_CONTRADICTION', path, message, { value, hint: 'mend one of the two' })

function twice(ips: readonly PublicIPFact[], field: 'name' | 'ipAddress'): readonly Problem[] {
  const first = new Map<string, number>()
  return ips.flatMap((ip, at) => {
    const value = ip[field]
    if (value === undefined) return []
    const group = field === 'name' ? (ip.resourceGroup ?? '') : ''
    const id = `${group}/${value}`.toLowerCase()
    const other = first.get(id)
    first.set(id, other ?? at)
    return other === undefined
      ? []
      : contradiction(`publicIPs[${at}].${field}`, `${value} is already publicIPs[${other}]`, value)
  })
}

const wrongFamily = (ips: readonly PublicIPFact[]): readonly Problem[] =>
  ips.flatMap(({ version, ipAddress }, at) =>
    version === undefined || ipAddress === undefined || ipAddress.includes(':') === (version === 'IPv6')
      ? []
      : contradiction(`publicIPs[${at}].version`, `${ipAddress} is no ${version} address`, version),
  )

function subnetsIn(given: GivenFacts): readonly Problem[] {
  const subnets = (given as Network).virtualNetwork?.subnets ?? []
  const names = new Map<string, number>()
  const seen: { readonly range: string; readonly name: string }[] = []
  return subnets.flatMap(({ name, ranges }, at) => {
    const path = `virtualNetwork.subnets[${at}]`
    const other = names.get(name.toLowerCase())
    names.set(name.toLowerCase(), at)
    const problems = ranges.flatMap((range, index) => {
      const parsed = parseCidr(range)
      const where = `${path}.ranges[${index}]`
      if (!parsed.ok) return contradiction(where, parsed.error.message, range)
      const holder = seen.find((one) => {
        const theirs = parseCidr(one.range)
        return (
          one.name !== name &&
          theirs.ok &&
          (contains(theirs.value, parsed.value) || contains(parsed.value, theirs.value))
        )
      })
      seen.push({ range, name })
      return holder === undefined
        ? []
        : contradiction(where, `${range} overlaps ${holder.range} of subnet ${holder.name}`, range)
    })
    return other === undefined
      ? problems
      : [
          contradiction(`${path}.name`, `${name} is already virtualNetwork.subnets[${other}]`, name),
          ...problems,
        ]
  })
}

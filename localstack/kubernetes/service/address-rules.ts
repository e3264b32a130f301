import { isIP } from 'node:net'
import type { ServiceSpec } from '../../../src/model/objects.ts'
import { duplicate, invalidValue, required, unsupported } from '../cause.ts'
import type { Cause } from '../fault.ts'
import { checkIP } from './ip-text.ts'
import { familyOf, isHeadless, needsClusterIP, type SpecDraft } from './shape.ts'

const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack']

/** Whether clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy agree with each other. */
export function checkAddresses(spec: ServiceSpec | SpecDraft): Cause[] {
  if (!needsClusterIP(spec)) return []
  const { clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec
  const field = 'spec.clusterIPs'
  const causes: Cause[] = []
  if (clusterIP && clusterIPs.length === 0) causes.push(required(field))
  else if (clusterIP && clusterIPs[0] !== clusterIP)
    causes.push(invalidValue(field, clusterIPs, 'first value must match `clusterIP`'))
  else if (!clusterIP && clusterIPs.length > 0)
    causes.push(invalidValue(field, clusterIPs, 'must be empty when `clusterIP` is not specified'))
  for (const [index, family] of ipFamilies.entries()) {
    const at = `spec.ipFamilies[${index}]`
    if (!['IPv4', 'IPv6'].includes(family)) causes.push(unsupported(at, family, ['IPv4', 'IPv6']))
    if (ipFamilies.indexOf(family) < index) causes.push(duplicate(at, family))
  }
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy))
    causes.push(unsupported('spec.ipFamilyPolicy', ipFamilyPolicy, policies))
  return [...causes, ...checkEach(clusterIPs, ipFamilies, isHeadless(spec))]
}

function checkEach(addresses: readonly string[], families: readonly string[], headless: boolean): Cause[] {
  const field = 'spec.clusterIPs'
  if (headless) return []
  const malformed = addresses.flatMap((address, index) => {
    if (index === 0 && address === 'None')
      return [invalidValue(field, addresses, "'None' must be the first and only value")]
    return checkIP(`${field}[${index}]`, address)
  })
  const tooMany = addresses.length > 2 ? [invalidValue(field, addresses, 'may only hold up to 2 values')] : []
  if (malformed.length > 0) return [...malformed, ...tooMany]
  const twice = new Set(addresses.map((address) => isIP(address))).size < addresses.length
  return [
    ...tooMany,
    ...(twice ? [invalidValue(field, addresses, 'may specify no more than one IP for each IP family')] : []),
    ...addresses.flatMap((address, index) => {
      const family = families[index]
      return family === undefined || family === familyOf(address)
        ? []
        : [
            invalidValue(
              `${field}[${index}]`,
              address,
              `expected an ${family} value as indicated by \`ipFamilies[${index}]\``,
            ),
          ]
    }),
  ]
}

/** The first address and family stay for a Service's life; a second one comes and goes with the policy. */
export function checkAddressChange(before: ServiceSpec, spec: ServiceSpec): Cause[] {
  if (!needsClusterIP(before) || !needsClusterIP(spec)) return []
  if (isHeadless(before) && isHeadless(spec)) return []
  return [
    ...checkListChange('clusterIPs', before.clusterIPs ?? [], spec.clusterIPs ?? []),
    ...(isHeadless(before) === isHeadless(spec)
      ? checkListChange('ipFamilies', before.ipFamilies ?? [], spec.ipFamilies ?? [])
      : []),
  ]
}

function checkListChange(name: string, before: readonly string[], after: readonly string[]): Cause[] {
  if (before.length > 0 && after.length === 0) {
    const what = name === 'clusterIPs' ? 'primary clusterIP' : 'primary ipFamily'
    return [invalidValue(`spec.${name}[0]`, after, `${what} can not be unset`)]
  }
  return before.flatMap((value, index) =>
    after[index] !== undefined && after[index] !== value
      ? [invalidValue(`spec.${name}[${index}]`, after, 'may not change once set')]
      : [],
  )
}

import { equal } from '../../../src/lib/json.ts'
import type { ServiceSpec } from '../../../src/model/objects.ts'
import type { AddressPool } from './address-pool.ts'
import { invalidValue } from '../cause.ts'
import { internalError, invalid, type Cause } from '../fault.ts'
import { resources } from '../resource.ts'
import { checkAddresses } from './address-rules.ts'
import { familyOf, isHeadless, type SpecDraft } from './shape.ts'

/** Chooses the IP families and cluster addresses of a Service. The pools stand in the cluster's order of preference. */
export function chooseAddresses(
  name: string,
  spec: SpecDraft,
  before: ServiceSpec | undefined,
  pools: readonly AddressPool[],
  taken: ReadonlySet<string>,
): void {
  if (spec.type === 'ExternalName') return
  const refuse = (causes: readonly Cause[]) => {
    if (causes.length > 0) throw invalid(resources.services, name, causes)
  }
  const selectorless = Object.keys(spec.selector ?? {}).length === 0
  const headless = spec.clusterIP === 'None'
  spec.ipFamilyPolicy ??= headless && selectorless ? 'RequireDualStack' : 'SingleStack'
  refuse(checkAddresses(spec))
  if (before !== undefined && spec.ipFamilyPolicy === 'SingleStack') narrow(spec, before)
  refuse(singleStackCauses(spec))
  spec.ipFamilies ??= []
  if (!headless)
    for (const address of (spec.clusterIPs ?? []).slice(spec.ipFamilies.length))
      spec.ipFamilies.push(familyOf(address))
  const served = headless && selectorless ? ['IPv4', 'IPv6'] : pools.map((pool) => pool.family)
  refuse(unservedCauses(spec, served))
  const [main = 'IPv4'] = pools.map((pool) => pool.family)
  if (spec.ipFamilies.length === 0) spec.ipFamilies.push(main)
  const other = spec.ipFamilies[0] === 'IPv4' ? 'IPv6' : 'IPv4'
  const preferred = before?.ipFamilyPolicy === 'PreferDualStack' && equal(before.ipFamilies, spec.ipFamilies)
  if (
    spec.ipFamilyPolicy !== 'SingleStack' &&
    spec.ipFamilies.length === 1 &&
    served.includes(other) &&
    // A Service that could not get a second family keeps what it has when the cluster later gains one.
    !(preferred && spec.ipFamilyPolicy === 'PreferDualStack')
  )
    spec.ipFamilies.push(other)
  if (headless || isHeadless(spec)) return
  const addresses = spec.ipFamilies.map((family, index) => {
    const wanted = spec.clusterIPs?.[index]
    const pool = pools.find((pool) => pool.family === family)
    if (pool === undefined) throw internalError(`no service range of family ${family}`)
    if (!wanted) return pool.pick(taken) ?? full(pool)
    if (before?.clusterIPs?.[index] !== wanted) refuse(wantedCauses(spec, wanted, pool, taken))
    return wanted
  })
  spec.clusterIPs = addresses
  spec.clusterIP = addresses[0] ?? ''
}

function full(pool: AddressPool): never {
  throw internalError(`failed to allocate a serviceIP: range is full (${pool.cidr})`)
}

/** "SingleStack" alone is enough to give the second family back. */
function narrow(spec: SpecDraft, before: ServiceSpec): void {
  if (equal(before.clusterIPs, spec.clusterIPs)) spec.clusterIPs?.splice(1)
  if (equal(before.ipFamilies, spec.ipFamilies)) spec.ipFamilies?.splice(1)
}

function singleStackCauses(spec: SpecDraft): Cause[] {
  if (spec.ipFamilyPolicy !== 'SingleStack') return []
  const cause = (what: string) =>
    invalidValue(
      'spec.ipFamilyPolicy',
      spec.ipFamilyPolicy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    )
  return [
    ...(spec.clusterIPs?.length === 2 ? [cause('cluster IPs')] : []),
    ...(spec.ipFamilies?.length === 2 ? [cause('IP families')] : []),
  ]
}

function unservedCauses(spec: SpecDraft, served: readonly string[]): Cause[] {
  const causes: Cause[] = []
  if (spec.ipFamilyPolicy === 'RequireDualStack' && served.length < 2)
    causes.push(
      invalidValue(
        'spec.ipFamilyPolicy',
        spec.ipFamilyPolicy,
        'this cluster is not configured for dual-stack services',
      ),
    )
  for (const [index, family] of (spec.ipFamilies ?? []).entries())
    if (!served.includes(family))
      causes.push(invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'))
  return causes
}

function wantedCauses(
  spec: SpecDraft,
  wanted: string,
  pool: AddressPool,
  taken: ReadonlySet<string>,
): Cause[] {
  const why = taken.has(wanted)
    ? 'provided IP is already allocated'
    : 'the provided network does not match the current range'
  if (pool.has(wanted) && !taken.has(wanted)) return []
  return [invalidValue('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${wanted}: ${why}`)]
}

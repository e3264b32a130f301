import { forFamily } from '../../../providers/azure/family-settings.ts'
import {
  frontendName,
  isIPv6Name,
  type NameOf,
  poolName,
  publicIPName,
  ruleName,
  stemOf,
} from '../../../providers/azure/names.ts'
import type { Family } from '../../../src/model/load-balancer.ts'
import type { Compare, Vector } from '../vector.ts'
import { differences } from './differences.ts'
import { read } from './service.ts'
import { familyOfWish, familyWanted, wishOf } from './wish.ts'
import { publicIPsIn } from './public-ip-facts.ts'

const prefix = 'service.beta.kubernetes.io/azure-'

const textIn = ({ context }: Vector, field: string): string => {
  const value = context[field]
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : ''
}

export const annotation = ({ service }: Vector, suffix: string): string | undefined =>
  service?.metadata?.annotations?.[prefix + suffix]

/** Without annotations, for a name is made whether or not they hold. */
function familiesOf({ service }: Vector): readonly Family[] {
  const { annotations: _checked, ...metadata } = service?.metadata ?? { name: 'svc' }
  return read({ ...service, metadata }).lb?.families ?? ['IPv4']
}

/** What the name of an object is made of, for the family that the case asks about. */
function nameOf(one: Vector, family: Family): NameOf {
  const subnet = annotation(one, 'load-balancer-internal-subnet')
  const internal = annotation(one, 'load-balancer-internal') === 'true'
  const uid = one.service?.metadata?.uid
  return {
    stem: stemOf({ ...(uid === undefined ? {} : { uid }), owner: { name: '' } }),
    family,
    dualStack: familiesOf(one).length > 1,
    ...(internal && subnet !== undefined ? { subnet } : {}),
  }
}

export const frontend: Compare = (one) =>
  differences(one.expected, { value: frontendName(nameOf(one, familyWanted(one))) })

export const frontends: Compare = (one) =>
  differences(one.expected, { v4: frontendName(nameOf(one, 'IPv4')), v6: frontendName(nameOf(one, 'IPv6')) })

export const rule: Compare = (one) => {
  const name = ruleName(nameOf(one, familyWanted(one)), textIn(one, 'protocol'), Number(one.context['port']))
  return differences(one.expected, { value: name })
}

export const pool: Compare = (one) =>
  differences(one.expected, { poolName: poolName(textIn(one, 'clusterName'), familyWanted(one)) })

/** The settings of the case for one family, as they are written: names are made before anything is checked. */
export const settingFor = (one: Vector, suffix: string): string | undefined =>
  forFamily(
    { plain: annotation(one, suffix), ipv6: annotation(one, `${suffix}-ipv6`) },
    familyWanted(one),
    familiesOf(one),
  )

export const publicIP: Compare = (one) => {
  const prefixId = settingFor(one, 'pip-prefix-id')
  const of = { ...nameOf(one, familyWanted(one)), clusterName: textIn(one, 'clusterName') }
  const name = publicIPName({ ...of, ...(prefixId === undefined ? {} : { prefixId }) })
  return differences(one.expected, { publicIPName: name })
}

/** An address that is asked for by name exists here: the peer looks for it later only. */
export const determinedPublicIP: Compare = (one) => {
  const { publicIPs } = publicIPsIn(one.context['existingPIPs'])
  const named = settingFor(one, 'pip-name')
  const { wish, refused } = wishOf(one, {
    clusterName: textIn(one, 'clusterName'),
    publicIPs: named === undefined ? publicIPs : [...publicIPs, { name: named, version: familyWanted(one) }],
  })
  const { name = '' } = familyOfWish(wish, familyWanted(one))?.publicIP ?? {}
  return differences(one.expected, { error: refused, publicIPName: refused ? '' : name })
}

export const ofFamily: Compare = (one) => {
  const { resource, isDualStack } = one.context
  const named = { stem: String(resource), family: familyWanted(one), dualStack: isDualStack === true }
  return differences(one.expected, { resource: frontendName(named) })
}

/** The peer's test gives the name of the case to the function. */
export const poolIsIPv6: Compare = (one) => differences(one.expected, { isIPv6: isIPv6Name(one.name) })

export const frontendIsIPv6: Compare = (one) => {
  const families = familiesOf(one)
  const { name = '' } = (one.context['fip'] ?? {}) as { readonly name?: string }
  const isIPv6 = families.length > 1 ? isIPv6Name(name) : families[0] === 'IPv6'
  return differences(one.expected, { isIPv6 })
}

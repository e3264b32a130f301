import { parseAddress } from '../../src/lib/ip.ts'
import type { Family } from '../../src/model/load-balancer.ts'
import { error, note, type Problem, warning } from '../../src/model/problem.ts'
import type { Facts } from '../../src/provider/blueprint.ts'
import { factOf } from '../../src/provider/facts.ts'
import type { AddressWish } from './annotation-types.ts'
import { type AddressFact, addressKey } from './facts.ts'

/** The address of one family. */
export interface Address {
  readonly ip?: string
  /** Of a reserved address that the user named. */
  readonly name?: string
  /** Why the address is not known yet. */
  readonly unknown?: string
  /** Whose address it is: the user's, or one that we reserve. */
  readonly from: 'annotation' | 'spec' | 'rule' | 'new'
  /** The user owns it as a reserved address. */
  readonly reserved: boolean
  readonly path?: string
}

/** The rule that stands. */
export interface ExistingRule {
  readonly name: string
  readonly ip: string | undefined
  readonly subnet: string | undefined
}

export interface AddressOptions {
  readonly families: readonly Family[]
  readonly internal: boolean
  readonly global: boolean
  readonly tier: 'PREMIUM' | 'STANDARD'
  readonly region: string | undefined
  /** Of the rule that is wanted. */
  readonly subnet: string | undefined
  readonly facts: Facts
  readonly named?: { readonly value: readonly AddressWish[]; readonly path: string } | undefined
  readonly requested?: { readonly value: string; readonly path: string } | undefined
  readonly existing: Readonly<Partial<Record<Family, ExistingRule>>>
}

export interface Addresses {
  readonly by: Readonly<Partial<Record<Family, Address>>>
  readonly problems: readonly Problem[]
}

/** Named in the annotation, else the field, else that of the rule that stands, unless its subnet changes. */
export function addressesFor(options: AddressOptions): Addresses {
  const by: Partial<Record<Family, Address>> = {}
  const problems: Problem[] = []
  const { named, requested, families } = options
  for (const wish of named?.value ?? []) {
    const found = resolve(wish, named?.path ?? '', 'annotation', options, by)
    problems.push(...found.problems)
    if (found.family !== undefined && found.address !== undefined) by[found.family] = found.address
  }
  if (requested !== undefined) {
    const family = familyOf(requested.value)
    if (by[family] === undefined) {
      const wish = { ip: requested.value, family }
      const found = resolve(wish, requested.path, 'spec', options, by)
      problems.push(...found.problems)
      if (found.address !== undefined) by[family] = found.address
    } else
      problems.push(
        note(
          'LB_GCP_ADDRESS_TWICE',
          requested.path,
          'an annotation names the address too, and outranks this',
          {
            value: requested.value,
            hint: 'remove spec.loadBalancerIP',
          },
        ),
      )
  }
  for (const family of families) by[family] ??= standing(options, family)
  return { by, problems }
}

function standing({ existing, subnet }: AddressOptions, family: Family): Address {
  const rule = existing[family]
  if (rule?.ip === undefined) return { from: 'new', reserved: false }
  const moves = subnet !== undefined && rule.subnet !== undefined && rule.subnet !== subnet
  return moves ? { from: 'new', reserved: false } : { ip: rule.ip, from: 'rule', reserved: false }
}

interface Found {
  readonly family?: Family
  readonly address?: Address
  readonly problems: readonly Problem[]
}

function resolve(
  wish: AddressWish,
  path: string,
  from: 'annotation' | 'spec',
  options: AddressOptions,
  taken: Readonly<Partial<Record<Family, Address>>>,
): Found {
  const asked = 'name' in wish ? wish.name : wish.ip
  const known = factOf<AddressFact | null>(options.facts, addressKey(asked), `the address ${asked}`)
  if ('problem' in known) return { problems: [known.problem] }
  if ('unknown' in known) {
    const family = 'name' in wish ? options.families.find((one) => taken[one] === undefined) : wish.family
    if (family === undefined) return { problems: [] }
    const value = 'name' in wish ? { name: wish.name, unknown: known.unknown } : { ip: wish.ip }
    return { family, address: { ...value, from, reserved: true, path }, problems: [] }
  }
  if (known.value === null) return missing(wish, asked, path, from, options)
  const fact = known.value
  const ip = fact.address.replace(/\/\d+$/, '')
  const family = familyOf(ip)
  const why = whyUnfit(fact, options) ?? whyTaken(fact, family, options)
  if (why !== undefined) return { problems: [{ ...why, path, value: asked }] }
  if (!options.families.includes(family) || taken[family] !== undefined)
    return taken[family]?.name === fact.name
      ? { problems: [] }
      : { problems: [unused(asked, family, path, options)] }
  return { family, address: { ip, name: fact.name, from, reserved: true, path }, problems: [] }
}

/** A free address of a subnet can be reserved; an external one belongs to the user before it is named. */
function missing(
  wish: AddressWish,
  asked: string,
  path: string,
  from: 'annotation' | 'spec',
  { existing, internal }: AddressOptions,
): Found {
  if ('ip' in wish && (internal || existing[wish.family]?.ip === wish.ip))
    return { family: wish.family, address: { ip: wish.ip, from, reserved: false, path }, problems: [] }
  return {
    problems: [
      error('LB_GCP_ADDRESS_NOT_FOUND', path, `no address ${asked} is reserved in this project and region`, {
        value: asked,
        accepted: 'a reserved address of the region',
        hint: 'reserve it with `gcloud compute addresses create`, or leave the choice to the cloud',
      }),
    ],
  }
}

const familyOf = (ip: string): Family => {
  const parsed = parseAddress(ip)
  return parsed.ok ? parsed.value.family : ip.includes(':') ? 'IPv6' : 'IPv4'
}

function unused(asked: string, family: Family, path: string, { families }: AddressOptions): Problem {
  const message = families.includes(family)
    ? `another ${family} address is named before this one, and a load balancer has one of each family`
    : `the load balancer has ${families.join(' and ')} addresses only, so this ${family} address is not used`
  return warning('LB_GCP_ADDRESS_UNUSED', path, message, { value: asked, hint: `leave ${asked} out` })
}

type Unfit = Omit<Problem, 'path' | 'value'>

const unfit = (message: string, accepted: string, hint: string): Unfit => ({
  code: 'LB_GCP_ADDRESS_UNFIT',
  severity: 'error',
  message,
  accepted,
  hint,
})

function whyUnfit(fact: AddressFact, { internal, global, tier, region }: AddressOptions): Unfit | undefined {
  const { addressType = 'EXTERNAL', networkTier = 'PREMIUM', ipVersion } = fact
  const wanted = internal ? 'INTERNAL' : 'EXTERNAL'
  if (addressType !== wanted && ipVersion !== 'IPV6')
    return unfit(
      `the address ${fact.name} is ${addressType.toLowerCase()}, the load balancer ${wanted.toLowerCase()}`,
      `an ${wanted.toLowerCase()} address`,
      'name another address, or change the type of the load balancer',
    )
  if (
    global
      ? fact.region !== undefined
      : fact.region !== undefined && region !== undefined && fact.region !== region
  )
    return unfit(
      `the address ${fact.name} is in ${fact.region ?? 'no region'}, the load balancer ${global ? 'is global' : `in ${region}`}`,
      global ? 'a global address' : `an address of ${region}`,
      'name an address that is reserved there',
    )
  if (!internal && networkTier !== tier)
    return {
      ...unfit(
        `the address ${fact.name} is of the ${networkTier} tier, the load balancer of the ${tier} tier`,
        `an address of the ${tier} tier`,
        'name an address of that tier, or set cloud.google.com/network-tier to the tier of the address',
      ),
      code: 'LB_GCP_ADDRESS_TIER',
    }
  return undefined
}

function whyTaken(
  { name, users = [] }: AddressFact,
  family: Family,
  { existing }: AddressOptions,
): Unfit | undefined {
  const others = users.filter((user) => !user.endsWith(`/${existing[family]?.name ?? ' '}`))
  if (others.length === 0) return undefined
  return {
    code: 'LB_GCP_ADDRESS_IN_USE',
    severity: 'error',
    message: `the address ${name} is in use by ${others.join(', ')}`,
    accepted: 'a reserved address that nothing uses',
    hint: 'name another address, or free this one',
  }
}

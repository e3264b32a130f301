import type { Family } from '../../src/model/load-balancer.ts'
import type { Identity } from '../../src/plan/resource.ts'

/** Names as the controller for Azure gives them, so that what it made is recognised. */
const longest = 80
const suffix = '-IPv6'
const room = longest - suffix.length

/** `a` and the uid, 32 characters at most: of a usual uid the last digit is lost. What is not known yet is named instead. */
export const stemOf = (of: { readonly uid?: string; readonly owner: { readonly name: string } }): string =>
  of.uid === undefined ? `<uid of ${of.owner.name}>` : `a${of.uid.replaceAll('-', '')}`.slice(0, 32)

/** Of two objects that differ in nothing but the family, that for IPv6 says so. */
const ofFamily = (name: string, family: Family, dualStack: boolean): string =>
  dualStack && family === 'IPv6' ? `${name}${suffix}` : name

export interface NameOf {
  readonly stem: string
  /** Set only where the load balancer is internal and the Service names a subnet. */
  readonly subnet?: string
  readonly family: Family
  readonly dualStack: boolean
}

export function frontendName({ stem, subnet, family, dualStack }: NameOf): string {
  if (subnet === undefined) return ofFamily(stem, family, dualStack)
  const whole = `${stem}-${subnet}`
  const cut = whole.slice(0, room)
  const name = whole.length > room && !/[a-z_]$/i.test(cut) ? `${cut.slice(0, -1)}_` : cut
  return ofFamily(name, family, dualStack)
}

/** A frontend that several Services may pin belongs to none of them: it is named after its address. */
export function sharedFrontendName(address: string): string {
  const name = `ip-${address.replaceAll(/[^A-Za-z0-9]/g, '-')}`
  return name.endsWith('-') ? `${name}0` : name.slice(0, longest)
}

export function ruleName(
  { stem, subnet, family, dualStack }: NameOf,
  protocol: string,
  port: number | string,
): string {
  const end = `${protocol}-${port}`
  if (subnet === undefined) return ofFamily(`${stem}-${end}`, family, dualStack)
  const left = room - stem.length - end.length - 2
  return ofFamily(`${stem}-${subnet.slice(0, Math.max(0, left))}-${end}`, family, dualStack)
}

interface PublicIPNameOf {
  readonly clusterName: string
  readonly stem: string
  readonly prefixId?: string
  readonly family: Family
  readonly dualStack: boolean
}

export function publicIPName({ clusterName, stem, prefixId, family, dualStack }: PublicIPNameOf): string {
  const prefix = prefixId === undefined ? '' : `-${lastOf(prefixId)}`
  return ofFamily(`${clusterName}-${stem}${prefix}`.slice(0, room), family, dualStack)
}

export const lastOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1)

const internalEnd = '-internal'

export const loadBalancerName = (base: string, internal: boolean): string =>
  internal ? `${base}${internalEnd}` : base

export const isInternalName = (name: string): boolean => name.toLowerCase().endsWith(internalEnd)

/** The name in the configuration of a load balancer and its internal twin. */
export const configNameOf = (name: string): string =>
  isInternalName(name) ? name.slice(0, -internalEnd.length) : name

/** The pool of all nodes. */
export const poolName = (clusterName: string, family: Family): string =>
  family === 'IPv6' ? `${clusterName}${suffix}` : clusterName

/** The pool of the nodes that have pods of one Service. */
export const localPoolName = (serviceName: string, family: Family): string =>
  `${serviceName.replace('/', '-').toLowerCase()}${family === 'IPv6' ? suffix.toLowerCase() : ''}`

export const isIPv6Name = (name: string): boolean => name.toLowerCase().endsWith(suffix.toLowerCase())

export const sharedProbeName = 'cluster-service-shared-health-probe'

export const privateLinkName = (frontend: string): string => `pls-${frontend}`

/** The stack of a load balancer: one worker plans it, with its pools, and writes it in one call. */
export const loadBalancerIdentity = (name: string): Identity => ({
  stack: `load-balancer/${name}`,
  kind: 'load-balancer',
  key: name,
})

export const publicIPIdentity = (name: string): Identity => ({
  stack: `public-ip/${name}`,
  kind: 'public-ip',
  key: name,
})

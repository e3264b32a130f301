import { isObject, type Json, type JsonObject } from '../../src/lib/json.ts'
import type { Problem } from '../../src/model/problem.ts'
import { type Identity, ref, unknown } from '../../src/plan/resource.ts'
import { checkInternal, checkPublic } from './address-problems.ts'
import { armId, partOf, sameId } from './arm.ts'
import { forFamily } from './family-settings.ts'
import {
  frontendName,
  lastOf,
  type NameOf,
  publicIPIdentity,
  publicIPName,
  sharedFrontendName,
} from './names.ts'
import { type Pinned, pinnedIn } from './pinned.ts'
import { publicIPGroup } from './public-ips.ts'
import { indexOf } from './observed-index.ts'
import type { BalancerWish } from './wish.ts'
import type { WishBase } from './wish-base.ts'

/** The address of a Service in one family, and the frontend that has it. */
export interface AddressWish {
  /** The name of the frontend. */
  readonly frontend: string
  readonly frontendId: Json
  /** Where clients reach it: the address itself, a ref to it, or why nobody knows it yet. */
  readonly address: Json
  /** Set where the Service asks for this very address; others may then share its frontend. */
  readonly pinned?: Pinned
  /** Not on an internal load balancer. */
  readonly publicIP?: PublicIPWish
  /** Of an internal load balancer. */
  readonly subnet?: SubnetWish
  /** The frontend as it is now. */
  readonly held?: JsonObject
}

export interface PublicIPWish extends Identity {
  readonly name: string
  readonly id: Json
  /** `made`: by us, for this Service. `joined`: by us, for another one. `given`: somebody else's, only used. */
  readonly is: 'made' | 'joined' | 'given'
  readonly prefixId?: string
}

export interface SubnetWish {
  readonly name: string
  readonly id: Json
  readonly path?: string
}

interface Found {
  readonly wish: AddressWish
  readonly problems: readonly Problem[]
}

export const addressFor = (base: WishBase, names: NameOf, balancer: BalancerWish): Found =>
  base.internal ? internalAddress(base, names, balancer) : publicAddress(base, names, balancer)

const common = (frontend: string, balancer: BalancerWish) => {
  const part = balancer.observed?.parts?.[`frontend/${frontend}`]
  const held = isObject(part?.spec) ? { held: part.spec } : {}
  return { frontend, frontendId: balancer.id('frontendIPConfigurations', frontend), ...held }
}

const propertiesOf = (frontend: JsonObject | undefined): JsonObject =>
  isObject(frontend?.['properties']) ? frontend['properties'] : {}

function internalAddress(base: WishBase, names: NameOf, balancer: BalancerWish): Found {
  const pinned = pinnedIn(base, names.family)
  const found = balancer.observed === undefined ? undefined : pinned?.frontendOn(balancer.observed)
  const frontend = found ?? (pinned === undefined ? frontendName(names) : sharedFrontendName(pinned.text))
  const shared = common(frontend, balancer)
  const held = propertiesOf(shared.held)
  const subnet = subnetOf(base, held)
  const known = held['privateIPAddress']
  const address = pinned?.ip ?? (typeof known === 'string' ? known : ref(balancer, `address/${frontend}`))
  return {
    wish: { ...shared, address, subnet, ...(pinned === undefined ? {} : { pinned }) },
    problems: checkInternal(base, subnet, pinned),
  }
}

/** The subnet that is asked for; a Service that joins a frontend is content with that one's. */
function subnetOf({ settings, config, place }: WishBase, held: JsonObject): SubnetWish {
  const setting = settings.internalSubnet
  const name = setting?.value ?? config.subnet
  const heldSubnet = held['subnet']
  const heldId = isObject(heldSubnet) ? heldSubnet['id'] : undefined
  if (name === undefined && typeof heldId === 'string') return { name: lastOf(heldId), id: heldId }
  if (name === undefined) {
    const only = place.subnets?.length === 1 ? place.subnets[0]?.name : undefined
    return only === undefined
      ? { name: '<subnet>', id: unknown('the subnet of internal load balancers; azure.subnet names it') }
      : { name: only, id: place.subnetId(only) }
  }
  const id = place.subnetId(name)
  return {
    name,
    id: heldId !== undefined && sameId(heldId, id) ? heldId : id,
    ...(setting === undefined ? {} : { path: setting.path }),
  }
}

function publicAddress(base: WishBase, names: NameOf, balancer: BalancerWish): Found {
  const pinned = pinnedIn(base, names.family)
  if (pinned === undefined) return { ...ownPublicIP(base, names, balancer) }
  const frontend =
    (balancer.observed === undefined ? undefined : pinned.frontendOn(balancer.observed)) ??
    madeFrontend(base, pinned) ??
    sharedFrontendName(pinned.publicIP?.ipAddress ?? pinned.text)
  const { publicIP } = pinned
  const missing = unknown(`the public IP address ${pinned.text}`)
  const name = publicIP?.name ?? `<public IP ${pinned.text}>`
  const shared = common(frontend, balancer)
  const wished: PublicIPWish = {
    ...publicIPIdentity(name),
    name,
    id: publicIP?.id ?? (pinned.name === undefined ? missing : idByName(base, pinned.name)),
    is: publicIP?.observed === undefined ? 'given' : 'joined',
  }
  const address = pinned.ip ?? publicIP?.ipAddress ?? unknown(`the address of public IP ${pinned.text}`)
  return {
    wish: { ...shared, pinned, address, publicIP: held(shared.held, wished) },
    problems: checkPublic(base, names.family, pinned),
  }
}

/** The frontend of a public IP that was made for a Service is named after that Service. */
function madeFrontend({ clusterName }: WishBase, { publicIP }: Pinned): string | undefined {
  const start = `${clusterName}-`
  if (publicIP === undefined || !publicIP.name.startsWith(start)) return undefined
  const name = publicIP.name.slice(start.length)
  return /^a[0-9a-f]{31}(-IPv6)?$/.test(name) ? name : undefined
}

function ownPublicIP(base: WishBase, names: NameOf, balancer: BalancerWish): Found {
  const { settings, lb, clusterName, context } = base
  const prefix = forFamily(
    { plain: settings.prefixId, ipv6: settings.prefixIdIPv6 },
    names.family,
    lb.families,
  )
  const prefixId = prefix?.value
  const of = { ...names, clusterName, ...(prefixId === undefined ? {} : { prefixId }) }
  const identity = publicIPIdentity(publicIPName(of))
  const seen = indexOf(context.observed).find('public-ip', identity.key)
  const shared = common(frontendName(names), balancer)
  const publicIP: PublicIPWish = {
    ...identity,
    name: identity.key,
    id: ref(identity, 'id'),
    is: 'made',
    ...(prefixId === undefined ? {} : { prefixId }),
  }
  const address = seen?.out['address'] ?? ref(identity, 'address')
  return { wish: { ...shared, address, publicIP: held(shared.held, publicIP) }, problems: [] }
}

const idByName = (base: WishBase, name: string): Json =>
  armId({ ...base.place.scope, resourceGroup: publicIPGroup(base) }, 'publicIPAddresses', name)

/** What the frontend holds already is the public IP of that name, however Azure wrote its id. */
function held(frontend: JsonObject | undefined, wished: PublicIPWish): PublicIPWish {
  const seen = propertiesOf(frontend)['publicIPAddress']
  const id = isObject(seen) ? seen['id'] : undefined
  const same = partOf(id, 'publicIPAddresses')?.toLowerCase() === wished.name.toLowerCase()
  return id !== undefined && same ? { ...wished, id } : wished
}

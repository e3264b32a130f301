import type { JsonObject } from '../../src/lib/json.ts'
import { type Observed, refOf, type Resource } from '../../src/plan/resource.ts'
import type { Desired } from '../../src/provider/blueprint.ts'
import { alike } from './arm.ts'
import { privateLinkName } from './names.ts'
import { indexOf } from './observed-index.ts'
import { linkSubnet, privateLinkProblems } from './private-link-problems.ts'
import { linkOwnerTag, marks, tagsOn } from './tags.ts'
import type { FamilyWish, Wish } from './wish.ts'

/** The Private Link Service of a Service that asks for one. It translates IPv4 only. */
export function desiredPrivateLink(wish: Wish): Desired {
  const { settings, families, lb, loadBalancer } = wish
  if (settings.plsCreate?.value !== true) return { resources: [], problems: [] }
  const family = families.find((one) => one.family === 'IPv4')
  const problems = privateLinkProblems(wish, family)
  if (family === undefined) return { resources: [], problems }
  const name = settings.plsName?.value ?? privateLinkName(family.frontend)
  const seen = indexOf(wish.context.observed).find('private-link-service', name)
  const resource: Resource = {
    stack: `private-link-service/${name}`,
    kind: 'private-link-service',
    key: name,
    owners: [lb.owner],
    needs: [refOf(loadBalancer)],
    spec: alike(specOf(wish, family, name, seen), seen?.spec) as JsonObject,
    origins: originsOf(wish),
    purpose: 'through which other virtual networks reach the Service',
  }
  return { resources: [resource], problems }
}

const subscriptions = (list: readonly string[] | undefined): JsonObject => ({ subscriptions: list ?? [] })

function specOf(wish: Wish, family: FamilyWish, name: string, seen: Observed | undefined): JsonObject {
  const { settings, place, lb, config } = wish
  const group = settings.plsResourceGroup
  return {
    ...(group === undefined ? {} : { resourceGroup: group.value }),
    location: place.location,
    properties: {
      loadBalancerFrontendIpConfigurations: [{ id: family.frontendId }],
      ipConfigurations: ipConfigurations(wish, family, name),
      enableProxyProtocol: settings.plsProxyProtocol?.value ?? false,
      fqdns: settings.plsFqdns?.value ?? [],
      visibility: subscriptions(settings.plsVisibility?.value),
      autoApproval: subscriptions(settings.plsAutoApproval?.value),
    },
    tags: tagsOn(seen, config.tags, { ...marks(wish), [linkOwnerTag]: lb.owner.name }),
  }
}

/** The fixed addresses first, the rest as Azure chooses; the first of all is the primary one. */
function ipConfigurations(wish: Wish, family: FamilyWish, name: string): readonly JsonObject[] {
  const { settings, place } = wish
  const subnet = linkSubnet(wish)
  const id = subnet === undefined ? (family.subnet?.id ?? place.subnetId('<subnet>')) : place.subnetId(subnet)
  const fixed = settings.plsAddresses?.value ?? []
  const count = settings.plsAddressCount?.value ?? 1
  const open = Array.from({ length: Math.max(0, count - fixed.length) }, (_, at) => at)
  const of = (suffix: string, primary: boolean, address?: string): JsonObject => ({
    name: linkConfigName(subnet ?? family.subnet?.name ?? 'subnet', name, suffix),
    properties: {
      privateIPAllocationMethod: address === undefined ? 'Dynamic' : 'Static',
      ...(address === undefined ? {} : { privateIPAddress: address }),
      subnet: { id },
      primary,
      privateIPAddressVersion: 'IPv4',
    },
  })
  return [
    ...fixed.map((address, at) => of(`static-${address}`, at === 0, address)),
    ...open.map((at) => of(`dynamic-${at}`, at === 0 && fixed.length === 0)),
  ]
}

const linkConfigName = (subnet: string, link: string, suffix: string): string =>
  `${`${subnet}-${link}`.slice(0, 80 - suffix.length - 1)}-${suffix}`

function originsOf({ settings }: Wish): Record<string, string> {
  const all = {
    resourceGroup: settings.plsResourceGroup,
    'properties.ipConfigurations': settings.plsAddresses ?? settings.plsAddressCount ?? settings.plsSubnet,
    'properties.enableProxyProtocol': settings.plsProxyProtocol,
    'properties.fqdns': settings.plsFqdns,
    'properties.visibility.subscriptions': settings.plsVisibility,
    'properties.autoApproval.subscriptions': settings.plsAutoApproval,
  }
  return Object.fromEntries(
    Object.entries(all).flatMap(([at, setting]) =>
      setting === undefined ? [] : [[at, setting.path] as const],
    ),
  )
}

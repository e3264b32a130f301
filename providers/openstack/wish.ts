import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import { error, note, type Problem } from '../../src/model/problem.ts'
import type { Identity, Observed } from '../../src/plan/resource.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { matches } from './annotation-types.ts'
import { type OpenStackSettings, openstackSettings } from './annotations.ts'
import { checksOn } from './checks.ts'
import type { OpenStackConfig } from './config.ts'
import {
  factOf,
  factProblems,
  floatingIps,
  type FloatingIpItem,
  network,
  type NetworkFact,
  octavia,
  type SubnetItem,
} from './facts.ts'
import { type Features, featuresOf } from './features.ts'
import { type Floating, floatingFrom, namedFloating } from './floating.ts'
import { nodeAddress } from './members.ts'
import { serviceName } from './names.ts'
import { resolveSubnet, subnetOfNodes } from './network.ts'
import { type Placed, type Places, placesOf } from './placement.ts'
import { driverOf, type Root, rootOf, standsIn } from './root.ts'
import { type Route, routesOf } from './routes.ts'
import { ownTags, sharedTags } from './tags.ts'

interface Vip {
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
  readonly subnet?: SubnetItem
}

/** The address that the Service names, and where. */
export type Address = NonNullable<LoadBalancer['requestedAddress']>

export interface FloatingWish extends Floating {
  readonly address?: Address
  /** Undefined where nobody knows whether it is there. */
  readonly exists?: boolean | undefined
}

/** One Service with everything decided that more than one of its objects depends on. */
export interface Wish {
  readonly lb: LoadBalancer
  readonly settings: OpenStackSettings
  readonly config: OpenStackConfig
  readonly context: Context
  readonly features: Features
  readonly clusterName: string
  /** What the Service is called in Octavia: `kube_service_<cluster>_<namespace>_<name>`. */
  readonly legacy: string
  readonly root: Root
  readonly balancer: Identity
  readonly internal: boolean
  readonly vip: Vip
  readonly memberSubnet: Json | undefined
  readonly memberSubnetPath: string | undefined
  readonly memberCidr: string | undefined
  readonly floating: FloatingWish | undefined
  readonly routes: readonly Route[]
  /** Those that the selector lets in. */
  readonly nodes: readonly TargetNode[]
  tags(key: string): JsonObject
  sharedTags(key: string): JsonObject
  readonly problems: readonly Problem[]
}

export function wishFor(lb: LoadBalancer, context: Context, config: OpenStackConfig): Wish {
  const settings = openstackSettings(lb)
  const { cluster, facts } = context
  const clusterName = config.clusterName ?? cluster.name
  const known = factOf(facts, network)
  const places = placesOf(settings, config)
  const internal = config.internalLb || settings.internal?.value === true
  const selector = settings.nodeSelector?.value
  const nodes = selector === undefined ? context.nodes : nodesWith(context.nodes, selector)
  const root = rootOf(lb, settings, { config, context, internal, address: addressOf(lb, settings) })
  const features = featuresOf(
    driverOf(root, config),
    factOf(facts, octavia)?.version ?? config.octaviaVersion,
  )
  const vip = vipOf(lb, settings, { places, known, nodes: context.nodes, internal, stands: standsIn(root) })
  const member = memberSubnetOf(places, known, vip)
  const floating = floatingOf(lb, settings, { places, known, context, root, internal })
  const routes = routesOf(lb, settings)
  const owner = { uid: lb.uid, name: lb.owner.name, legacy: serviceName({ ...lb, cluster: clusterName }) }
  const more = settings.tags?.value ?? {}
  const marked = (key: string) => ({ cluster, stack: root.stackTag, key })
  const wish = {
    lb,
    settings,
    config,
    context,
    features,
    clusterName,
    legacy: owner.legacy,
    root,
    balancer: { stack: root.stack, kind: 'load-balancer', key: root.key },
    internal,
    vip: vip.vip,
    memberSubnet: member.id,
    memberSubnetPath: places.memberSubnetId?.path,
    memberCidr: member.cidr,
    floating: floating.wish,
    routes: routes.routes,
    nodes,
    tags: (key: string) => ({ ...more, ...ownTags(marked(key), owner) }),
    sharedTags: (key: string) => ({ ...more, ...sharedTags(marked(key)) }),
  }
  const checks = places.problems.length > 0 ? [] : checksOn(wish)
  return {
    ...wish,
    problems: [
      ...factProblems(facts),
      ...places.problems,
      ...(places.problems.length > 0
        ? []
        : [...root.problems, ...vip.problems, ...member.problems, ...floating.problems, ...routes.problems]),
      ...checks,
    ],
  }
}

const selected = new WeakMap<readonly TargetNode[], Map<string, readonly TargetNode[]>>()

/** The same array for the same selector, so that equal sets of members stay one. */
function nodesWith(
  nodes: readonly TargetNode[],
  selector: Readonly<Record<string, string>>,
): readonly TargetNode[] {
  const bySelector = selected.get(nodes) ?? new Map<string, readonly TargetNode[]>()
  selected.set(nodes, bySelector)
  const key = JSON.stringify(selector)
  const found = bySelector.get(key) ?? nodes.filter(({ labels }) => matches(selector, labels))
  bySelector.set(key, found)
  return found
}

const addressOf = (lb: LoadBalancer, { address }: OpenStackSettings): Address | undefined =>
  lb.requestedAddress ?? (address === undefined ? undefined : { value: address.value, path: address.path })

/** Whether an address is the load balancer's own, or that of a floating IP. */
const standsInside = (lb: LoadBalancer, internal: boolean): boolean => internal || lb.families[0] === 'IPv6'

const origin = (field: string, place: Placed | undefined): Record<string, string> =>
  place?.path === undefined ? {} : { [field]: place.path }

/**
 * Where nobody who may move it says where: a Service or its class names a place, and gets another load balancer for
 * another one. A setting that changes, or a node of another subnet that comes first by now, moves none that is there.
 */
function subnetFor({ subnetId, networkId }: Places, stands: string | undefined): Placed | undefined {
  const free = subnetId?.path === undefined && networkId?.path === undefined
  return free && stands !== undefined ? { value: stands } : subnetId
}

interface VipOf {
  readonly places: Places
  readonly known: NetworkFact | undefined
  readonly nodes: readonly TargetNode[]
  readonly internal: boolean
  readonly stands: string | undefined
}

function vipOf(
  lb: LoadBalancer,
  settings: OpenStackSettings,
  { places, known, nodes, internal, stands }: VipOf,
): { readonly vip: Vip; readonly problems: readonly Problem[] } {
  const asked = addressOf(lb, settings)
  const own = asked !== undefined && standsInside(lb, internal) ? asked : undefined
  const address = own === undefined ? {} : { vip_address: own.value }
  const addressPath: Record<string, string> = own === undefined ? {} : { vip_address: own.path }
  const { portId } = settings
  if (portId !== undefined)
    return {
      vip: {
        spec: { vip_port_id: portId.value, ...address },
        origins: { vip_port_id: portId.path, ...addressPath },
      },
      problems: [],
    }
  const { networkId } = places
  const subnetId = subnetFor(places, stands)
  const inNetwork = networkId === undefined ? {} : { vip_network_id: networkId.value }
  if (subnetId === undefined && networkId !== undefined)
    return {
      vip: {
        spec: { ...inNetwork, ...address },
        origins: { ...origin('vip_network_id', networkId), ...addressPath },
      },
      problems: [],
    }
  const addresses = nodes.flatMap((node) => nodeAddress(node, lb.families[0]) ?? [])
  const subnet =
    subnetId === undefined
      ? subnetOfNodes(addresses, known)
      : resolveSubnet(subnetId, known, settings.subnetId?.key.startsWith('lb-controller.io/') === true)
  return {
    vip: {
      spec: { vip_subnet_id: subnet.id, ...inNetwork, ...address },
      origins: {
        ...origin('vip_subnet_id', subnetId),
        ...origin('vip_network_id', networkId),
        ...addressPath,
      },
      ...(subnet.subnet === undefined ? {} : { subnet: subnet.subnet }),
    },
    problems: subnet.problems,
  }
}

function memberSubnetOf(
  places: Places,
  known: NetworkFact | undefined,
  { vip }: { readonly vip: Vip },
): {
  readonly id: Json | undefined
  readonly cidr: string | undefined
  readonly problems: readonly Problem[]
} {
  const place = places.memberSubnetId
  if (place === undefined) return { id: vip.spec['vip_subnet_id'], cidr: vip.subnet?.cidr, problems: [] }
  const { id, subnet, problems } = resolveSubnet(place, known, false)
  return { id, cidr: subnet?.cidr, problems }
}

interface FloatingOf {
  readonly places: Places
  readonly known: NetworkFact | undefined
  readonly context: Context
  readonly root: Root
  readonly internal: boolean
}

function floatingOf(
  lb: LoadBalancer,
  settings: OpenStackSettings,
  { places, known, context, root, internal }: FloatingOf,
): { readonly wish: FloatingWish | undefined; readonly problems: readonly Problem[] } {
  if (internal) return { wish: undefined, problems: exposedBy(lb, context, root) }
  if (lb.families[0] === 'IPv6') return { wish: undefined, problems: [skipped(lb)] }
  if (root.is === 'foreign') return { wish: undefined, problems: [] }
  const all = factOf(context.facts, floatingIps)
  const vipPort = vipPortOf(root.observed)
  if (root.is === 'adopted' && vipPort !== undefined && isAttached(vipPort, context, all))
    return { wish: undefined, problems: [] }
  const { floating, problems } = floatingFrom(places, known)
  if (floating === undefined) return { wish: undefined, problems }
  const address = addressOf(lb, settings)
  if (address === undefined) return { wish: floating, problems }
  const { exists, problems: taken } = namedFloating(address, all, { networkId: floating.networkId, vipPort })
  return { wish: { ...floating, address, exists }, problems: [...problems, ...taken] }
}

const vipPortOf = (seen: Observed | undefined): string | undefined => seen?.out['vip_port_id']

/** A floating IP that another controller made for the load balancer is kept as it is. */
const isAttached = (port: string, context: Context, all: readonly FloatingIpItem[] | undefined): boolean =>
  all?.some(({ portId }) => portId === port) === true ||
  context.observed.some(
    ({ kind, parts }) => kind === 'floating-ip' && parts?.['port']?.spec['port_id'] === port,
  )

/** One that we did not attach is not ours to detach, and would lead everybody to an internal Service. */
function exposedBy(lb: LoadBalancer, context: Context, root: Root): readonly Problem[] {
  const port = vipPortOf(root.observed)
  if (root.is !== 'adopted' || port === undefined) return []
  const detachable = context.observed.some(
    ({ kind, parts }) =>
      kind === 'floating-ip' &&
      parts?.['port']?.spec['port_id'] === port &&
      parts['port'].owners.some(({ uid }) => uid === lb.owner.uid),
  )
  if (detachable || !isAttached(port, context, factOf(context.facts, floatingIps))) return []
  return [
    error(
      'LB_OPENSTACK_FLOATING_IP',
      root.path ?? 'spec.type',
      'the Service is internal, and a floating IP that another controller attached leads to its load balancer',
      {
        value: port,
        accepted: 'a load balancer without a floating IP',
        hint: `detach it: openstack floating ip list --port ${port}`,
      },
    ),
  ]
}

const skipped = (lb: LoadBalancer): Problem =>
  note(
    'LB_OPENSTACK_NO_FLOATING_IP',
    'spec.ipFamilies',
    'floating IPs are IPv4 only: the IPv6 address of the load balancer itself is published',
    { value: lb.families[0] ?? 'IPv6' },
  )

import { textOf } from '../../src/lib/json-fields.ts'
import type { Json } from '../../src/lib/json.ts'
import type { Family, LoadBalancer, Owner } from '../../src/model/load-balancer.ts'
import { error, hasError, type Problem, warning } from '../../src/model/problem.ts'
import { type Observed, unknown } from '../../src/plan/resource.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { factOf, valueOf } from '../../src/provider/facts.ts'
import { addressesFor, type Address, type ExistingRule } from './addresses.ts'
import { type GcpSettings, gcpSettings } from './annotations.ts'
import { wantsHeader } from './annotations-portable.ts'
import type { GcpConfig } from './config.ts'
import { type InstancesFact, instancesKey, type Place, placeKey } from './facts.ts'
import { lastOf } from './links.ts'
import { type Names, namesFor } from './names.ts'
import { machinesOf } from './nodes.ts'
import { clusterOwner, ruleKey, stackOf } from './owners.ts'
import { type Scheme, schemeOf } from './scheme.ts'
import { subnetFor, type SubnetChoice } from './subnets.ts'
import { targetTags } from './target-tags.ts'

/** One Service with everything decided that more than one of its objects depends on. */
export interface Wish {
  readonly lb: LoadBalancer
  readonly settings: GcpSettings
  readonly context: Context
  readonly config: GcpConfig
  readonly scheme: Scheme
  readonly schemePath: string | undefined
  readonly internal: boolean
  /** Ends TLS or writes a PROXY header, and so is a proxy instead of passing packets on. */
  readonly proxy: boolean
  /** A proxy of the Premium tier stands in no region. */
  readonly global: boolean
  readonly tier: 'PREMIUM' | 'STANDARD'
  readonly tierPath: string | undefined
  readonly stack: string
  readonly names: Names
  readonly owners: readonly Owner[]
  readonly cluster: Owner
  readonly place: Place
  readonly region: Json
  readonly network: Json
  readonly subnet: SubnetChoice
  readonly addresses: Readonly<Partial<Record<Family, Address>>>
  /** Network tags of the nodes. */
  readonly tags: Json
  /** This Service's objects in the cloud. */
  readonly observed: readonly Observed[]
  readonly problems: readonly Problem[]
}

export function wishFor(lb: LoadBalancer, context: Context, config: GcpConfig): Wish {
  const settings = gcpSettings(lb)
  const { scheme, path: schemePath, problems: schemeProblems } = schemeOf(lb, settings, config)
  const internal = scheme === 'internal'
  const proxy = settings.tlsCertificate !== undefined || wantsHeader(settings.proxyProtocol?.value) !== 'off'
  const stack = stackOf(lb.owner.name)
  const observed = context.observed.filter((item) => item.stack === stack)
  const known = factOf<Place>(context.facts, placeKey, 'the project, region and network of the cluster')
  const place: Place = { ...valueOf(known), ...placeSet(config, valueOf(known)) }
  const tier = tierOf(settings, internal, observed)
  const global = proxy && !internal && tier === 'PREMIUM'
  const subnet = subnetFor({ lb, settings, internal, place, config, facts: context.facts })
  const addresses = addressesFor({
    families: lb.families,
    internal,
    global,
    tier,
    region: place.region,
    subnet: subnet.name,
    facts: context.facts,
    named: settings.addresses,
    requested: lb.requestedAddress,
    existing: settings.group === undefined ? rulesOf(observed, scheme, tier) : {},
  })
  const tags = tagsFor(context, config)
  const problems = [
    ...('problem' in known ? [known.problem] : []),
    ...schemeProblems,
    ...subnet.problems,
    ...addresses.problems,
    ...tags.problems,
    ...tierProblems(lb, settings, internal, tier),
    ...misplaced(settings, internal),
  ]
  return {
    lb,
    settings,
    context,
    config,
    scheme,
    schemePath,
    internal,
    proxy,
    global,
    tier,
    tierPath: settings.networkTier?.path,
    stack,
    names: namesFor({ clusterUid: context.cluster.uid, uid: lb.uid, namespace: lb.namespace, name: lb.name }),
    owners: [lb.owner],
    cluster: clusterOwner(context.cluster),
    place,
    region: place.region ?? unknown('the region of the cluster'),
    network: place.network ?? unknown('the network of the nodes'),
    subnet,
    addresses: hasError(addresses.problems) ? {} : addresses.by,
    tags: tags.tags,
    observed,
    problems,
  }
}

/** What the configuration says outranks what was found. */
function placeSet(config: GcpConfig, found: Place | undefined): Place {
  const { project, region, network, subnet } = config
  const of = project ?? found?.project
  const path =
    network === undefined || network.includes('/') || of === undefined
      ? network
      : `projects/${of}/global/networks/${network}`
  return {
    ...(project === undefined ? {} : { project }),
    ...(region === undefined ? {} : { region }),
    ...(path === undefined ? {} : { network: path }),
    ...(subnet === undefined ? {} : { subnet }),
  }
}

/** A Service that does not say keeps the tier that it has. */
function tierOf(
  { networkTier }: GcpSettings,
  internal: boolean,
  observed: readonly Observed[],
): 'PREMIUM' | 'STANDARD' {
  if (internal) return 'PREMIUM'
  if (networkTier !== undefined) return networkTier.value === 'Standard' ? 'STANDARD' : 'PREMIUM'
  const standing = observed.find(
    ({ kind, spec }) => kind === 'forwarding-rule' && spec['loadBalancingScheme'] !== 'INTERNAL',
  )
  return standing?.spec['networkTier'] === 'STANDARD' ? 'STANDARD' : 'PREMIUM'
}

function tierProblems(
  lb: LoadBalancer,
  { networkTier }: GcpSettings,
  internal: boolean,
  tier: string,
): readonly Problem[] {
  if (networkTier === undefined) return []
  const value = { value: networkTier.raw }
  if (internal)
    return networkTier.value === 'Premium'
      ? []
      : [
          warning('LB_GCP_EXTERNAL_ONLY', networkTier.path, 'internal addresses have the Premium tier only', {
            ...value,
            accepted: 'Premium',
            hint: `remove ${networkTier.key}`,
          }),
        ]
  if (tier === 'PREMIUM' || !lb.families.includes('IPv6')) return []
  return [
    error('LB_GCP_TIER', networkTier.path, 'IPv6 addresses have the Premium tier only', {
      ...value,
      accepted: 'Premium',
      hint: 'use the Premium tier, or IPv4 alone in spec.ipFamilies',
    }),
  ]
}

/** What only one of the two schemes has. */
function misplaced(settings: GcpSettings, internal: boolean): readonly Problem[] {
  const { globalAccess, internalSubnet, backendShare, legacyBackendShare } = settings
  if (internal) return []
  return [globalAccess, internalSubnet, backendShare, legacyBackendShare].flatMap((setting) =>
    setting === undefined || setting.value === false
      ? []
      : [
          warning(
            'LB_GCP_INTERNAL_ONLY',
            setting.path,
            'this counts for internal load balancers only, and this one is external',
            { value: setting.raw, hint: `remove ${setting.key}` },
          ),
        ],
  )
}

/** The rules whose addresses may be kept: an address is of one scheme and one tier. */
function rulesOf(
  observed: readonly Observed[],
  scheme: Scheme,
  tier: string,
): Readonly<Partial<Record<Family, ExistingRule>>> {
  const byFamily: Partial<Record<Family, ExistingRule>> = {}
  for (const family of ['IPv4', 'IPv6'] as const) {
    const rule = observed
      .filter(({ kind, key }) => kind === 'forwarding-rule' && key.startsWith(ruleKey(scheme, family)))
      .find(({ spec }) => textOf(spec['IPAddress']) !== undefined)
    if (rule === undefined || (rule.spec['networkTier'] ?? tier) !== tier) continue
    const subnet = textOf(rule.spec['subnetwork'])
    byFamily[family] = {
      name: textOf(rule.spec['name']) ?? '',
      ip: textOf(rule.spec['IPAddress']),
      subnet: subnet === undefined ? undefined : lastOf(subnet),
    }
  }
  return byFamily
}

function tagsFor(context: Context, config: GcpConfig): { tags: Json; problems: readonly Problem[] } {
  if (config.nodeTags.length > 0) return { tags: [...config.nodeTags].toSorted(), problems: [] }
  const { list, hash } = machinesOf(context.nodes)
  const known = factOf<InstancesFact>(context.facts, instancesKey(hash), 'the network tags of the nodes')
  if ('problem' in known) return { tags: unknown('the network tags of the nodes'), problems: [known.problem] }
  if ('unknown' in known || context.nodesUnknown !== undefined || list.length === 0)
    return {
      tags: unknown('unknown' in known ? known.unknown : 'the network tags of the nodes'),
      problems: [],
    }
  return targetTags(list, known.value)
}

import { error, note, type Problem } from '../../src/model/problem.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { factOf } from '../../src/provider/facts.ts'
import type { AwsSettings } from './annotations.ts'
import type { AwsConfig } from './config.ts'
import { type Network, networkKey, type SubnetFact } from './facts.ts'
import type { Families } from './families.ts'
import type { SchemeAsked } from './scheme.ts'
import type { Share } from './share.ts'
import { chooseSubnets } from './subnets.ts'

interface NetworkKnown {
  readonly vpcId: string | undefined
  readonly region: string | undefined
  readonly subnets: readonly SubnetFact[] | undefined
  /** The zone of every subnet of the VPC. */
  readonly zoneOf: Readonly<Record<string, string>>
  readonly vpcRanges: readonly string[] | undefined
  /** Where addresses of the VPC lie: in its ranges, or in its subnets where those are not known. */
  readonly addressRanges: readonly string[] | undefined
  /** What is missing while the subnets are not known. */
  readonly why: string
  readonly problems: readonly Problem[]
}

interface Asked extends SchemeAsked {
  readonly families: Families
  readonly clusterName: string
  readonly share: Share
}

/** Where the load balancer can stand, as far as anybody knows. */
export function networkFor(
  context: Context,
  config: AwsConfig,
  settings: AwsSettings,
  { scheme, schemePath, families, clusterName, share }: Asked,
): NetworkKnown {
  const fact = factOf<Network>(context.facts, networkKey, 'the VPC and its subnets')
  const known = 'value' in fact ? fact.value : undefined
  const region = config.region ?? known?.region
  const problems: Problem[] = 'problem' in fact ? [fact.problem] : []
  problems.push(...certificateProblems(settings, region))
  const none = {
    vpcId: config.vpcId,
    region,
    subnets: undefined,
    zoneOf: {},
    vpcRanges: undefined,
    addressRanges: undefined,
  }
  if (known === undefined)
    return { ...none, why: 'unknown' in fact ? fact.unknown : 'the VPC and its subnets', problems }
  const chosen = chooseSubnets(known, {
    scheme,
    clusterName,
    inUse: subnetsInUse(context, share),
    schemePath: schemePath ?? 'spec.type',
    needsIpv6: families.addressType === 'dualstack',
    byRoutes: config.subnetDiscovery === 'tags-and-routes',
    ofOtherClusters: config.subnetsOfOtherClusters,
    ...(settings.subnets === undefined ? {} : { named: settings.subnets }),
  })
  return {
    vpcId: known.vpcId,
    region,
    subnets: chosen.subnets,
    zoneOf: zonesOfSubnets(known),
    vpcRanges: known.ranges,
    addressRanges: known.ranges ?? rangesOfSubnets(known),
    why: 'the VPC and its subnets',
    problems: [...problems, ...chosen.problems],
  }
}

const subnetRanges = new WeakMap<Network, readonly string[]>()

/** Computed once per fact: thousands of Services share one. */
function rangesOfSubnets(network: Network): readonly string[] {
  const found =
    subnetRanges.get(network) ??
    network.subnets.flatMap(({ cidr, ipv6Cidr }) => [cidr, ...(ipv6Cidr === undefined ? [] : [ipv6Cidr])])
  subnetRanges.set(network, found)
  return found
}

const subnetZones = new WeakMap<Network, Readonly<Record<string, string>>>()

function zonesOfSubnets(network: Network): Readonly<Record<string, string>> {
  const found =
    subnetZones.get(network) ?? Object.fromEntries(network.subnets.map(({ id, zone }) => [id, zone]))
  subnetZones.set(network, found)
  return found
}

function subnetsInUse(context: Context, { stack, place }: Share): ReadonlySet<string> {
  const found = context.observed.find(
    (item) => item.kind === 'load-balancer' && item.stack === stack && item.key === place,
  )
  return new Set((found?.spec['Subnets'] ?? []) as readonly string[])
}

/** ACM certificates serve their own region only. */
function certificateProblems(
  { certificates: setting }: AwsSettings,
  region: string | undefined,
): readonly Problem[] {
  if (setting === undefined) return []
  return setting.value.flatMap((certificate) => {
    if (certificate.region === undefined || certificate.region === region) return []
    const value = { value: certificate.arn }
    return region === undefined
      ? note(
          'LB_CERTIFICATE_REGION',
          setting.path,
          `whether ${certificate.region} is the load balancer's region is known at apply`,
          value,
        )
      : error(
          'LB_CERTIFICATE_REGION',
          setting.path,
          `the certificate is in ${certificate.region}, the load balancer in ${region}`,
          { ...value, accepted: `a certificate in ${region}`, hint: `request or import it in ${region} too` },
        )
  })
}

/** The peer's subnet resolver against our choice of subnets: its fake calls become the fact that ours decides by. */
import * as v from 'valibot'
import { leastZones, tooFewZones } from '../../../providers/aws/application/zones.ts'
import type { Subnet } from '../../../providers/aws/api-ec2.ts'
import type { Scheme } from '../../../providers/aws/config.ts'
import type { Network } from '../../../providers/aws/facts.ts'
import { factsSchema } from '../../../providers/aws/facts-schema.ts'
import { networkOf } from '../../../providers/aws/fetch-network.ts'
import { chooseSubnets, type ChosenSubnets } from '../../../providers/aws/subnets.ts'
import type { Compare, Vector } from '../vector.ts'
import { fieldsOf, listOf, type Fields, sorted, textOf, verdict } from './shapes.ts'

const clusterName = 'cluster-dummy'
const roles = ['kubernetes.io/role/elb', 'kubernetes.io/role/internal-elb']

/** A subnet of a call with a filter by role carries that tag, also where the fake left it out. */
function answered(call: Fields): readonly Subnet[] {
  const filters = listOf(fieldsOf(call['input'])['Filters'])
  const implied = filters
    .map((filter) => textOf(filter['Name']).replace(/^tag:/, ''))
    .filter((name) => roles.includes(name))
  return listOf(call['output']).map((subnet) => withTags(subnet, implied))
}

const withTags = (subnet: Fields, keys: readonly string[]): Subnet =>
  ({
    AvailableIpAddressCount: 8,
    CidrBlock: '10.0.0.0/24',
    AvailabilityZone: `us-west-2${textOf(subnet['SubnetId']).at(-1)}`,
    ...withoutNulls(subnet),
    Tags: [
      ...keys
        .filter((key) => !listOf(subnet['Tags']).some((tag) => tag['Key'] === key))
        .map((Key) => ({ Key, Value: '1' })),
      ...listOf(subnet['Tags']),
    ],
  }) as unknown as Subnet

const withoutNulls = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))

const network = (subnets: readonly Subnet[], tables: readonly Fields[] = []): Network =>
  networkOf('vpc-dummy', subnets, tables)

/** What all the fake calls together say of the VPC; undefined where one of them failed. */
function seen(fields: Fields): Network | undefined {
  const calls = listOf(fields['describeSubnetsAsListCalls'])
  const routes = listOf(fields['describeRouteTablesAsListCalls'])
  const zones = listOf(fields['fetchAZInfosCalls'])
  if ([...calls, ...routes, ...zones].some((call) => call['err'] !== undefined && call['err'] !== null))
    return undefined
  const subnets = new Map(calls.flatMap(answered).map((subnet) => [subnet.SubnetId, subnet]))
  return network(
    [...subnets.values()],
    routes.flatMap((call) => listOf(call['output'])),
  )
}

interface Asked {
  readonly lbType: string
  readonly scheme: Scheme
  readonly addressType: 'ipv4' | 'dualstack'
}

/** `dualstack-without-public-ipv4` needs ranges of both families as well. */
const familiesOf = (addressType: unknown): Asked['addressType'] =>
  textOf(addressType).startsWith('dualstack') ? 'dualstack' : 'ipv4'

function asked(options: unknown): Asked {
  const given = new Map(listOf(options).map((one) => [textOf(one['$option']), (one['args'] as unknown[])[0]]))
  return {
    lbType: textOf(given.get('WithSubnetsResolveLBType') ?? 'network'),
    scheme: textOf(given.get('WithSubnetsResolveLBScheme') ?? 'internet-facing') as Scheme,
    addressType: familiesOf(given.get('WithSubnetsResolveLBIPAddressType')),
  }
}

/** The peer's options and settings as our wish. */
function choose(fields: Fields, of: Network, options: Asked, named?: readonly string[]): ChosenSubnets {
  const chosen = chooseSubnets(of, {
    scheme: options.scheme,
    clusterName,
    inUse: new Set(),
    schemePath: 'spec.type',
    needsIpv6: options.addressType === 'dualstack',
    byRoutes: fields['discoveryByReachabilityEnabled'] !== false,
    ofOtherClusters: fields['clusterTagCheckEnabled'] === false,
    ...(named === undefined
      ? {}
      : { named: { value: named, key: 'subnets', raw: named.join(','), path: 'subnets' } }),
  })
  if (fields['albSingleSubnetEnabled'] === true || chosen.problems.length > 0) return chosen
  const balancer = options.lbType === 'application' ? 'application' : 'network'
  return { ...chosen, problems: tooFewZones(balancer, chosen.subnets, 'spec.type') }
}

const idsIn = (value: unknown): readonly string[] => listOf(value).map((one) => textOf(one['SubnetId']))

const failed: ChosenSubnets = {
  subnets: [],
  problems: [{ code: 'LOOKUP', severity: 'error', path: 'aws', message: 'a call failed' }],
}

/** Order counts: named subnets stand as named, found ones by their ids. */
const compareChosen = (one: Vector, chosen: ChosenSubnets): readonly string[] =>
  verdict(
    one.expected,
    { problems: chosen.problems, value: chosen.subnets.map(({ id }) => id) },
    idsIn(fieldsOf(one.expected)['want']),
  )

const discovered: Compare = (one) => {
  const fields = fieldsOf(one.context['fields'])
  const of = seen(fields)
  const options = asked(fieldsOf(one.context['args'])['opts'])
  return compareChosen(one, of === undefined ? failed : choose(fields, of, options))
}

/** Named subnets, and those found by other tags: of these ours looks among what the tags leave. */
const selected: Compare = (one) => {
  const fields = fieldsOf(one.context['fields'])
  const args = fieldsOf(one.context['args'])
  const of = seen(fields)
  if (of === undefined) return compareChosen(one, failed)
  const options = asked(args['opts'])
  const ids = fieldsOf(args['selector'])['ids'] ?? args['nameOrIDs'] ?? args['subnetNameOrIDs']
  if (Array.isArray(ids)) return compareChosen(one, choose(fields, of, options, ids as readonly string[]))
  const subnets = of.subnets.map((subnet) => ({
    ...subnet,
    tags: { ...subnet.tags, [roles[options.scheme === 'internal' ? 1 : 0] ?? '']: '1' },
  }))
  return compareChosen(one, choose(fields, { ...of, subnets }, options))
}

const given = (one: Vector): readonly Subnet[] => {
  const { subnets, subnet, args } = one.context
  const list = listOf(subnets ?? fieldsOf(args)['subnets'])
  const single = subnet ?? fieldsOf(args)['subnet']
  return [...list, ...(single === undefined ? [] : [fieldsOf(single)])].map((each) => withTags(each, roles))
}

const optionsOf = (one: Vector): Asked => ({
  lbType: 'network',
  scheme: 'internal',
  addressType: familiesOf(one.context['ipAddressType']),
})

const all = (one: Vector): ChosenSubnets => {
  const subnets = given(one)
  return choose(
    {},
    network(subnets),
    optionsOf(one),
    subnets.map(({ SubnetId }) => SubnetId),
  )
}

const eligible = (one: Vector, addressType: Asked['addressType']): readonly string[] =>
  given(one)
    .filter((subnet) => choose({}, network([subnet]), { ...optionsOf(one), addressType }).subnets.length > 0)
    .map(({ SubnetId }) => SubnetId)

const categorized: Compare = (one) => {
  const fit = eligible(one, optionsOf(one).addressType)
  const value = {
    wantEligible: fit,
    wantMissingIPv6CIDR: eligible(one, 'ipv4').filter((id) => !fit.includes(id)),
  }
  return verdict(one.expected, { problems: [], value }, one.expected)
}

/** The kind of zone as our fact has it, by the name of the zone; a kind that facts cannot have is refused. */
const locale: Compare = (one) => {
  const zones = listOf(fieldsOf(one.context['fields'])['fetchAZInfosCalls'])
  const told = zones.flatMap((call) => Object.values(fieldsOf(call['azInfoByAZID'])).map(fieldsOf))
  const of = network(given(one))
  const unheard = zones.some((call) => call['err'] !== undefined && call['err'] !== null)
  const known = told.every(({ ZoneType }) => fitsSchema(of, textOf(ZoneType)))
  const problems = unheard || !known ? failed.problems : []
  return verdict(one.expected, { problems, value: of.subnets[0]?.zoneType }, fieldsOf(one.expected)['want'])
}

const fitsSchema = (of: Network, zoneType: string): boolean =>
  v.safeParse(factsSchema, {
    network: { ...of, subnets: of.subnets.map((subnet) => ({ ...subnet, zoneType })) },
  }).success

const outlying: Compare = (one) => {
  const of = seen(fieldsOf(one.context['fields']))
  const type = of?.subnets.find(({ id }) => id === one.context['subnetID'])?.zoneType
  const problems = type === undefined ? failed.problems : []
  return verdict(
    one.expected,
    { problems, value: type !== 'availability-zone' },
    fieldsOf(one.expected)['want'],
  )
}

const minimum: Compare = (one) => {
  const { args, fields } = one.context
  const { subnetLocale, resolveOpts } = fieldsOf(args)
  const { lbType, LBType } = fieldsOf(resolveOpts)
  const balancer = (lbType ?? LBType) === 'application' ? 'application' : 'network'
  const single = fieldsOf(fields)['albSingleSubnetEnabled'] === true
  const value = single ? 1 : leastZones(balancer, textOf(subnetLocale) as 'availability-zone')
  return verdict(one.expected, { problems: [], value }, fieldsOf(one.expected)['want'])
}

const needsIpv6: Compare = (one) => {
  const bare = withTags({ SubnetId: 'subnet-a' }, roles)
  const value = choose({}, network([bare]), optionsOf(one)).subnets.length === 0
  return verdict(one.expected, { problems: [], value }, fieldsOf(one.expected)['want'])
}

const hasIpv6: Compare = (one) => {
  const value = network(given(one)).subnets[0]?.ipv6Cidr !== undefined
  return verdict(one.expected, { problems: [], value }, fieldsOf(one.expected)['want'])
}

/** One in each zone, of subnets that all fit. */
const onePerZone: Compare = (one) => compareChosen(one, choose({}, network(given(one)), optionsOf(one)))

const sortedById: Compare = (one) => {
  const value = network(given(one)).subnets.map(({ id }) => id)
  return verdict(one.expected, { problems: [], value }, idsIn(fieldsOf(one.expected)['wantSubnets']))
}

const ids: Compare = (one) => {
  const value = all(one).subnets.map(({ id }) => id)
  const want = fieldsOf(one.expected)['want']
  return verdict(one.expected, { problems: [], value }, Array.isArray(want) ? sorted(want) : want)
}

/** By a part of the name of the peer's test. */
export const subnets: Readonly<Record<string, Compare>> = {
  ResolveViaDiscovery: discovered,
  ResolveViaSelector: selected,
  ResolveViaNameOrIDSlice: selected,
  chooseSubnetsPerAZ: onePerZone,
  categorizeSubnetsByEligibility: categorized,
  validateSubnetsIPv6CIDR: (one) => verdict(one.expected, { problems: all(one).problems }, undefined),
  buildSDKSubnetLocaleType: locale,
  IsSubnetInLocalZoneOrOutpost: outlying,
  computeSubnetsMinimalCount: minimum,
  isIPv6CIDRRequired: needsIpv6,
  isSubnetContainsIPv6CIDR: hasIpv6,
  sortSubnetsByID: sortedById,
  extractSubnetIDs: ids,
}

import type { Cidr } from '../../../src/lib/ip.ts'
import type { Family, SourceRange } from '../../../src/model/load-balancer.ts'
import { error, note, type Problem, warning } from '../../../src/model/problem.ts'

export interface Asked<T> {
  readonly value: T
  readonly path: string
}

/** What a Service says of who may connect. */
interface AccessAsked {
  /** Of `spec.loadBalancerSourceRanges`, or of the key that stands for it. */
  readonly sourceRanges: readonly SourceRange[]
  readonly allowedRanges?: Asked<readonly Cidr[]> | undefined
  readonly serviceTags?: Asked<readonly string[]> | undefined
  readonly denyRest?: Asked<boolean> | undefined
  readonly internal: boolean
  /** The families of the load balancer. */
  readonly families: readonly Family[]
}

/** Who may connect. No source at all means that no rule is made, and Azure's own rules decide. */
export interface Access {
  readonly tags: readonly string[]
  /** As written, in that order. */
  readonly ranges: Readonly<Record<Family, readonly string[]>>
  /** Who is in the virtual network but not among the sources stays out too. */
  readonly denyRest: boolean
  /** Whether that is everybody on the Internet. */
  readonly open: boolean
  readonly paths: { readonly tags: string; readonly ranges: string; readonly denyRest: string }
  readonly problems: readonly Problem[]
}

/** The service tag for everybody outside the virtual network. */
const internet = 'Internet'
const fieldPath = 'spec.loadBalancerSourceRanges'

export function accessOf(asked: AccessAsked): Access {
  const { sourceRanges, allowedRanges, serviceTags, denyRest, internal } = asked
  const listed = (allowedRanges?.value ?? []).map(({ text, family }): SourceRange => ({
    cidr: text,
    family,
    path: allowedRanges?.path ?? fieldPath,
  }))
  const all = [...sourceRanges, ...listed]
  const tags = [...new Set(serviceTags?.value)]
  const restricted = all.length > 0 || tags.length > 0
  const everywhere = all.some(({ cidr }) => cidr.endsWith('/0'))
  const of = (family: Family) => [
    ...new Set(all.filter((one) => one.family === family).map(({ cidr }) => cidr)),
  ]
  return {
    tags: restricted || internal ? tags : [internet],
    ranges: { IPv4: of('IPv4'), IPv6: of('IPv6') },
    denyRest: denyRest?.value === true && all.length > 0,
    open: tags.length === 0 && (all.length === 0 ? !internal : everywhere),
    paths: {
      tags: serviceTags?.path ?? fieldPath,
      ranges: all[0]?.path ?? fieldPath,
      denyRest: denyRest?.path ?? fieldPath,
    },
    problems: [
      ...(sourceRanges.length > 0 && listed.length > 0 ? [twoLists(asked)] : []),
      ...(sourceRanges.length > 0 && tags.length > 0 ? [tagsBesideRanges(asked)] : []),
      ...(denyRest?.value === true && all.length === 0 ? [denyWithout(denyRest)] : []),
      ...strangers(listed, asked),
      ...hostBits(asked),
    ],
  }
}

const twoLists = ({ allowedRanges, sourceRanges }: AccessAsked): Problem =>
  error(
    'LB_SOURCE_RANGES_TWICE',
    allowedRanges?.path ?? fieldPath,
    `these ranges stand beside those of ${sourceRanges[0]?.path ?? fieldPath}, and which ones are meant is not ours to guess`,
    { accepted: 'one list of ranges', hint: `write all ranges in ${fieldPath}` },
  )

/** The node proxy knows no service tags: it drops what no range of the field lets in. */
const tagsBesideRanges = ({ serviceTags }: AccessAsked): Problem =>
  warning(
    'LB_SERVICE_TAGS_BESIDE_RANGES',
    serviceTags?.path ?? fieldPath,
    `the security group lets these service tags in, but nodes hold to ${fieldPath} alone and drop them`,
    {
      ...(serviceTags === undefined ? {} : { value: serviceTags.value.join(',') }),
      hint: 'move the ranges to service.beta.kubernetes.io/azure-allowed-ip-ranges',
    },
  )

const denyWithout = ({ path }: Asked<boolean>): Problem =>
  warning('LB_DENY_ALL_UNUSED', path, 'there are no source ranges to deny all others beside them', {
    hint: `name ranges in ${fieldPath}, or remove this`,
  })

/** Ranges of a family that the load balancer has not; those of the field were looked at before. */
function strangers(listed: readonly SourceRange[], { families }: AccessAsked): readonly Problem[] {
  const has = families.join(' and ')
  const useless = listed.filter(({ family }) => !families.includes(family))
  if (useless.length === 0) return []
  return useless.map(({ cidr, family, path }) =>
    useless.length < listed.length
      ? warning(
          'LB_SOURCE_RANGE_UNUSED',
          path,
          `the load balancer has ${has} addresses only, so ${cidr} lets nobody in`,
          { value: cidr },
        )
      : error(
          'LB_SOURCE_RANGE_FAMILY',
          path,
          `${cidr} is an ${family} range, and the load balancer has ${has} addresses only`,
          {
            value: cidr,
            accepted: `${has} ranges`,
            hint: `ask for ${family} in spec.ipFamilies, or remove it`,
          },
        ),
  )
}

const hostBits = ({ allowedRanges }: AccessAsked): readonly Problem[] =>
  (allowedRanges?.value ?? []).flatMap(({ hadHostBits, text }) =>
    hadHostBits
      ? [
          note(
            'LB_SOURCE_RANGE_HOST_BITS',
            allowedRanges?.path ?? fieldPath,
            `a range with bits beyond its prefix is read as ${text}, the range that it lies in`,
          ),
        ]
      : [],
  )

import { parseCidr } from '../lib/ip.ts'
import type { ServiceCapabilities } from './capabilities.ts'
import type { SourceRange } from './load-balancer.ts'
import type { ServiceObject } from './objects.ts'
import { annotationPath, error, note, type Problem, warning } from './problem.ts'
import type { FamiliesRead } from './service-families.ts'
import { splitList } from './value-list.ts'
import { portable } from './portable.ts'
import { sourceRangeKeys, sourceRangesKey } from './shared-annotations.ts'

interface RangesRead {
  readonly ranges: readonly SourceRange[]
  readonly problems: readonly Problem[]
}

interface Written {
  readonly text: string
  readonly path: string
}

/**
 * Who may connect. The field outranks the annotation; neither means everywhere. One range that does not parse refuses
 * the whole input: a list that is shorter than what was written, or empty, could let in more than was meant.
 */
export function rangesOf(
  service: ServiceObject,
  families: FamiliesRead,
  can: ServiceCapabilities,
): RangesRead {
  const written = writtenRanges(service)
  if (written.length > 0 && !can.sourceRanges) {
    const message = 'load balancers of this provider cannot restrict who connects'
    return { ranges: [], problems: [error('LB_SOURCE_RANGE_UNSUPPORTED', firstPath(written), message)] }
  }
  const ranges = new Map<string, SourceRange>()
  const problems: Problem[] = [...contradiction(service)]
  for (const { text, path } of written) {
    const parsed = parseCidr(text.trim())
    if (!parsed.ok) {
      problems.push(
        error('LB_SOURCE_RANGE_INVALID', path, parsed.error.message, {
          value: text,
          accepted,
          ...hintOf(parsed.error),
        }),
      )
      continue
    }
    const { family, text: cidr, hadHostBits } = parsed.value
    if (hadHostBits)
      problems.push(
        note(
          'LB_SOURCE_RANGE_HOST_BITS',
          path,
          `${text.trim()} is read as ${cidr}, the range that it lies in`,
          { value: text },
        ),
      )
    if (can.familiesApart === true || families.families.includes(family)) {
      if (!ranges.has(cidr)) ranges.set(cidr, { cidr, family, path })
    } else problems.push(wrongFamily(path, text, family, families, can.ipv6))
  }
  if (ranges.size === 0 && written.length > 0 && !problems.some((problem) => problem.severity === 'error'))
    problems.push(
      error(
        'LB_SOURCE_RANGE_FAMILY',
        firstPath(written),
        'no range is left of a family that the load balancer has',
      ),
    )
  return { ranges: [...ranges.values()], problems }
}

const accepted = 'ranges such as 10.0.0.0/8 or 2001:db8::/32'
const firstPath = (written: readonly Written[]): string => written[0]?.path ?? 'spec.loadBalancerSourceRanges'
const hintOf = ({ hint }: { hint?: string }) => (hint === undefined ? {} : { hint })

function writtenRanges(service: ServiceObject): readonly Written[] {
  const field = service.spec?.loadBalancerSourceRanges ?? []
  if (field.length > 0)
    return field.map((text, at) => ({ text, path: `spec.loadBalancerSourceRanges[${at}]` }))
  for (const key of sourceRangeKeys) {
    const annotation = service.metadata.annotations?.[key]
    if (annotation === undefined) continue
    const items = splitList(annotation)
    // A list without an item is no wish for everywhere: the blank text stays, and is refused below.
    return (items.length > 0 ? items : ['']).map((text) => ({ text, path: annotationPath(key) }))
  }
  return []
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  [...new Set(a.map((one) => one.trim()))].toSorted().join() === [...new Set(b)].toSorted().join()

/** The portable key beside the field or the older key: both have to say the same. */
function contradiction({ metadata, spec }: ServiceObject): readonly Problem[] {
  const { key } = portable.sourceRanges
  const said = metadata.annotations?.[key]
  const field = spec?.loadBalancerSourceRanges ?? []
  const older = metadata.annotations?.[sourceRangesKey]
  const [other, place] =
    field.length > 0
      ? [field, 'spec.loadBalancerSourceRanges']
      : [older === undefined ? undefined : splitList(older), sourceRangesKey]
  if (said === undefined || other === undefined) return []
  if (same(other, splitList(said))) return []
  return [
    error('LB_ANNOTATION_CONFLICT', annotationPath(key), `this asks for something else than ${place}`, {
      value: said,
      accepted: 'one of the two, or the same in both',
      hint: `remove ${key}`,
    }),
  ]
}

function wrongFamily(
  path: string,
  text: string,
  family: string,
  { asked, families }: FamiliesRead,
  ipv6: boolean,
): Problem {
  const has = families.join(' and ')
  if (asked.some((one) => one === family))
    return warning(
      'LB_SOURCE_RANGE_UNUSED',
      path,
      `the load balancer has ${has} addresses only, so this ${family} range lets nobody in`,
      {
        value: text,
      },
    )
  return error(
    'LB_SOURCE_RANGE_FAMILY',
    path,
    `this is an ${family} range, and the load balancer has ${has} addresses only`,
    {
      value: text,
      accepted: `${has} ranges`,
      hint: family === 'IPv4' || ipv6 ? `remove it, or ask for ${family} in spec.ipFamilies` : 'remove it',
    },
  )
}

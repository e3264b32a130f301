import { azureAnnotations, azureSettings } from '../../../providers/azure/annotations.ts'
import { askedIn, pinnedIn } from '../../../providers/azure/pinned.ts'
import { publicIPGroup, publicIPsOf } from '../../../providers/azure/public-ips.ts'
import { whyNotPublic } from '../../../providers/azure/reserved-addresses.ts'
import { wishBase } from '../../../providers/azure/wish-base.ts'
import type { IpTag } from '../../../providers/azure/annotation-types.ts'
import type { ServiceObject } from '../../../src/model/objects.ts'
import type { Compare, Vector } from '../vector.ts'
import { differences } from './differences.ts'
import { bodiesIn, objectIn, publicIPsIn } from './bodies.ts'
import { publicIPsIn as factsIn } from './public-ip-facts.ts'
import { read } from './service.ts'
import { settingFor } from './naming.ts'
import { configOf, contextOf, wishOf, type World } from './wish.ts'
import { clusterNameTag, ownerByTags, serviceTag, tagIn } from '../../../providers/azure/tags.ts'

const prefix = 'service.beta.kubernetes.io/azure-'

/** The entries of the annotation that are IP tags. */
export const ipTagMap: Compare = (one) => {
  const { input = '' } = one.context as { readonly input?: string }
  const parsed = azureAnnotations['publicIPIpTags']?.type.parse(input)
  const tags = parsed?.ok === true ? (parsed.value as readonly IpTag[]) : []
  return differences(one.expected, {
    value: Object.fromEntries(tags.map(({ ipTagType, tag }) => [ipTagType, tag])),
  })
}

export const ipTagRequest: Compare = (one) => {
  const { lb } = read(one.service)
  const asked = lb === undefined ? undefined : azureSettings(lb).publicIPIpTags?.value
  const value = {
    ipTagsRequestedByAnnotation: asked !== undefined,
    ...(asked === undefined ? {} : { ipTags: asked }),
  }
  return differences(one.expected, { value })
}

export const name: Compare = (one) => differences(one.expected, { name: settingFor(one, 'pip-name') ?? '' })
export const prefixId: Compare = (one) =>
  differences(one.expected, { id: settingFor(one, 'pip-prefix-id') ?? '' })

export const resourceGroup: Compare = (one) => {
  const { lb } = read(one.service)
  if (lb === undefined) return ['the Service is refused']
  return differences(one.expected, { value: publicIPGroup(wishBase(lb, contextOf(one, {}), configOf({}))) })
}

const addressOf = ({ context }: Vector, field: string): string =>
  typeof context[field] === 'string' ? context[field] : ''

/** The peer keeps private addresses apart from those that Azure reserves; here both are told by what they are. */
export const isReserved: Compare = (one) => {
  const why = whyNotPublic(addressOf(one, 'ip'))
  return differences(one.expected, { value: why !== undefined && why !== 'a private address' })
}

const asking = (address: string, pipName: string): ServiceObject => ({
  metadata: {
    name: 'svc',
    annotations: {
      ...(address === '' ? {} : { [`${prefix}load-balancer-ipv${address.includes(':') ? 6 : 4}`]: address }),
      ...(pipName === '' ? {} : { [`${prefix}pip-name`]: pipName }),
    },
  },
  spec: address.includes(':') ? { ipFamilies: ['IPv6'] } : {},
})

/** An external Service that pins such an address is refused before any list is read. */
export const rejected: Compare = (one) => {
  const service = asking(addressOf(one, 'loadBalancerIP'), '')
  const { refused } = wishOf({ ...one, service }, { publicIPs: [] })
  const { err } = one.expected as { readonly err?: unknown }
  return differences(err !== undefined && err !== null, refused, 'error')
}

/**
 * The peer looks once more after its cache may be old; what is there then is what counts. A list that fails is no part
 * of deciding: then nothing is known, and nothing is refused.
 */
export const found: Compare = (one) => {
  const { pips, pipsSecondTime, shouldRefreshCache, listError, listErrorSecondTime } = one.context
  const failed = listError !== undefined || (shouldRefreshCache === true && listErrorSecondTime !== undefined)
  const bodies = shouldRefreshCache === true && pipsSecondTime !== undefined ? pipsSecondTime : pips
  const expected = one.expected as {
    readonly error?: unknown
    readonly publicIP?: { readonly name?: string } | null
  }
  const wants = {
    error: expected.error !== null && expected.error !== false && expected.error !== undefined,
    name: expected.publicIP?.name,
  }
  if (failed) return differences(wants, { error: true, name: undefined })
  const service = asking(addressOf(one, 'loadBalancerIP'), addressOf(one, 'pipName'))
  const world: World = factsIn(bodies)
  const { lb } = read(service)
  if (lb === undefined) return differences(wants, { error: true, name: undefined })
  const base = wishBase(lb, contextOf({ ...one, service }, world), configOf(world))
  const family = askedIn(base, 'IPv6') === undefined ? 'IPv4' : 'IPv6'
  const pinned = pinnedIn(base, family)
  const { refused } = wishOf({ ...one, service }, world)
  return differences(wants, { error: refused, name: refused ? undefined : pinned?.publicIP?.name })
}

/** The Services that an address is tagged for, and whether it is anybody's. */
export const owned: Compare = (one) => {
  const {
    pip,
    clusterName = '',
    serviceName = '',
    serviceLBIP = '',
    serviceLBName = '',
  } = one.context as {
    readonly pip?: unknown
    readonly clusterName?: string
    readonly serviceName?: string
    readonly serviceLBIP?: string
    readonly serviceLBName?: string
  }
  const bodies = bodiesIn(pip === undefined ? [] : [pip]).map((body) => ({ name: 'pip', ...body }))
  const service = asking(serviceLBIP, serviceLBName)
  const { lb } = read(service)
  if (lb === undefined) return ['the Service is refused']
  const world: World = { observed: publicIPsIn(bodies, 'kubernetes') }
  const base = wishBase(lb, contextOf({ ...one, service }, world), configOf(world))
  const [found] = publicIPsOf(base).list
  const services = (found?.services ?? []).filter((text) => text !== '')
  const pinned = pinnedIn(base, 'IPv4')?.publicIP !== undefined
  const tags = objectIn(bodies[0] ?? {}, 'tags')
  // Any stem: the case is of tags only.
  const elsewhere =
    tagIn(tags, clusterNameTag) !== undefined &&
    ownerByTags(tags, 'a1', { name: clusterName }, serviceTag) === undefined
  const tagged = !elsewhere && services.includes(`default/${serviceName}`)
  return differences(one.expected, {
    owns: tagged || pinned,
    userAssignedPIP: found !== undefined && services.length === 0,
  })
}

/** A tag that names a Service or the cluster; none is an empty name. */
export const tagged =
  (key: string): Compare =>
  (one) => {
    const tags = (one.context['tags'] ?? one.context['inputTags'] ?? {}) as Readonly<Record<string, string>>
    return differences(
      (one.expected as { readonly value?: string }).value ?? '',
      tagIn(tags, key) ?? '',
      'value',
    )
  }

/** An address that somebody else made is used as it is: its tags are never written. */
export const unbound: Compare = (one) => differences(one.expected, { tags: one.context['inputTags'] })

import { azureAnnotations } from '../../../providers/azure/annotations.ts'
import { dnsTag, serviceTag, tagIn } from '../../../providers/azure/tags.ts'
import { parseCidr } from '../../../src/lib/ip.ts'
import { isObject, stableText } from '../../../src/lib/json.ts'
import type { Pitfall, Vector } from '../vector.ts'

const prefix = 'service.beta.kubernetes.io/'

const annotation = ({ service }: Vector, key: string): string | undefined =>
  service?.metadata?.annotations?.[`${prefix}${key}`]

const words = (text = ''): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

const rangesOf = (one: Vector): readonly string[] => [
  ...(one.service?.spec?.loadBalancerSourceRanges ?? []),
  ...words(annotation(one, 'azure-allowed-ip-ranges')),
  ...words(annotation(one, 'load-balancer-source-ranges')),
]

/** Whether a range is none, or says more bits than its prefix has. */
function isOdd(range: string): boolean {
  const parsed = parseCidr(range)
  return !parsed.ok || parsed.value.hadHostBits
}

const open = (family: string): string => (family === 'IPv4' ? '0.0.0.0/0' : '::/0')

/** The IP tags that are asked for, however the case says it. */
function ipTagsText(one: Vector): string | undefined {
  const { input } = one.context
  return one.operation === 'publicIP.ipTagMap' && typeof input === 'string'
    ? input
    : annotation(one, 'azure-pip-ip-tags')
}

/** IP tags that an address has, beside others that are asked for. */
function asksForOtherTags({ context }: Vector): boolean {
  const { existingPip, ipTagRequest, enableIPTagMutation, lbShouldExist } = context
  if (!isObject(ipTagRequest) || ipTagRequest['ipTags'] === undefined) return false
  if (enableIPTagMutation === true || lbShouldExist === false || !isObject(existingPip)) return false
  const { properties } = existingPip
  return (
    stableText(ipTagRequest['ipTags']) !==
    stableText(isObject(properties) ? (properties['ipTags'] ?? []) : [])
  )
}

/** The same where the addresses are those of a Service with an annotation. */
function holdsOtherTags(one: Vector): boolean {
  const { existingPIPs, enableIPTagMutation } = one.context
  const parsed = azureAnnotations['publicIPIpTags']?.type.parse(annotation(one, 'azure-pip-ip-tags') ?? '')
  if (one.operation !== 'publicIP.reconcile' || enableIPTagMutation === true || parsed?.ok !== true)
    return false
  const asked = parsed.value as readonly unknown[]
  if (asked.length === 0 || !Array.isArray(existingPIPs)) return false
  return existingPIPs
    .filter(isObject)
    .some(({ properties }) => isObject(properties) && properties['ipTags'] === undefined)
}

/** A tag that is asked for with the value that it has, in another case. */
function differsInCase({ context }: Vector): boolean {
  const { currentTagsOnResource: current, newTags: asked } = context
  if (!isObject(current) || !isObject(asked)) return false
  return Object.entries(asked).some(([name, value]) =>
    Object.entries(current).some(
      ([other, has]) =>
        other.toLowerCase() === name.toLowerCase() &&
        typeof has === 'string' &&
        typeof value === 'string' &&
        has !== value &&
        has.toLowerCase() === value.toLowerCase(),
    ),
  )
}

/** An address that no Service made, for which the label of another Service is known. */
function isGivenWithLabel({ context }: Vector): boolean {
  const { existingPIPs, pipName, dnsLabelAnnotationPresent } = context
  if (dnsLabelAnnotationPresent !== true || !Array.isArray(existingPIPs)) return false
  return existingPIPs.filter(isObject).some(({ name, tags }) => {
    const of = isObject(tags) ? tags : {}
    return name === pipName && tagIn(of, serviceTag) === undefined && tagIn(of, dnsTag) !== undefined
  })
}

/** Names a load balancer on which the address stands that it names too. */
function namesItsPlace(one: Vector): boolean {
  const { existingLBs, existingPIPs } = one.context
  const named = words(annotation(one, 'azure-load-balancer-configurations'))
  const text = JSON.stringify([existingLBs ?? [], existingPIPs ?? []]).toLowerCase()
  return named.some((name) =>
    [`/loadbalancers/${name}/`, `"name":"${name}-internal"`].some((at) => text.includes(at.toLowerCase())),
  )
}

/** Addresses of which each has another Service too. */
const areShared = ({ context: { existingPIPs } }: Vector): boolean =>
  Array.isArray(existingPIPs) &&
  existingPIPs.some(
    (body) => isObject(body) && isObject(body['tags']) && tagIn(body['tags'], serviceTag)?.includes(','),
  )

export const pitfalls: readonly Pitfall[] = [
  {
    shownBy: (one) => rangesOf(one).some(isOdd),
    why: 'the peer leaves out a range that it cannot read, or that has bits beyond its prefix, and denies everybody else: a slip locks clients out. Here the first makes the whole Service wait with what it had, and the second is the network that it lies in',
  },
  {
    shownBy: (one) =>
      (one.operation ?? '').startsWith('securityGroup.') &&
      annotation(one, 'azure-allowed-service-tags') === undefined &&
      ['IPv4', 'IPv6'].some((family) => rangesOf(one).includes(open(family))),
    why: 'the peer takes everybody of one family for the whole Internet, and lets in those of the other one too, whom nobody named',
  },
  {
    shownBy: ({ operation, context }) =>
      operation === 'securityGroup.reconcile' &&
      context['wantLoadBalancer'] === false &&
      Array.isArray(context['frontendAddresses']) &&
      context['frontendAddresses'].length === 0,
    why: 'without its load balancer the peer leaves the rules of a Service that goes: whoever gets the address next is as open as it was',
  },
  {
    shownBy: (one) => {
      const text = ipTagsText(one)
      return text !== undefined && azureAnnotations['publicIPIpTags']?.type.parse(text).ok === false
    },
    why: 'an entry that is no pair, or a type given twice, is refused: an address made without the tag that was meant cannot get it later',
  },
  {
    shownBy: (one) => asksForOtherTags(one) || holdsOtherTags(one),
    why: 'an address that clients know is not given up for a tag: what it has stays, and the Service is told',
  },
  {
    shownBy: (one) =>
      ipTagsText(one) === '' ||
      (one.operation === 'publicIP.ensureExists' &&
        one.context['dnsLabelAnnotationPresent'] === true &&
        (one.context['inputDNSLabel'] ?? '') === ''),
    why: 'an empty value counts as none written: a template that fills in nothing takes no name and no tag away',
  },
  {
    shownBy: (one) =>
      Object.entries(one.service?.metadata?.annotations ?? {}).some(
        ([key, value]) =>
          /\/port_\d+_health-probe_protocol$/.test(key) &&
          !['tcp', 'http', 'https'].includes(value.toLowerCase()),
      ),
    why: 'a protocol that does not exist is refused: a probe that asks otherwise than meant takes ill nodes for well ones',
  },
  {
    shownBy: ({ operation, context }) =>
      operation === 'loadBalancer.name' &&
      context['loadBalancerSKU'] === 'basic' &&
      context['vmSet'] !== context['primaryVMSet'],
    why: 'a basic load balancer for each availability set: Azure has taken that SKU back, and nodes here are in one',
  },
  {
    shownBy: ({ operation }) => operation === 'loadBalancerIP.set',
    why: 'the peer writes its own annotations; a Service here is only read, beside its status',
  },
  {
    shownBy: ({ operation, context }) =>
      operation === 'tags.reconcile' && (context['systemTags'] ?? '') !== '',
    why: 'tags that nobody here asked for are left as they are: another program may have set them',
  },
  {
    shownBy: (one) =>
      one.operation === 'loadBalancer.name' &&
      namesItsPlace(one) &&
      [
        one.service?.spec?.loadBalancerIP,
        ...['load-balancer-ipv4', 'load-balancer-ipv6', 'pip-name'].map((key) =>
          annotation(one, `azure-${key}`),
        ),
      ].some((asked) => asked !== undefined),
    why: 'a load balancer and an address on it are one wish, said twice: refusing it would stop a Service that runs',
  },
  {
    shownBy: (one) => one.operation === 'tags.reconcile' && differsInCase(one),
    why: 'names of tags have no case in Azure, but values have: one that is asked for otherwise is written',
  },
  {
    shownBy: ({ operation, context: { tags } }) =>
      operation === 'tags.parse' &&
      typeof tags === 'string' &&
      tags.trim() !== '' &&
      azureAnnotations['publicIPTags']?.type.parse(tags).ok === false,
    why: 'an entry that is no pair, or a name given twice, is refused, not dropped: bills and policies go by tags',
  },
  {
    shownBy: (one) => one.operation === 'publicIP.ensureExists' && isGivenWithLabel(one),
    why: 'an address that somebody else made is used as it is, and never changed: a label for it has no effect, and the Service is told',
  },
  {
    shownBy: (one) =>
      one.operation === 'publicIP.reconcile' && one.context['wantLb'] === false && areShared(one),
    why: 'an address that another Service has too stays as it is, with its tags: whose it is, its name and the load balancers say',
  },
  {
    shownBy: ({ operation }) => operation === 'node.ready',
    why: 'whether a node is ready is left to the probes: dropping its target would cut connections that still work',
  },
]

/** Where we differ on purpose, by what a case is given. */
import { parseCidr } from '../../../src/lib/ip.ts'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Pitfall, Vector } from '../vector.ts'

const body = (value: unknown): JsonObject => (isObject(value) ? value : {})
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const annotation = ({ service }: Vector, key: string): string => service?.metadata?.annotations?.[key] ?? ''
const listed = (value: unknown): readonly JsonObject[] => (Array.isArray(value) ? value.map(body) : [])

const families = (one: Vector): ReadonlySet<string> => {
  const ranges = one.service?.spec?.loadBalancerSourceRanges ?? []
  return new Set(
    ranges.flatMap((range) => {
      const read = parseCidr(range.trim())
      return read.ok ? [read.value.family] : []
    }),
  )
}

const handedOver = [
  'loadBalancerClass.external',
  'rbs.annotationHandoff',
  'rbs.finalizerHandoff',
  'delete.finalizerHandoff',
]
const otherEngine = /^gke\.networking\.io\/l4-netlb-v[23]$/

export const pitfalls: readonly Pitfall[] = [
  {
    why: 'without its flags the peer serves one protocol and drops the other in silence; here all ports are served',
    shownBy: ({ operation, context, service }) =>
      operation === 'v2.netlb.mixedProtocolFlags' &&
      (context['mixedProtocolFlag'] !== true ||
        (context['useL3Flag'] !== true && service?.spec?.ipFamilies?.includes('IPv6') === true)),
  },
  {
    why: 'ranges of one family open the other family to all; here a list of ranges never opens anything that is not in it',
    shownBy: (one) =>
      (one.operation === 'sourceRanges.ipv4' && families(one).has('IPv6') && !families(one).has('IPv4')) ||
      (one.operation === 'sourceRanges.ipv6' && families(one).has('IPv4') && !families(one).has('IPv6')),
  },
  {
    why: 'the priority of a rule is fixed, so that an allow rule is always before the deny rule',
    shownBy: ({ operation, context }) =>
      operation === 'v2.firewall.ensure' && (body(context['params'])['priority'] ?? 1000) !== 1000,
  },
  {
    why: 'the fake cloud keeps the address in the other tier; an address has one tier, so a new one is reserved here',
    shownBy: (one) => {
      const tier = annotation(one, 'cloud.google.com/network-tier').toUpperCase()
      return (
        one.operation === 'address.holdExternalIPv4' &&
        listed(one.context['existingRules']).some(
          ({ networkTier }) => text(networkTier) !== '' && text(networkTier) !== tier,
        )
      )
    },
  },
  {
    why: 'the peer takes another address where none of that name is reserved; here that is an error, so that no client meets a wrong address',
    shownBy: (one) => {
      const reserved = new Set(listed(one.context['addressesToReserve']).map(({ name }) => text(name)))
      return (
        /\.staticAddresses(IPv6Only)?$/.test(one.operation ?? '') &&
        annotation(one, 'networking.gke.io/load-balancer-ip-addresses')
          .split(',')
          .some((name) => !reserved.has(name.trim()))
      )
    },
  },
  {
    why: 'the API server fills the time-out in with three hours, so a manifest without one is no mistake',
    shownBy: ({ operation, service }) =>
      operation === 'netlb.strongSessionAffinityRequirements' &&
      service?.spec?.sessionAffinity === 'ClientIP' &&
      service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined,
  },
  {
    why: 'a Service with TCP and UDP ports is refused there and served here',
    shownBy: ({ operation, service }) =>
      operation === 'ports.mixedProtocol' &&
      new Set(service?.spec?.ports?.map(({ protocol }) => protocol)).size > 1,
  },
  {
    why: 'one engine of the peer leaves these to the other; here one engine serves both and takes over what either made',
    shownBy: (one) =>
      handedOver.includes(one.operation ?? '') &&
      (one.context['isRBSDefault'] === true ||
        annotation(one, 'cloud.google.com/l4-rbs') === 'enabled' ||
        one.service?.metadata?.finalizers?.some((each) => otherEngine.test(each)) === true),
  },
]

/**
 * The names of ingress-gce, so that what it made is found and what we make can be handed back:
 *
 *   k8s2-<cluster>-<namespace>-<name>-<service>   backend service, endpoint group, firewall, own health check
 *   k8s2-tcp-<cluster>-<namespace>-<name>-<service>[-ipv6]   forwarding rule
 *   k8s2-<cluster>-l4-shared-hc                   what Services with policy Cluster share
 *   a<uid>[-ipv6]                                 forwarding rule of an external load balancer with one protocol
 *
 * <cluster> and <service> are eight characters each of a hash; what cannot be known offline stands in angle brackets.
 */
import { digest } from '../../src/lib/hash.ts'

const most = 63
const digits = '0123456789abcdefghijklmnopqrstuvwxyz'

/** Letters and digits from SHA-256, one for each byte. */
export const shortHash = (text: string, length = 8): string =>
  [...digest(text)]
    .slice(0, length)
    .map((byte) => digits[byte % 36])
    .join('')

/** Cuts texts to `max` characters together, longer ones more than short ones. */
export function trimEvenly(max: number, texts: readonly string[]): readonly string[] {
  const total = texts.reduce((sum, text) => sum + text.length, 0)
  if (max <= 0 || total <= max) return texts
  const lengths = texts.map(({ length }) => length - Math.floor((length * (total - max)) / total) - 1)
  const rest = max - lengths.reduce((sum, length) => sum + length, 0)
  return texts.map((text, at) => text.slice(0, (lengths[at] ?? 0) + (at < rest ? 1 : 0)))
}

/** A name with a suffix for which its own end makes room. */
export const ending = (name: string, suffix: string): string => name.slice(0, most - suffix.length) + suffix

/** What a name of a Compute Engine object may be. */
export const isName = (text: string): boolean => /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)

export interface NameOf {
  /** Undefined offline. */
  readonly clusterUid: string | undefined
  readonly uid: string | undefined
  readonly namespace: string
  readonly name: string
}

export type Transport = 'TCP' | 'UDP' | 'L3_DEFAULT'

export interface Names {
  readonly backend: string
  readonly own: string
  forwardingRule(transport: Transport, ipv6: boolean): string
  /** With a number in it: one of several for a protocol. */
  numbered(transport: Transport, number: number, ipv6: boolean): string
  legacyRule(ipv6: boolean): string
  firewall(ipv6: boolean): string
  denyFirewall(ipv6: boolean): string
  healthCheck(shared: boolean): string
  healthFirewall(shared: boolean, ipv6: boolean): string
  /** In another subnet than the cluster's default one. */
  endpointGroup(subnet: string | undefined): string
  /** Of anything else that one Service has: `-443`, `-proxy`. */
  suffixed(suffix: string): string
}

const joined = (...parts: readonly string[]): string => ['k8s2', ...parts].join('-')

export const clusterHash = (uid: string | undefined): string =>
  uid === undefined ? '<cluster uid>' : shortHash(uid)

export function namesFor({ clusterUid, uid, namespace, name }: NameOf): Names {
  const cluster = clusterHash(clusterUid)
  const service = clusterUid === undefined ? '<hash>' : shortHash([cluster, namespace, name].join(';'))
  const named = (less: number): string => trimEvenly(39 - less, [namespace, name]).join('-')
  const backend = joined(cluster, named(0), service)
  const rule = (transport: Transport): string => {
    const word = transport === 'L3_DEFAULT' ? 'l3' : transport.toLowerCase()
    return joined(word, cluster, named(word.length + 1), service)
  }
  // The deny rule keeps its hash whole: two rules whose names ran together would open what one of them closes.
  const deny = (suffix: string): string => joined(cluster, named(suffix.length), service) + suffix
  const shared = joined(cluster, 'l4-shared-hc')
  return {
    backend,
    own: backend,
    forwardingRule: (transport, ipv6) => (ipv6 ? ending(rule(transport), '-ipv6') : rule(transport)),
    numbered: (transport, number, ipv6) =>
      ending(rule(transport), `-${number.toString(36)}${ipv6 ? '-ipv6' : ''}`),
    legacyRule: (ipv6) => legacyName(uid) + (ipv6 ? '-ipv6' : ''),
    firewall: (ipv6) => (ipv6 ? ending(backend, '-ipv6') : backend),
    denyFirewall: (ipv6) => deny(ipv6 ? '-deny-ipv6' : '-deny'),
    healthCheck: (isShared) => (isShared ? shared : backend),
    healthFirewall: (isShared, ipv6) =>
      isShared ? `${shared}-fw${ipv6 ? '-ipv6' : ''}` : ending(backend, ipv6 ? '-fw-ipv6' : '-fw'),
    endpointGroup: (subnet) =>
      subnet === undefined ? backend : joined(cluster, named(7), subnetHash(subnet), service),
    suffixed: (suffix) => ending(backend, suffix),
  }
}

const subnetHash = (subnet: string): string => digest(subnet).toString('hex').slice(0, 6)

/** The one name for everything in the time of target pools. */
const legacyName = (uid: string | undefined): string =>
  uid === undefined ? 'a<uid>' : `a${uid.replaceAll('-', '')}`.slice(0, 32)

export const legacyFirewall = (uid: string | undefined): string => `k8s-fw-${legacyName(uid)}`

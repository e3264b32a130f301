import { compact, textOf } from '../../../src/lib/json-fields.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Family } from '../../../src/model/load-balancer.ts'
import type { Form } from '../../../src/provider/form.ts'
import { lastOf, mapText, pathOf, placeOf } from '../links.ts'
import { ruleKey, sharedStack, udpRuleKey } from '../owners.ts'
import { groupLabel, groupRuleKey } from '../rule-place.ts'
import { observedOf, pick, sorted, usual } from './shared.ts'

/** What `patch` takes. */
export const patched = ['allowGlobalAccess', 'networkTier', 'labels'] as const
/** What `setTarget` takes, so that a target pool gives way to a backend service without a gap. */
const targets = ['backendService', 'target'] as const
const fixed = [
  'IPAddress',
  'IPProtocol',
  'ipVersion',
  'ports',
  'portRange',
  'allPorts',
  'network',
  'subnetwork',
  'loadBalancingScheme',
  'region',
  'ipCollection',
] as const

const fields = ['name', ...fixed, ...targets, ...patched, 'description']

/** An IPv6 rule owns a range, and is known by its first address. */
const bare = (address: string): string => address.replace(/\/\d+$/, '').toLowerCase()

export function canonicalRule(spec: JsonObject): JsonObject {
  const { allowGlobalAccess, allPorts } = spec
  return compact({
    ...spec,
    region: mapText(spec['region'], lastOf),
    IPAddress: mapText(spec['IPAddress'], bare),
    IPProtocol: mapText(spec['IPProtocol'], (text) => text.toUpperCase()),
    networkTier: mapText(spec['networkTier'], (text) => text.toUpperCase()),
    ports: numbered(spec['ports']),
    portRange: mapText(spec['portRange'], (text) => (/^\d+$/.test(text) ? `${text}-${text}` : text)),
    backendService: mapText(spec['backendService'], placeOf),
    target: mapText(spec['target'], placeOf),
    network: mapText(spec['network'], pathOf),
    subnetwork: mapText(spec['subnetwork'], pathOf),
    ipCollection: mapText(spec['ipCollection'], placeOf),
    allPorts: allPorts === false ? undefined : allPorts,
    allowGlobalAccess:
      spec['loadBalancingScheme'] === 'INTERNAL' ? (allowGlobalAccess ?? false) : allowGlobalAccess,
  })
}

const numbered = (value: Json | undefined): Json | undefined => {
  const texts = sorted(value)
  if (!Array.isArray(texts)) return value
  const list = (texts as readonly Json[]).filter((item) => typeof item === 'string')
  return list.length === 0 ? undefined : list.toSorted((a, b) => Number(a) - Number(b))
}

/** Rules of a group stand with those of the other Services at its address. */
function groupKey(wire: JsonObject, scheme: string, family: Family): string | undefined {
  const labels = wire['labels']
  const group = isObject(labels) ? textOf(labels[groupLabel]) : undefined
  const ports = wire['ports']
  const [port] = Array.isArray(ports)
    ? (ports as readonly Json[])
    : [textOf(wire['portRange'])?.split('-')[0]]
  if (group === undefined || typeof port !== 'string') return undefined
  return groupRuleKey(scheme, group, family, textOf(wire['IPProtocol']) ?? 'TCP', port)
}

/** By what cannot be taken for anything else: its scheme and family, and of two rules the one for UDP. */
function keyOf(wire: JsonObject, name: string): string {
  const scheme = (textOf(wire['loadBalancingScheme']) ?? 'EXTERNAL').startsWith('INTERNAL')
    ? 'internal'
    : 'external'
  const ipv6 = wire['ipVersion'] === 'IPV6' || (textOf(wire['IPAddress']) ?? '').includes(':')
  const family = ipv6 ? 'IPv6' : 'IPv4'
  const group = groupKey(wire, scheme, family)
  if (group !== undefined) return group
  const target = textOf(wire['target']) ?? ''
  const range = textOf(wire['portRange'])
  if (/target(Tcp|Ssl)Proxies\//.test(target))
    return `${ruleKey(scheme, family)}/proxy/${range?.split('-')[0] ?? ''}`
  const second = scheme === 'external' && wire['IPProtocol'] === 'UDP' && name.startsWith('k8s2-udp-')
  return second ? udpRuleKey(scheme, family) : ruleKey(scheme, family)
}

export const forwardingRuleForm: Form = {
  ...usual,
  name: 'forwarding-rule',
  canonical: canonicalRule,
  immutable: fixed,
  refs: [...targets, 'IPAddress'],
  replace: 'swap',
  sole: true,
  servesTraffic: true,
  observe(wire, cluster) {
    const name = textOf(wire['name'])
    if (name === undefined || (wire['IPProtocol'] === undefined && wire['kind'] !== 'compute#forwardingRule'))
      return undefined
    const spec = canonicalRule(pick(wire, fields))
    const address = textOf(spec['IPAddress'])
    const key = keyOf(wire, name)
    const seen = observedOf({
      kind: 'forwarding-rule',
      collection: 'forwardingRules',
      key,
      wire,
      spec,
      cluster,
      serving: true,
      ...(address === undefined ? {} : { out: { address } }),
    })
    return [key.startsWith('group-') ? { ...seen, stack: sharedStack } : seen]
  },
}

import { parseAddress, parseCidr } from '../../../src/lib/ip.ts'
import { compact, listOf, textOf } from '../../../src/lib/json-fields.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Form } from '../../../src/provider/form.ts'
import { mapText, pathOf } from '../links.ts'
import { joined } from '../ports.ts'
import { observedOf, pick, sorted, usual } from './shared.ts'

const fields = [
  'name',
  'network',
  'direction',
  'priority',
  'sourceRanges',
  'destinationRanges',
  'targetTags',
  'allowed',
  'denied',
  'disabled',
  'description',
]

/** The many spellings of an IPv6 range are one; IPv4 is spelled in one way, and kept as it is. */
export function oneRange(text: string): string {
  if (!text.includes(':')) return text
  const parsed = text.includes('/') ? parseCidr(text) : parseAddress(text)
  return parsed.ok ? parsed.value.text : text
}

/** By protocol, neighbouring ports joined: the same rule in as few words as can be. */
function entries(value: Json | undefined): Json | undefined {
  if (!Array.isArray(value)) return value
  const ports = new Map<string, Json>()
  for (const entry of value as readonly Json[]) {
    if (!isObject(entry)) return value
    const protocol = (textOf(entry['IPProtocol']) ?? '').toLowerCase()
    const own = entry['ports']
    const list = Array.isArray(own) ? (own as readonly Json[]) : undefined
    const before = ports.get(protocol)
    if (list === undefined || !list.every((port) => typeof port === 'string')) ports.set(protocol, own ?? [])
    else
      ports.set(protocol, joined([...(Array.isArray(before) ? (before as readonly string[]) : []), ...list]))
  }
  const all = [...ports].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return all.map(([IPProtocol, list]) =>
    Array.isArray(list) && list.length === 0 ? { IPProtocol } : { IPProtocol, ports: list },
  )
}

export function canonicalFirewall(spec: JsonObject): JsonObject {
  return compact({
    ...spec,
    network: mapText(spec['network'], pathOf),
    direction: spec['direction'] ?? 'INGRESS',
    sourceRanges: sorted(spec['sourceRanges'], oneRange),
    destinationRanges: emptyAsNone(sorted(spec['destinationRanges'], (text) => oneRange(text))),
    targetTags: sorted(spec['targetTags']),
    allowed: entries(spec['allowed']),
    denied: entries(spec['denied']),
    disabled: spec['disabled'] === true ? true : undefined,
  })
}

const emptyAsNone = (value: Json | undefined): Json | undefined =>
  Array.isArray(value) && value.length === 0 ? undefined : value

/** By what it does and for which family. Those of target pools have names of their own. */
function keyOf(wire: JsonObject, name: string): string {
  const ranges = [...listOf(wire['sourceRanges']), ...listOf(wire['destinationRanges'])]
  const ipv6 =
    name.endsWith('-ipv6') || ranges.some((range) => typeof range === 'string' && range.includes(':'))
  const family = ipv6 ? 'IPv6' : 'IPv4'
  if (/^(k8s-|a[0-9a-f]{1,31}(-hc)?$)/.test(name)) return `legacy/${name}`
  if (wire['denied'] !== undefined) return `deny/${family}`
  return /-fw(-ipv6)?$/.test(name) ? `health/${family}` : `allow/${family}`
}

export const firewallForm: Form = {
  ...usual,
  name: 'firewall',
  canonical: canonicalFirewall,
  immutable: ['network', 'direction'],
  observe(wire, cluster) {
    const name = textOf(wire['name'])
    if (name === undefined || (wire['allowed'] === undefined && wire['denied'] === undefined))
      return undefined
    return [
      observedOf({
        kind: 'firewall',
        collection: 'firewalls',
        key: keyOf(wire, name),
        wire,
        spec: canonicalFirewall(pick(wire, fields)),
        cluster,
      }),
    ]
  },
}

import { plainText } from './plain-text.ts'
import type { Json, JsonObject } from '../../src/lib/json.ts'
import { asUnknown } from '../../src/plan/leaves.ts'

/** What Neutron knows a rule by: two that differ in their description only cannot be. */
export interface Rule {
  readonly ethertype: Json
  readonly protocol: Json
  readonly min: Json
  readonly max: Json
  /** A range, or what will be known. */
  readonly remote: Json
  readonly direction: Json
  readonly gap?: string
}

const shown = (value: Json, gap: string): string => (asUnknown(value) === undefined ? plainText(value) : gap)

export function ruleKey({ direction, ethertype, protocol, min, max, remote, gap }: Rule): string {
  const from = shown(min, gap ?? '<port>')
  const ports =
    min === ''
      ? 'all'
      : plainText(max) === plainText(min) || asUnknown(max) !== undefined
        ? from
        : `${from}-${plainText(max)}`
  const what = protocol === '' ? 'any' : plainText(protocol).toLowerCase()
  const way = direction === 'ingress' ? '' : `${plainText(direction)} `
  return `${way}${what}/${ports}/${remote === '' ? plainText(ethertype) : shown(remote, '<member subnet>')}`
}

/** As Neutron writes it: protocols are small letters. */
export const ruleSpec = (rule: Rule, description: string): JsonObject => ({
  direction: rule.direction,
  ethertype: rule.ethertype,
  protocol: plainText(rule.protocol).toLowerCase(),
  port_range_min: rule.min,
  port_range_max: rule.max,
  remote_ip_prefix: rule.remote,
  description,
})

export const ruleOf = (wire: JsonObject): Rule => ({
  direction: wire['direction'] ?? 'ingress',
  ethertype: wire['ethertype'] ?? 'IPv4',
  protocol: wire['protocol'] ?? '',
  min: wire['port_range_min'] ?? '',
  max: wire['port_range_max'] ?? '',
  remote: wire['remote_ip_prefix'] ?? wire['remote_group_id'] ?? '',
})

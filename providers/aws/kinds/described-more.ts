/** What `run` does not set yet and so does not read either; a plan does, and a facts file tells it. */
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import { objectsOf } from '../../../src/lib/json-fields.ts'

/** Fields of a load balancer that are told under the names by which they are set. */
export const settingsOf = (wire: JsonObject): JsonObject =>
  Object.fromEntries(
    [
      'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic',
      'EnablePrefixForIpv6SourceNat',
      'MinimumLoadBalancerCapacity',
    ].flatMap((field) => (wire[field] === undefined ? [] : [[field, wire[field]]])),
  )

/** The prefix of each subnet for source NAT, beside the addresses there. */
export function mappingsOf(wire: JsonObject, { SubnetMappings: addresses }: JsonObject): JsonObject {
  const known = isObject(addresses) ? addresses : {}
  const prefixed = objectsOf(wire['AvailabilityZones']).flatMap(({ SubnetId: id, SourceNatIpv6Prefixes }) => {
    const [prefix] = Array.isArray(SourceNatIpv6Prefixes) ? (SourceNatIpv6Prefixes as readonly Json[]) : []
    if (typeof id !== 'string' || prefix === undefined) return []
    const address = known[id]
    return [[id, { ...(isObject(address) ? address : {}), SourceNatIpv6Prefix: prefix }] as const]
  })
  return prefixed.length === 0
    ? {}
    : { SubnetMappings: { ...known, ...(Object.fromEntries(prefixed) as JsonObject) } }
}

export function moreOfListener(wire: JsonObject): JsonObject {
  const { AlpnPolicy, DefaultActions } = wire
  const attributes = objectsOf(wire['Attributes']).map(({ Key, Value }) => [Key, Value] as const)
  return {
    ...(AlpnPolicy === undefined ? {} : { AlpnPolicy }),
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) as JsonObject }),
    ...(objectsOf(DefaultActions).some(({ ForwardConfig }) => ForwardConfig !== undefined)
      ? { DefaultActions }
      : {}),
  }
}

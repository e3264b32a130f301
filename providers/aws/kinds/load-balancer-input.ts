/** What the calls for subnets, addresses and families take, out of a spec. Pure. */
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Changes } from '../../../src/provider/kind.ts'
import type { SubnetMapping, SubnetsInput } from '../api-elbv2.ts'
import { changed } from './shared.ts'
import { nextZones, type ZoneOf, type Zones, zonesIn } from './zones.ts'

/** Mappings where anything was chosen: one of the two fields, since AWS takes only one. */
export function subnetsInput(zones: Zones): Pick<SubnetsInput, 'Subnets' | 'SubnetMappings'> {
  const mappings = Object.entries(zones).map(([SubnetId, chosen]): SubnetMapping => ({ SubnetId, ...chosen }))
  const plain = mappings.every((mapping) => Object.keys(mapping).length === 1)
  return plain ? { Subnets: Object.keys(zones) } : { SubnetMappings: mappings }
}

const zoneFields = ['Subnets', 'SubnetMappings', 'IpAddressType', 'EnablePrefixForIpv6SourceNat'] as const

export const changesZones = (changes: Changes): boolean => zoneFields.some((field) => changed(changes, field))

/** The next call of SetSubnets, and the zones that it leaves; nothing where none leads to what is wanted. */
export function zonesCall(
  seen: Observed,
  want: JsonObject,
  changes: Changes,
  zoneOf: ZoneOf,
): { readonly input: SubnetsInput; readonly zones: Zones } | undefined {
  const nat = valueIn(want, changes, 'EnablePrefixForIpv6SourceNat', seen.spec)
  const family = valueIn(want, changes, 'IpAddressType', seen.spec)
  const zones = nextZones({
    seen: zonesIn(seen.spec),
    want: wantedZones(seen.spec, want, changes, nat === 'on'),
    zoneOf,
    newFamily: family === 'dualstack' && seen.spec['IpAddressType'] === 'ipv4',
  })
  if (zones === undefined) return undefined
  const input: SubnetsInput = {
    ...subnetsInput(zones),
    ...(changed(changes, 'IpAddressType') && family !== undefined ? { IpAddressType: family } : {}),
    ...(changed(changes, 'EnablePrefixForIpv6SourceNat') && nat !== undefined
      ? { EnablePrefixForIpv6SourceNat: nat }
      : {}),
  }
  return { input, zones }
}

/** A setting after the changes: as wanted, as its default where nobody asks for it any more, else as it is. */
function valueIn(want: JsonObject, changes: Changes, field: string, has: JsonObject): string | undefined {
  const change = changes.fields.find(({ path }) => path === field)
  const value = change === undefined ? (want[field] ?? has[field]) : change.after
  return typeof value === 'string' ? value : undefined
}

/** What is there and nobody asks to change stays; a prefix that is no longer asked for is AWS's to choose. */
function wantedZones(has: JsonObject, want: JsonObject, changes: Changes, nat: boolean): Zones {
  const there = zonesIn(has)
  const dropped = new Set(changes.fields.flatMap(({ path, after }) => (after === null ? [path] : [])))
  const asked = isObject(want['SubnetMappings']) ? want['SubnetMappings'] : {}
  return Object.fromEntries(
    Object.entries(zonesIn(want)).map(([id, chosen]) => {
      const mapping: Record<string, string> = { ...there[id], ...chosen }
      for (const field of Object.keys(mapping)) {
        const isAsked = isObject(asked[id]) && asked[id][field] !== undefined
        if (isAsked || !dropped.has(`SubnetMappings.${id}.${field}`)) continue
        if (field === 'SourceNatIpv6Prefix' && nat) mapping[field] = 'auto_assigned'
        else delete mapping[field]
      }
      if (!nat) delete mapping['SourceNatIpv6Prefix']
      if (want['IpAddressType'] === 'ipv4') delete mapping['IPv6Address']
      return [id, mapping]
    }),
  )
}

/** The fields of a spec that zones show in, as they are after a call. */
export function specOfZones(zones: Zones): JsonObject {
  const mappings = Object.fromEntries(
    Object.entries(zones).flatMap(([id, mapping]) => {
      const chosen = Object.entries(mapping).filter(([, value]) => value !== 'auto_assigned')
      return chosen.length === 0 ? [] : [[id, Object.fromEntries(chosen)]]
    }),
  )
  return {
    Subnets: Object.keys(zones).toSorted(),
    SubnetMappings: mappings,
  }
}

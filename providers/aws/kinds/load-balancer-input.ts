/** What the calls for subnets, addresses and families take, out of a spec. Pure. */
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { error } from '../../../src/model/problem.ts'
import type { FieldChange, Observed, Resource } from '../../../src/plan/resource.ts'
import type { Interruption } from '../../../src/provider/form.ts'
import type { Changes } from '../../../src/provider/kind.ts'
import type { SubnetMapping, SubnetsInput } from '../api-elbv2.ts'
import { changed } from './shared.ts'
import { nextZones, remade, type ZoneChange, type Zones, zonesIn } from './zones.ts'

/** Mappings where anything was chosen: one of the two fields, since AWS takes only one. */
export function subnetsInput(zones: Zones): Pick<SubnetsInput, 'Subnets' | 'SubnetMappings'> {
  const mappings = Object.entries(zones).map(([SubnetId, chosen]): SubnetMapping => ({ SubnetId, ...chosen }))
  const plain = mappings.every((mapping) => Object.keys(mapping).length === 1)
  return plain ? { Subnets: Object.keys(zones) } : { SubnetMappings: mappings }
}

const zoneFields = ['Subnets', 'SubnetMappings', 'IpAddressType', 'EnablePrefixForIpv6SourceNat'] as const

type Fields = Changes['fields']

const isOfZones = ({ path }: Fields[number]): boolean =>
  zoneFields.some((field) => path === field || path.startsWith(`${field}.`))

export const changesZones = ({ fields }: Changes): boolean => fields.some(isOfZones)

/** The next call of SetSubnets, and the zones that it leaves; nothing where none leads to what is wanted. */
export function zonesCall(
  seen: Observed,
  want: Resource,
  fields: Fields,
): { readonly input: SubnetsInput; readonly zones: Zones } | undefined {
  const nat = valueIn(want.spec, fields, 'EnablePrefixForIpv6SourceNat', seen.spec)
  const family = valueIn(want.spec, fields, 'IpAddressType', seen.spec)
  const change = zoneChange(seen, want, fields)
  // An application load balancer changes the subnet of a zone in place, and has no addresses of its own choice.
  const zones = seen.spec['Type'] === 'application' ? change.want : nextZones(change)
  if (zones === undefined) return undefined
  const changes = { fields, parts: [] }
  const input: SubnetsInput = {
    ...subnetsInput(zones),
    ...(changed(changes, 'IpAddressType') && family !== undefined ? { IpAddressType: family } : {}),
    ...(changed(changes, 'EnablePrefixForIpv6SourceNat') && nat !== undefined
      ? { EnablePrefixForIpv6SourceNat: nat }
      : {}),
  }
  return { input, zones }
}

function zoneChange(seen: Observed, want: Resource, fields: Fields): ZoneChange {
  const nat = valueIn(want.spec, fields, 'EnablePrefixForIpv6SourceNat', seen.spec)
  const family = valueIn(want.spec, fields, 'IpAddressType', seen.spec)
  return {
    seen: zonesIn(seen.spec),
    want: wantedZones(seen.spec, want.spec, fields, nat === 'on'),
    zoneOf: (id) => want.zoneOf?.[id],
    newFamily: family === 'dualstack' && seen.spec['IpAddressType'] === 'ipv4',
  }
}

/** A zone whose subnet or addresses change leaves before it comes in again: connections through it end. */
export function interruptsZones(
  want: Resource,
  seen: Observed,
  fields: readonly FieldChange[],
): Interruption | undefined {
  const ofZones = fields.filter(isOfZones)
  if (ofZones.length === 0 || seen.spec['Type'] === 'application') return undefined
  const change = zoneChange(seen, want, ofZones)
  const anew = remade(change)
  const leads = nextZones(change) !== undefined
  if (anew.length === 0 && leads) return undefined
  const zones = anew.map((id) => change.zoneOf(id) ?? id).join(', ')
  const paths = ofZones.map(({ path }) => path)
  const why = `AWS changes neither the subnet nor the addresses of a zone in place, so ${zones} leaves and comes in again`
  if (leads) return { paths, why }
  const path = ofZones.find(({ origin }) => origin !== undefined)?.origin ?? 'spec'
  return {
    paths,
    why,
    never: error('LB_AWS_ONLY_ZONE', path, onlyZone(seen), {
      hint: 'name a subnet of another zone beside it first, or make another Service with these addresses',
    }),
  }
}

export const onlyZone = ({ key }: Observed): string =>
  `AWS changes neither the subnet nor the addresses of a zone in place, and load balancer ${key} would have to be without any zone meanwhile`

/** A setting after the changes: as wanted, as its default where nobody asks for it any more, else as it is. */
function valueIn(want: JsonObject, fields: Fields, field: string, has: JsonObject): string | undefined {
  const change = fields.find(({ path }) => path === field)
  const value = change === undefined ? (want[field] ?? has[field]) : change.after
  return typeof value === 'string' ? value : undefined
}

/** What is there and nobody asks to change stays; a prefix that is no longer asked for is AWS's to choose. */
function wantedZones(has: JsonObject, want: JsonObject, fields: Fields, nat: boolean): Zones {
  const there = zonesIn(has)
  const dropped = new Set(fields.flatMap(({ path, after }) => (after === null ? [path] : [])))
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

import { compact, textOf } from '../../../src/lib/json-fields.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Form } from '../../../src/provider/form.ts'
import { lastOf, mapText, placeOf } from '../links.ts'
import { observedOf, pick, usual } from './shared.ts'

const fields = [
  'name',
  'region',
  'addressType',
  'ipVersion',
  'networkTier',
  'address',
  'subnetwork',
  'prefixLength',
  'ipv6EndpointType',
  'ipCollection',
  'purpose',
  'description',
  'labels',
]

const bare = (address: string): string => address.replace(/\/\d+$/, '').toLowerCase()

function canonicalAddress(spec: JsonObject): JsonObject {
  return compact({
    ...spec,
    region: mapText(spec['region'], lastOf),
    subnetwork: mapText(spec['subnetwork'], placeOf),
    address: mapText(spec['address'], bare),
  })
}

function keyOf(wire: JsonObject, name: string): string {
  const ipv6 = wire['ipVersion'] === 'IPV6' || (textOf(wire['address']) ?? '').includes(':')
  const family = ipv6 ? 'IPv6' : 'IPv4'
  const group = /-group-((?:external|internal)-.+?)(?:-ipv6)?$/.exec(name)?.[1]
  if (group !== undefined) return `group-${group}/${family}`
  const internal = wire['addressType'] === 'INTERNAL'
  const start = `${internal ? 'internal' : 'external'}/${family}`
  if (!internal && wire['networkTier'] === 'STANDARD') return `${start}/standard`
  if (wire['region'] === undefined && !internal) return `${start}/global`
  const subnet = textOf(wire['subnetwork'])
  return subnet === undefined ? start : `${start}/${lastOf(subnet)}`
}

export const addressForm: Form = {
  ...usual,
  name: 'address',
  canonical: canonicalAddress,
  immutable: fields.filter((field) => field !== 'labels'),
  observe(wire, cluster) {
    const name = textOf(wire['name'])
    if (name === undefined || (wire['kind'] ?? 'compute#address') !== 'compute#address') return undefined
    const spec = canonicalAddress(pick(wire, fields))
    const address = textOf(spec['address'])
    return [
      observedOf({
        kind: 'address',
        collection: 'addresses',
        key: keyOf(wire, name),
        wire,
        spec,
        cluster,
        ...(address === undefined ? {} : { out: { address } }),
      }),
    ]
  },
}

import { objectIn, textIn } from '../../../src/lib/json-fields.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Owner } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import type { AzureConfig } from '../config.ts'
import { publicIPIdentity } from '../names.ts'
import { ownerByTags, serviceTag, tagIn } from '../tags.ts'
import { canonicalPlace, isOfType, settable, settleMs, stateOf } from './wire.ts'

const typeOf = (tag: Json): string => (isObject(tag) ? (textIn(tag, 'ipTagType') ?? '') : '')

/** Zones and IP tags are sets; the name under `cloudapp.azure.com` follows from the label. */
function canonicalPublicIP(spec: JsonObject): JsonObject {
  const properties = objectIn(spec, 'properties')
  const { dnsSettings, ipTags, ...rest } = properties
  const label = isObject(dnsSettings) ? dnsSettings['domainNameLabel'] : undefined
  return {
    ...canonicalPlace(spec),
    ...(Array.isArray(spec['zones']) ? { zones: (spec['zones'] as readonly string[]).toSorted() } : {}),
    ...(spec['properties'] === undefined
      ? {}
      : {
          properties: {
            ...rest,
            ...(label === undefined ? {} : { dnsSettings: { domainNameLabel: label } }),
            ...(Array.isArray(ipTags)
              ? { ipTags: (ipTags as readonly Json[]).toSorted((a, b) => (typeOf(a) < typeOf(b) ? -1 : 1)) }
              : {}),
          },
        }),
  }
}

/** The controller for Azure names all Services that share an address; which of them the others are, only they know. */
function others(tags: JsonObject): readonly Owner[] {
  const names = (tagIn(tags, serviceTag) ?? '').split(',')
  return names.length < 2 ? [] : names.map((name) => ({ uid: `named:${name.trim()}`, name: name.trim() }))
}

/** Without a tag that says whose it is, somebody made it by hand: it is used and never changed. */
function observePublicIP(wire: JsonObject, cluster: Cluster): readonly Observed[] | undefined {
  const name = textIn(wire, 'name')
  if (name === undefined || !isOfType(wire, 'publicIPAddresses')) return undefined
  const tags = objectIn(wire, 'tags')
  const stem = name.startsWith(`${cluster.name}-`) ? name.slice(cluster.name.length + 1) : undefined
  const owner = ownerByTags(tags, stem, cluster, serviceTag)
  const { ipAddress, ipConfiguration: _user, ...properties } = settable(wire)
  const id = textIn(wire, 'id') ?? name
  return [
    {
      ...publicIPIdentity(name),
      id,
      owners: owner === undefined ? [] : [owner, ...others(tags)],
      ...(owner === undefined ? { body: 'foreign' as const } : {}),
      spec: canonicalPublicIP({
        ...(wire['location'] === undefined ? {} : { location: wire['location'] }),
        ...(wire['sku'] === undefined ? {} : { sku: wire['sku'] }),
        ...(wire['zones'] === undefined ? {} : { zones: wire['zones'] }),
        properties,
        tags,
      }),
      parts: {},
      out: { id, ...(typeof ipAddress === 'string' ? { address: ipAddress } : {}) },
      state: stateOf(wire),
      serving: 'unreadable',
      depth: 'read',
      asOf: 0,
    },
  ]
}

export const publicIPForm = ({ changeIPTags, clusterName }: AzureConfig): Form => ({
  name: 'public-ip',
  ...usualForm,
  canonical: canonicalPublicIP,
  immutable: [
    'location',
    'sku.name',
    'zones',
    'properties.publicIPAddressVersion',
    'properties.publicIPPrefix.id',
    ...(changeIPTags ? [] : ['properties.ipTags']),
  ],
  kept: ['resourceGroup'],
  defaults: { properties: { idleTimeoutInMinutes: 4 } },
  // An address is not given up for a tag or a zone: what cannot change waits, and the plan says so.
  replace: 'never',
  nameIsUnique: true,
  servesTraffic: false,
  repair: 'recreate',
  settleMs,
  observe: (wire, cluster) => observePublicIP(wire, { ...cluster, name: clusterName ?? cluster.name }),
})

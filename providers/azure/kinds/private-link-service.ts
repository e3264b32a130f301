import { objectIn, objectsIn, textIn } from '../../../src/lib/json-fields.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { partOf } from '../arm.ts'
import type { AzureConfig } from '../config.ts'
import { linkOwnerTag, ownerByTags } from '../tags.ts'
import { canonicalPlace, isOfType, settable, settleMs, stateOf } from './wire.ts'

const sorted = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly string[]).toSorted() : []

/** Of an address that the link translates to, what is ours to say. One that Azure chose is not. */
function canonicalAddress(config: Json): Json {
  if (!isObject(config)) return config
  const { privateIPAddress, ...rest } = settable(config)
  const fixed = rest['privateIPAllocationMethod'] === 'Static' && privateIPAddress !== undefined
  return { name: config['name'] ?? '', properties: fixed ? { ...rest, privateIPAddress } : rest }
}

/** Names and subscriptions are sets; nobody named is the same as no list. */
export function canonicalPrivateLink(spec: JsonObject): JsonObject {
  if (spec['properties'] === undefined) return canonicalPlace(spec)
  const properties = objectIn(spec, 'properties')
  const { ipConfigurations: addresses } = properties
  const listed = (field: string): JsonObject => ({
    [field]: { subscriptions: sorted(objectIn(properties, field)['subscriptions']) },
  })
  return {
    ...canonicalPlace(spec),
    properties: {
      ...properties,
      ...(Array.isArray(addresses)
        ? { ipConfigurations: (addresses as readonly Json[]).map(canonicalAddress) }
        : {}),
      fqdns: sorted(properties['fqdns']),
      ...listed('visibility'),
      ...listed('autoApproval'),
    },
  }
}

function observePrivateLink(wire: JsonObject, cluster: Cluster): readonly Observed[] | undefined {
  const name = textIn(wire, 'name')
  if (name === undefined || !isOfType(wire, 'privateLinkServices')) return undefined
  const tags = objectIn(wire, 'tags')
  const properties = settable(wire)
  const [frontend] = objectsIn(properties, 'loadBalancerFrontendIpConfigurations')
  const stem = partOf(frontend?.['id'], 'frontendIPConfigurations')
  const owner = ownerByTags(tags, stem, cluster, linkOwnerTag)
  const id = textIn(wire, 'id') ?? name
  return [
    {
      stack: `private-link-service/${name}`,
      kind: 'private-link-service',
      key: name,
      id,
      owners: owner === undefined ? [] : [owner],
      ...(owner === undefined ? { body: 'foreign' as const } : {}),
      spec: canonicalPrivateLink({
        ...(wire['location'] === undefined ? {} : { location: wire['location'] }),
        properties,
        tags,
      }),
      parts: {},
      out: { id },
      state: stateOf(wire),
      serving: 'unreadable',
      depth: 'read',
      asOf: 0,
    },
  ]
}

export const privateLinkForm = ({ clusterName }: Pick<AzureConfig, 'clusterName'>): Form => ({
  name: 'private-link-service',
  ...usualForm,
  canonical: canonicalPrivateLink,
  immutable: ['location', 'properties.loadBalancerFrontendIpConfigurations'],
  kept: ['resourceGroup'],
  replace: 'swap',
  nameIsUnique: true,
  servesTraffic: true,
  repair: 'recreate',
  settleMs,
  observe: (wire, cluster) => observePrivateLink(wire, { ...cluster, name: clusterName ?? cluster.name }),
})

import { compact, listOf, textOf } from '../../../src/lib/json-fields.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Part } from '../../../src/plan/resource.ts'
import type { Form } from '../../../src/provider/form.ts'
import { lastOf, mapText, pathOf } from '../links.ts'
import { observedOf, ofCluster, pick, usual } from './shared.ts'

const fields = ['name', 'zone', 'networkEndpointType', 'network', 'subnetwork', 'description']

const canonicalGroup = (spec: JsonObject): JsonObject =>
  compact({
    ...spec,
    zone: mapText(spec['zone'], lastOf),
    network: mapText(spec['network'], pathOf),
    subnetwork: mapText(spec['subnetwork'], lastOf),
  })

/** Endpoints as `listNetworkEndpoints` shows them, or bare. */
function endpoints(wire: JsonObject, field: string): Readonly<Record<string, Part>> {
  const parts: Record<string, Part> = {}
  for (const item of listOf(wire[field])) {
    const inner: Json | undefined =
      isObject(item) && isObject(item['networkEndpoint']) ? item['networkEndpoint'] : item
    const link = isObject(inner) ? textOf(inner['instance']) : undefined
    if (link === undefined || !isObject(inner)) continue
    const instance = lastOf(link)
    const { port } = inner
    parts[instance] = { spec: compact({ instance, port }), owners: [] }
  }
  return parts
}

/** One for each zone, and behind a proxy for each port. */
function keyOf(wire: JsonObject, name: string, zone: string): string {
  const port = wire['networkEndpointType'] === 'GCE_VM_IP_PORT' ? /-(\d+)$/.exec(name)?.[1] : undefined
  const shared = /-l4-shared-(tcp|udp|unspecified)-(none|client-ip)$/.exec(name)
  const prefix =
    shared === null ? (port === undefined ? '' : `${port}/`) : `internal/${shared[1]}/${shared[2]}/`
  return `${prefix}${lastOf(zone)}`
}

export const endpointGroupForm: Form = {
  ...usual,
  name: 'network-endpoint-group',
  canonical: canonicalGroup,
  immutable: fields.filter((field) => field !== 'name' && field !== 'description'),
  servesTraffic: true,
  partsListed: false,
  observe(wire, cluster) {
    const name = textOf(wire['name'])
    const zone = textOf(wire['zone'])
    if (name === undefined || zone === undefined || wire['networkEndpointType'] === undefined)
      return undefined
    return [
      observedOf({
        kind: 'network-endpoint-group',
        collection: 'networkEndpointGroups',
        key: keyOf(wire, name, zone),
        wire,
        spec: canonicalGroup(pick(wire, fields)),
        parts: endpoints(wire, 'networkEndpoints'),
        cluster,
      }),
    ]
  },
}

export const instanceGroupForm: Form = {
  ...usual,
  name: 'instance-group',
  canonical: canonicalGroup,
  immutable: ['zone', 'network'],
  servesTraffic: true,
  partsListed: false,
  observe(wire, cluster) {
    const name = textOf(wire['name'])
    const zone = textOf(wire['zone'])
    if (name === undefined || zone === undefined || !name.startsWith('k8s-ig--')) return undefined
    return [
      observedOf({
        kind: 'instance-group',
        collection: 'instanceGroups',
        key: lastOf(zone),
        wire,
        spec: canonicalGroup(pick(wire, ['name', 'zone', 'network'])),
        parts: endpoints(wire, 'instances'),
        cluster,
        owner: ofCluster(cluster),
      }),
    ]
  },
}

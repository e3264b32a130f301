import { objectsIn, textIn } from '../../../src/lib/json-fields.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Part } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { isServiceName } from '../names.ts'
import { isOurs, keyTag, ownerKey, readTags, stackTag, type Tags } from '../tags.ts'
import { observedListener } from './listener-form.ts'
import { observedPool } from './pool-form.ts'
import { roomFor } from './room.ts'
import { asOf, picked, settleMs, stateOf, unwrapped } from './wire.ts'

const fields = [
  'name',
  'description',
  'provider',
  'vip_address',
  'vip_network_id',
  'vip_subnet_id',
  'vip_port_id',
  'flavor_id',
  'availability_zone',
] as const

/** `octavia` is another word for amphora, and reads back as either. */
export const canonicalLoadBalancer = (spec: JsonObject): JsonObject =>
  spec['provider'] === 'octavia' ? { ...spec, provider: 'amphora' } : spec

const ownerPrefix = 'lb-controller.io/service.'

/** The two tags that say a Service is on a load balancer, by the uid and by the name that other controllers know. */
export const ownerTags = (
  service: string,
  spec: { readonly uid: string; readonly name: string },
): readonly string[] => [spec.name, `${ownerPrefix}${spec.uid}=${service}`]

/** Services by their tags; what is left is the load balancer's own. */
export function ownersIn(tags: Tags): {
  readonly parts: Readonly<Record<string, Part>>
  readonly rest: Tags
} {
  const parts: Record<string, Part> = {}
  const used = new Set<string>()
  for (const [tag, service] of Object.entries(tags)) {
    if (!tag.startsWith(ownerPrefix)) continue
    const uid = tag.slice(ownerPrefix.length)
    const legacy = Object.keys(tags).find(
      (one) => isServiceName(one) && one.endsWith(`_${service.replace('/', '_')}`),
    )
    for (const one of [tag, legacy ?? '']) used.add(one)
    parts[ownerKey(service)] = { spec: { name: legacy ?? '', uid }, owners: [{ uid, name: service }] }
  }
  return { parts, rest: Object.fromEntries(Object.entries(tags).filter(([tag]) => !used.has(tag))) }
}

/** With all that its body shows within. One without the mark of this cluster is foreign: never changed but for our parts. */
export function observeLoadBalancer(body: JsonObject, cluster: Cluster): readonly Observed[] | undefined {
  const wire = unwrapped(body, 'statuses', 'loadbalancer')
  const id = textIn(wire, 'id')
  if (id === undefined) return undefined
  const tags = readTags(wire['tags'])
  const { parts, rest } = ownersIn(tags)
  const ours = isOurs(tags, cluster)
  const balancer: Observed = {
    stack: (ours ? tags[stackTag] : undefined) ?? `load-balancer/${id}`,
    kind: 'load-balancer',
    key: (ours ? tags[keyTag] : undefined) ?? id,
    id,
    owners: Object.values(parts).flatMap((part) => part.owners),
    spec: canonicalLoadBalancer({ ...picked(wire, fields), tags: rest }),
    parts,
    out: {
      id,
      ...(textIn(wire, 'vip_address') === undefined
        ? {}
        : { vip_address: textIn(wire, 'vip_address') ?? '' }),
      ...(textIn(wire, 'vip_port_id') === undefined
        ? {}
        : { vip_port_id: textIn(wire, 'vip_port_id') ?? '' }),
    },
    ...stateOf(wire),
    depth: 'read',
    asOf,
    ...(ours ? {} : { body: 'foreign' as const }),
  }
  const listeners = objectsIn(wire, 'listeners').flatMap((one) => observedListener(one, cluster, balancer))
  const inListeners = objectsIn(wire, 'listeners').flatMap((one) => {
    const [listener] = observedListener(one, cluster, balancer)
    return [
      ...objectsIn(one, 'pools'),
      ...objectsIn({ pools: [one['default_pool'] ?? ''] }, 'pools'),
    ].flatMap((pool) => observedPool(pool, cluster, { balancer, claim: listener?.key }))
  })
  const pools = objectsIn(wire, 'pools').flatMap((one) =>
    observedPool(one, cluster, { balancer, claim: undefined }),
  )
  return [balancer, ...listeners, ...inListeners, ...pools]
}

export const loadBalancerForm = (maxOwners: number): Form => ({
  name: 'load-balancer',
  ...usualForm,
  canonical: canonicalLoadBalancer,
  immutable: ['provider', 'vip_address', 'vip_network_id', 'vip_subnet_id', 'vip_port_id'],
  kept: ['flavor_id', 'availability_zone'],
  replace: 'beside',
  room: (want, observed) => roomFor(maxOwners, want, observed),
  absorbs: ['listener', 'pool'],
  lock: 'root',
  nameIsUnique: false,
  servesTraffic: true,
  repair: 'failover',
  settleMs,
  observe: observeLoadBalancer,
})

import { textIn } from '../../../src/lib/json-fields.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { transportOf } from '../protocols.ts'
import { isOurs, keyTag, ownerOf, readTags, stackTag } from '../tags.ts'
import { asOf, firstId, picked, settleMs, sorted, stateOf, unwrapped } from './wire.ts'

const fields = [
  'name',
  'protocol',
  'protocol_port',
  'connection_limit',
  'default_tls_container_ref',
  'sni_container_refs',
  'insert_headers',
  'allowed_cidrs',
  'tls_versions',
  'timeout_client_data',
  'timeout_member_connect',
  'timeout_member_data',
  'timeout_tcp_inspect',
  'default_pool_id',
] as const

export const canonicalListener = (spec: JsonObject): JsonObject =>
  sorted(spec, 'allowed_cidrs', 'sni_container_refs', 'tls_versions')

/** `vip` of `vip/tcp/80` and of `vip/tcp/80/http`. */
const balancerIn = (key: string | undefined): string | undefined =>
  /^(?<balancer>.*)\/(?:tcp|udp|sctp)\/\d+(?:\/\w+)?$/.exec(key ?? '')?.groups?.['balancer']

/** The load balancer that a child is within: by our tags, else as it was found. */
export function parentOf(
  tags: Readonly<Record<string, string>>,
  cluster: Cluster,
  wire: JsonObject,
  parent: Observed | undefined,
) {
  const key = isOurs(tags, cluster) ? tags[keyTag] : undefined
  const stack = isOurs(tags, cluster) ? tags[stackTag] : undefined
  const id = parent?.id ?? firstId(wire, 'loadbalancers') ?? textIn(wire, 'loadbalancer_id') ?? ''
  return {
    key,
    stack: stack ?? parent?.stack ?? `load-balancer/${id}`,
    balancer: balancerIn(key) ?? parent?.key ?? id,
    id,
  }
}

/** Of a reference that shows only an id there is nothing to see. */
export function observedListener(body: JsonObject, cluster: Cluster, parent?: Observed): readonly Observed[] {
  const wire = unwrapped(body, 'listener')
  const id = textIn(wire, 'id')
  const protocol = textIn(wire, 'protocol')
  const port = wire['protocol_port']
  if (id === undefined || protocol === undefined || typeof port !== 'number') return []
  const tags = readTags(wire['tags'])
  const owner = ownerOf(tags, cluster)
  const at = parentOf(tags, cluster, wire, parent)
  return [
    {
      stack: at.stack,
      kind: 'listener',
      key: at.key ?? `${at.balancer}/${transportOf(protocol)}/${port}`,
      id,
      owners: owner === undefined ? [] : [owner],
      within: { stack: at.stack, kind: 'load-balancer', key: at.balancer },
      spec: canonicalListener({ ...picked(wire, fields), loadbalancer_id: at.id, tags }),
      out: { id },
      ...stateOf(wire),
      depth: 'read',
      asOf,
    },
  ]
}

export const listenerForm: Form = {
  name: 'listener',
  ...usualForm,
  canonical: canonicalListener,
  immutable: ['loadbalancer_id', 'protocol', 'protocol_port'],
  kept: ['name'],
  refs: ['default_pool_id'],
  defaults: {
    connection_limit: -1,
    allowed_cidrs: [],
    sni_container_refs: [],
    timeout_client_data: 50_000,
    timeout_member_connect: 5_000,
    timeout_member_data: 50_000,
    timeout_tcp_inspect: 0,
  },
  replace: 'swap',
  sole: true,
  lock: 'root',
  nameIsUnique: false,
  servesTraffic: true,
  settleMs,
  observe: (body, cluster) => {
    const seen = observedListener(body, cluster)
    return seen.length === 0 ? undefined : seen
  },
}

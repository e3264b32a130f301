import { objectsIn, textIn } from '../../../src/lib/json-fields.ts'
import { plainText } from '../plain-text.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Owner, Part, Parts } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { memberKey } from '../members.ts'
import { poolKey } from '../protocols.ts'
import { ownerOf, readTags } from '../tags.ts'
import { observedMonitor } from './health-monitor-form.ts'
import { parentOf } from './listener-form.ts'
import { asOf, picked, settleMs, stateOf, unwrapped } from './wire.ts'

const fields = ['name', 'protocol', 'lb_algorithm', 'session_persistence'] as const
const memberFields = ['name', 'address', 'protocol_port', 'subnet_id', 'monitor_port'] as const

/** Of a persistence only its type is ours; the rest reads back as null. */
export function canonicalPool(spec: JsonObject): JsonObject {
  const persistence = spec['session_persistence']
  if (typeof persistence !== 'object' || persistence === null || Array.isArray(persistence)) return spec
  const { type } = persistence as JsonObject
  return { ...spec, session_persistence: type === undefined ? {} : { type } }
}

/** All members, or undefined where the body shows their ids only: they are read with the pool's own list. */
function membersIn(wire: JsonObject, owners: readonly Owner[]): Parts | undefined {
  const shown = objectsIn(wire, 'members')
  if (shown.some((member) => textIn(member, 'address') === undefined)) return undefined
  const parts: Record<string, Part> = {}
  for (const member of shown) {
    const key = memberKey(textIn(member, 'address') ?? '', plainText(member['protocol_port']))
    const id = textIn(member, 'id')
    parts[key] = { spec: picked(member, memberFields), owners, ...(id === undefined ? {} : { id }) }
  }
  return parts
}

interface Found {
  readonly balancer: Observed | undefined
  /** The key of the listener that it was shown with. */
  readonly claim: string | undefined
}

export function observedPool(body: JsonObject, cluster: Cluster, found: Found): readonly Observed[] {
  const wire = unwrapped(body, 'pool')
  const id = textIn(wire, 'id')
  if (id === undefined || textIn(wire, 'protocol') === undefined) return []
  const tags = readTags(wire['tags'])
  const owner = ownerOf(tags, cluster)
  const owners = owner === undefined ? [] : [owner]
  const at = parentOf(tags, cluster, wire, found.balancer)
  const claim = found.claim === undefined ? undefined : poolKey(found.claim, plainText(wire['protocol']))
  const parts = membersIn(wire, owners)
  const pool: Observed = {
    stack: at.stack,
    kind: 'pool',
    key: at.key ?? claim ?? `${at.balancer}/pool/${id}`,
    id,
    owners,
    within: { stack: at.stack, kind: 'load-balancer', key: at.balancer },
    spec: canonicalPool({ ...picked(wire, fields), loadbalancer_id: at.id, tags }),
    ...(parts === undefined ? {} : { parts }),
    out: { id },
    ...stateOf(wire),
    depth: parts === undefined ? 'listed' : 'read',
    asOf,
  }
  const monitors = objectsIn({ list: [wire['healthmonitor'] ?? wire['health_monitor'] ?? ''] }, 'list')
  return [pool, ...monitors.flatMap((one) => observedMonitor(one, cluster, pool))]
}

export const poolForm: Form = {
  name: 'pool',
  ...usualForm,
  canonical: canonicalPool,
  immutable: ['loadbalancer_id', 'protocol'],
  kept: ['name'],
  replace: 'beside',
  sole: true,
  absorbs: ['health-monitor'],
  lock: 'root',
  nameIsUnique: false,
  servesTraffic: true,
  partsListed: false,
  settleMs,
  observe: (body, cluster) => {
    const seen = observedPool(body, cluster, { balancer: undefined, claim: undefined })
    return seen.length === 0 ? undefined : seen
  },
}

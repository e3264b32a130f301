import { textIn } from '../../../src/lib/json-fields.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Cluster } from '../../../src/provider/blueprint.ts'
import { type Form, usualForm } from '../../../src/provider/form.ts'
import { isOurs, keyTag, ownerOf, readTags, stackTag } from '../tags.ts'
import { asOf, firstId, picked, settleMs, stateOf, unwrapped } from './wire.ts'

const fields = [
  'name',
  'type',
  'delay',
  'timeout',
  'max_retries',
  'max_retries_down',
  'http_method',
  'url_path',
  'expected_codes',
] as const

const httpFields: readonly string[] = ['http_method', 'url_path', 'expected_codes']

/** What belongs to HTTP reads back as null, or as a default, where nothing asks over HTTP. */
function canonicalMonitor(spec: JsonObject): JsonObject {
  if (spec['type'] === 'HTTP' || spec['type'] === 'HTTPS') return spec
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !httpFields.includes(field)))
}

export function observedMonitor(body: JsonObject, cluster: Cluster, pool?: Observed): readonly Observed[] {
  const wire = unwrapped(body, 'healthmonitor')
  const id = textIn(wire, 'id')
  if (id === undefined || textIn(wire, 'type') === undefined) return []
  const tags = readTags(wire['tags'])
  const owner = ownerOf(tags, cluster)
  const ours = isOurs(tags, cluster)
  const poolId = pool?.id ?? firstId(wire, 'pools') ?? ''
  const stack = (ours ? tags[stackTag] : undefined) ?? pool?.stack ?? `pool/${poolId}`
  const key = (ours ? tags[keyTag] : undefined) ?? pool?.key ?? poolId
  return [
    {
      stack,
      kind: 'health-monitor',
      key,
      id,
      owners: owner === undefined ? [] : [owner],
      within: { stack, kind: 'pool', key },
      spec: canonicalMonitor({ ...picked(wire, fields), pool_id: poolId, tags }),
      out: { id },
      ...stateOf(wire),
      depth: 'read',
      asOf,
    },
  ]
}

export const healthMonitorForm: Form = {
  name: 'health-monitor',
  ...usualForm,
  canonical: canonicalMonitor,
  immutable: ['pool_id', 'type'],
  kept: ['name'],
  replace: 'swap',
  sole: true,
  lock: 'root',
  nameIsUnique: false,
  servesTraffic: false,
  settleMs,
  observe: (body, cluster) => {
    const seen = observedMonitor(body, cluster)
    return seen.length === 0 ? undefined : seen
  },
}

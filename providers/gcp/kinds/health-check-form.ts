import { compact, textOf } from '../../../src/lib/json-fields.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Form } from '../../../src/provider/form.ts'
import { lastOf, mapText } from '../links.ts'
import { observedOf, pick, usual } from './shared.ts'

const blocks = ['httpHealthCheck', 'httpsHealthCheck', 'tcpHealthCheck'] as const
const fields = [
  'name',
  'region',
  'type',
  'checkIntervalSec',
  'timeoutSec',
  'healthyThreshold',
  'unhealthyThreshold',
  ...blocks,
  'description',
]

/** What the cloud fills in when nothing is said. */
const defaults = {
  checkIntervalSec: 5,
  timeoutSec: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
}

const block = (value: Json | undefined): Json | undefined =>
  isObject(value) && !('$unknown' in value)
    ? compact({ port: value['port'], requestPath: value['requestPath'] })
    : value

export function canonicalHealthCheck(spec: JsonObject): JsonObject {
  return compact({
    ...spec,
    region: mapText(spec['region'], (text) => (text === '' ? '' : lastOf(text))) || undefined,
    ...Object.fromEntries(blocks.map((name) => [name, block(spec[name])])),
  })
}

/** The check of internal load balancers is global, that of external ones in their region; older ones have no scheme. */
function keyOf(wire: JsonObject, name: string): string {
  const region = textOf(wire['region']) ?? ''
  if (name.endsWith('-proxy')) return `proxy/${region === '' ? 'global' : 'regional'}`
  if (/^a[0-9a-f]{1,31}$/.test(name) || /^k8s-.+-node$/.test(name)) return `legacy/${name}`
  return region === '' ? 'internal' : 'external'
}

export const healthCheckForm: Form = {
  ...usual,
  name: 'health-check',
  canonical: canonicalHealthCheck,
  immutable: ['region'],
  defaults,
  observe(wire, cluster) {
    const name = textOf(wire['name'])
    if (name === undefined || wire['type'] === undefined) return undefined
    return [
      observedOf({
        kind: 'health-check',
        collection: 'healthChecks',
        key: keyOf(wire, name),
        wire,
        spec: canonicalHealthCheck(pick(wire, fields)),
        cluster,
      }),
    ]
  },
}

/** What load balancers with a target pool consist of: read, given up in a migration, and never made. */
import { compact, textOf } from '../../../src/lib/json-fields.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import type { Form } from '../../../src/provider/form.ts'
import { lastOf, mapText, placeOf } from '../links.ts'
import { observedOf, pick, sorted, usual } from './shared.ts'

const canonicalPool = (spec: JsonObject): JsonObject =>
  compact({
    ...spec,
    region: mapText(spec['region'], lastOf),
    healthChecks: sorted(spec['healthChecks'], placeOf),
    instances: sorted(spec['instances'], placeOf),
  })

export const targetPoolForm: Form = {
  ...usual,
  name: 'target-pool',
  canonical: canonicalPool,
  immutable: ['region', 'sessionAffinity'],
  refs: ['healthChecks'],
  servesTraffic: true,
  observe(wire, cluster) {
    const name = textOf(wire['name'])
    if (name === undefined || wire['IPProtocol'] !== undefined) return undefined
    const fields = ['name', 'region', 'sessionAffinity', 'instances', 'healthChecks', 'description']
    return [
      observedOf({
        kind: 'target-pool',
        collection: 'targetPools',
        key: name,
        wire,
        spec: canonicalPool(pick(wire, fields)),
        cluster,
        serving: true,
      }),
    ]
  },
}

const numbers = ['port', 'checkIntervalSec', 'timeoutSec', 'healthyThreshold', 'unhealthyThreshold']

export const httpHealthCheckForm: Form = {
  ...usual,
  name: 'http-health-check',
  canonical: (spec) => spec,
  immutable: [],
  observe(wire, cluster) {
    const name = textOf(wire['name'])
    if (name === undefined || wire['type'] !== undefined) return undefined
    return [
      observedOf({
        kind: 'http-health-check',
        collection: 'httpHealthChecks',
        key: name,
        wire,
        spec: pick(wire, ['name', 'host', 'requestPath', ...numbers, 'description']),
        cluster,
      }),
    ]
  },
}

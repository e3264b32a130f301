import { compact, listOf, textOf } from '../../../src/lib/json-fields.ts'
import { isObject, type Json, type JsonObject } from '../../../src/lib/json.ts'
import type { Part } from '../../../src/plan/resource.ts'
import type { Form } from '../../../src/provider/form.ts'
import { lastOf, mapText, placeOf } from '../links.ts'
import { observedOf, pick, sorted, usual } from './shared.ts'

const fields = [
  'name',
  'region',
  'loadBalancingScheme',
  'protocol',
  'healthChecks',
  'sessionAffinity',
  'connectionTrackingPolicy',
  'localityLbPolicy',
  'networkPassThroughLbTrafficPolicy',
  'connectionDraining',
  'logConfig',
  'timeoutSec',
  'description',
]

const passthrough = new Set<Json | undefined>(['INTERNAL', 'EXTERNAL'])
const noAffinity = { zonalAffinity: { spillover: 'ZONAL_AFFINITY_DISABLED' } }

/** With what holds where nothing is said, so that a body without it is no difference. */
function canonicalBackend(spec: JsonObject): JsonObject {
  const policy = spec['networkPassThroughLbTrafficPolicy']
  return compact({
    ...spec,
    region: mapText(spec['region'], lastOf),
    sessionAffinity: spec['sessionAffinity'] ?? 'NONE',
    healthChecks: sorted(spec['healthChecks'], placeOf),
    logConfig: logged(spec['logConfig']),
    networkPassThroughLbTrafficPolicy: passthrough.has(spec['loadBalancingScheme'])
      ? { ...noAffinity, ...(isObject(policy) ? policy : {}) }
      : policy,
  })
}

/** Where nothing is logged, nothing else of it means anything; a list of fields does in one mode only. */
function logged(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value
  if (value['enable'] === false) return { enable: false }
  if (value['optionalMode'] === 'CUSTOM') return value
  const { optionalFields: _fields, ...rest } = value
  return rest
}

/** Groups by their place: a zone has one of each load balancer. */
function partsOf(wire: JsonObject, perPort: boolean): Readonly<Record<string, Part>> {
  const parts: Record<string, Part> = {}
  for (const backend of listOf(wire['backends'])) {
    const link = isObject(backend) ? textOf(backend['group']) : undefined
    if (link === undefined || !isObject(backend)) continue
    const group = placeOf(link)
    const [, zone = group, , name = ''] = group.split('/')
    const port = perPort ? `${/-(\d+)$/.exec(name)?.[1] ?? ''}/` : ''
    parts[`${port}${zone}`] = {
      spec: compact({
        group,
        balancingMode: backend['balancingMode'] ?? 'CONNECTION',
        maxConnectionsPerEndpoint: backend['maxConnectionsPerEndpoint'],
      }),
      owners: [],
    }
  }
  return parts
}

/** The one of a Service, of a port behind a proxy, that of internal load balancers that share it, or an older one. */
function keyOf(wire: JsonObject, name: string): string {
  const scheme = textOf(wire['loadBalancingScheme']) ?? 'EXTERNAL'
  const word = scheme.startsWith('INTERNAL') ? 'internal' : 'external'
  if (scheme.endsWith('_MANAGED')) return `${word}/${/-(\d+)$/.exec(name)?.[1] ?? name}`
  const shared = /^k8s2-.+-l4-shared-(tcp|udp|unspecified)-(none|client-ip)$/.exec(name)
  if (shared !== null) return `${word}/${shared[1]}/${shared[2]}`
  return /^a[0-9a-f]{1,31}$/.test(name) || name.startsWith('k8s-') ? `legacy/${name}` : word
}

export const backendServiceForm: Form = {
  ...usual,
  name: 'backend-service',
  canonical: canonicalBackend,
  // Who sets another time to drain in the cloud keeps it.
  kept: [...usual.kept, 'connectionDraining.drainingTimeoutSec'],
  immutable: ['region', 'loadBalancingScheme'],
  refs: ['healthChecks'],
  suits: {
    field: 'protocol',
    // Without a protocol of its own it takes rules of any; a rule for all protocols takes nothing else.
    fits: (protocol, rule) => protocol === 'UNSPECIFIED' || protocol === rule['IPProtocol'],
  },
  defaults: {
    sessionAffinity: 'NONE',
    logConfig: { enable: false },
    networkPassThroughLbTrafficPolicy: noAffinity,
  },
  servesTraffic: true,
  observe(wire, cluster) {
    const name = textOf(wire['name'])
    if (name === undefined || wire['loadBalancingScheme'] === undefined) return undefined
    const perPort = (textOf(wire['loadBalancingScheme']) ?? '').endsWith('_MANAGED')
    return [
      observedOf({
        kind: 'backend-service',
        collection: 'backendServices',
        key: keyOf(wire, name),
        wire,
        spec: canonicalBackend(pick(wire, fields)),
        parts: partsOf(wire, perPort),
        cluster,
        serving: true,
      }),
    ]
  },
}

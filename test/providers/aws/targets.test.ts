import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../providers/aws/blueprint.ts'
import type { AwsConfig } from '../../../providers/aws/config.ts'
import type { Endpoint } from '../../../src/model/endpoints.ts'
import { fromService } from '../../../src/model/from-service.ts'
import { service } from '../../model/service.ts'

const prefix = 'service.beta.kubernetes.io/aws-load-balancer-'

interface Given {
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec?: Readonly<Record<string, unknown>>
  readonly config?: Partial<AwsConfig>
  readonly endpoints?: readonly Endpoint[]
}

/** The target group of a Service with one port. */
function targetGroup({ annotations = {}, spec, config = {}, endpoints }: Given) {
  const blueprint = createBlueprint(config)
  const keyed = Object.entries(annotations).map(([key, value]) => [prefix + key, value])
  const subject = service(
    { ports: [{ name: 'http', port: 80, targetPort: 'web', nodePort: 30080 }], ...spec },
    { annotations: Object.fromEntries(keyed) },
  )
  const { name: provider, annotations: table, can } = blueprint
  const { lb } = fromService(subject, { provider, table, can, origin: 'cluster' })
  assert.ok(lb !== undefined)
  const { resources } = blueprint.desired(lb, {
    cluster: { name: 'prod' },
    nodes: [],
    facts: new Map(),
    observed: [],
    ...(endpoints === undefined ? {} : { endpoints }),
  })
  const found = resources.find(({ kind }) => kind === 'target-group')
  assert.ok(found !== undefined)
  return found
}

const endpoint = (address: string, more: Partial<Endpoint> = {}): Endpoint => ({
  address,
  port: 8080,
  portName: 'http',
  ready: true,
  serving: true,
  terminating: false,
  pod: `shop/${address}`,
  ...more,
})

const pods = [
  endpoint('10.0.11.7'),
  endpoint('10.0.11.8', { port: 9090 }),
  endpoint('10.0.11.9', { portName: 'metrics' }),
  endpoint('10.0.12.7', { ready: false, serving: false }),
  endpoint('10.0.12.8', { terminating: true, ready: false }),
  endpoint('2001:db8::7'),
]

test('aws: pods are targets on their own ports: those of the port, ready, and of the family', () => {
  const { parts, spec } = targetGroup({ annotations: { type: 'nlb-ip' }, endpoints: pods })
  assert.deepEqual(Object.keys(parts ?? {}), ['10.0.11.7:8080', '10.0.11.8:9090'])
  assert.equal(parts?.['10.0.11.7:8080']?.path, 'pod/shop/10.0.11.7')
  assert.deepEqual([spec['Port'], spec['TargetType']], [1, 'ip'])
})

test('aws: pods of an IPv6 Service are targets by their IPv6 addresses', () => {
  const { parts, spec, key } = targetGroup({
    annotations: { type: 'nlb-ip', 'ip-address-type': 'dualstack' },
    spec: { ipFamilies: ['IPv6'] },
    endpoints: pods,
  })
  assert.deepEqual(Object.keys(parts ?? {}), ['2001:db8::7:8080'])
  assert.equal(spec['IpAddressType'], 'ipv6')
  assert.match(key, /^internet-facing\/guarded\/80\/TCP\/ip\/ipv6\/web$/)
})

const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 }

/** Protocol, port, path, then interval / time-out / thresholds. */
const checks: readonly (Given & { readonly name: string; readonly is: string })[] = [
  { name: 'nlb, Cluster', is: 'TCP traffic-port - 30/10/3/3' },
  { name: 'nlb, Local', spec: local, is: 'HTTP 32000 /healthz 10/6/2/2' },
  {
    name: 'nlb, Cluster, asking the node proxy',
    config: { nodeHealthCheck: 'node-proxy' },
    is: 'HTTP 10256 /healthz 30/6/3/3',
  },
  {
    name: 'nlb, Local, asking the node proxy otherwise',
    config: { nodeHealthCheck: 'node-proxy' },
    spec: local,
    is: 'HTTP 32000 /healthz 10/6/2/2',
  },
  { name: 'external, Cluster', annotations: { type: 'external' }, is: 'TCP traffic-port - 10/10/3/3' },
  {
    name: 'external, Local',
    annotations: { type: 'external' },
    spec: local,
    is: 'HTTP 32000 /healthz 10/6/2/2',
  },
  {
    name: 'external, Local, pods',
    annotations: { type: 'nlb-ip' },
    spec: local,
    is: 'TCP traffic-port - 10/10/3/3',
  },
  {
    name: 'external, HTTP asked for',
    annotations: { type: 'external', 'healthcheck-protocol': 'HTTP' },
    is: 'HTTP traffic-port / 10/10/3/3',
  },
  {
    name: 'a short interval takes the time-out with it',
    annotations: { type: 'external', 'healthcheck-interval': '5' },
    is: 'TCP traffic-port - 5/5/3/3',
  },
]

for (const { name, is, ...given } of checks)
  test(`aws: health check: ${name}`, () => {
    const { spec } = targetGroup(given)
    const field = (name: string): string => {
      const value = spec[name]
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '-'
    }
    const where = ['HealthCheckProtocol', 'HealthCheckPort', 'HealthCheckPath'].map(field).join(' ')
    const numbers = [
      'HealthCheckIntervalSeconds',
      'HealthCheckTimeoutSeconds',
      'HealthyThresholdCount',
      'UnhealthyThresholdCount',
    ]
      .map(field)
      .join('/')
    assert.equal(`${where} ${numbers}`, is)
  })

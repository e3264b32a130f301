import assert from 'node:assert/strict'
import test from 'node:test'
import type { AzureConfig } from '../../../providers/azure/config.ts'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { type Asked, azure, beta, contributionOf, inside, only, stemOf, tcp } from './world.ts'

interface Row extends Asked {
  readonly name: string
  readonly config?: Partial<AzureConfig>
  /** By part: the properties that the row is about. */
  readonly expected: Readonly<Record<string, JsonObject | undefined>>
}

const stem = stemOf(1)
const rule80 = `rule/${stem}/Tcp/80`
const probe80 = `probe/${stem}-TCP-80`
const local = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32_100 } as const
const dual = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' } as const
const key = (suffix: string, value: string) => ({ [`${azure}${suffix}`]: value })
const port = (suffix: string, value: string) => ({ [`${beta}port_80_${suffix}`]: value })
const http = (more: JsonObject = {}): JsonObject => ({
  protocol: 'Http',
  requestPath: '/',
  port: 30_080,
  ...more,
})

const rows: readonly Row[] = [
  {
    name: 'usual',
    expected: {
      [rule80]: {
        protocol: 'Tcp',
        frontendPort: 80,
        backendPort: 80,
        enableFloatingIP: true,
        loadDistribution: 'Default',
        idleTimeoutInMinutes: 4,
        enableTcpReset: true,
        disableOutboundSnat: false,
      },
      [probe80]: { protocol: 'Tcp', port: 30_080, intervalInSeconds: 5, probeThreshold: 2 },
    },
  },
  {
    name: 'UDP has no probe and no reset',
    spec: { ports: [{ ...tcp(53), protocol: 'UDP' }] },
    expected: {
      [`rule/${stem}/Udp/53`]: {
        protocol: 'Udp',
        enableTcpReset: undefined as never,
        probe: undefined as never,
      },
      [`probe/${stem}-UDP-53`]: undefined,
    },
  },
  {
    name: 'without floating IP nodes get the NodePort',
    annotations: key('disable-load-balancer-floating-ip', 'TRUE'),
    expected: { [rule80]: { backendPort: 30_080, enableFloatingIP: false } },
  },
  {
    name: 'an internal IPv6 frontend has no floating IP',
    annotations: inside,
    spec: dual,
    expected: {
      [rule80]: { backendPort: 80, enableFloatingIP: true },
      [`rule/${stem}-IPv6/Tcp/80`]: { backendPort: 30_080, enableFloatingIP: false },
    },
  },
  {
    name: 'affinity',
    spec: { sessionAffinity: 'ClientIP' },
    expected: { [rule80]: { loadDistribution: 'SourceIP' } },
  },
  {
    name: 'outbound connections are left to others',
    config: { disableOutboundSnat: true },
    expected: { [rule80]: { disableOutboundSnat: true } },
  },
  {
    name: 'a basic load balancer has no reset, no outbound setting and no Https probe',
    config: { loadBalancerSku: 'basic', disableOutboundSnat: true },
    annotations: key('load-balancer-health-probe-protocol', 'https'),
    expected: {
      [rule80]: { enableTcpReset: undefined as never, disableOutboundSnat: false },
      [probe80]: { protocol: 'Tcp', requestPath: undefined as never },
    },
  },
  {
    name: 'one rule for all ports, named after the first',
    annotations: { ...inside, ...key('load-balancer-enable-high-availability-ports', 'true') },
    spec: { ports: [{ ...tcp(53), protocol: 'UDP' }, tcp(80)] },
    expected: {
      [`rule/${stem}/All/0`]: { protocol: 'All', frontendPort: 0, backendPort: 0, enableTcpReset: true },
      [`probe/${stem}-UDP-53`]: { protocol: 'Tcp', port: 30_080 },
      [rule80]: undefined,
    },
  },
  {
    name: 'policy Local: one probe of the health check port for all, UDP too',
    spec: { ...local, ports: [tcp(80), { ...tcp(53), protocol: 'UDP' }] },
    annotations: {
      ...port('health-probe_interval', '30'),
      ...key('load-balancer-health-probe-interval', '7'),
    },
    expected: {
      [`probe/${stem}-TCP-32100`]: {
        protocol: 'Http',
        port: 32_100,
        requestPath: '/healthz',
        intervalInSeconds: 7,
        probeThreshold: 2,
      },
      [probe80]: undefined,
    },
  },
  {
    name: 'policy Local: a port that says where it is asked has a probe of its own',
    spec: { ...local, ports: [tcp(80), tcp(443)] },
    annotations: port('health-probe_port', '443'),
    expected: {
      [probe80]: { protocol: 'Tcp', port: 30_443 },
      [`probe/${stem}-TCP-32100`]: { port: 32_100 },
    },
  },
  {
    name: 'policy Local behind PROXY protocol of a private link: the ports are asked',
    spec: local,
    annotations: { ...inside, ...key('pls-create', 'true'), ...key('pls-proxy-protocol', 'true') },
    expected: { [probe80]: { protocol: 'Tcp' }, [`probe/${stem}-TCP-32100`]: undefined },
  },
  {
    name: 'one probe for all Services with policy Cluster',
    config: { clusterProbe: 'shared' },
    expected: {
      'probe/cluster-service-shared-health-probe': {
        protocol: 'Http',
        port: 10_256,
        requestPath: '/healthz',
      },
      [probe80]: undefined,
    },
  },
  {
    name: 'the application protocol alone says nothing of what answers at /',
    spec: { ports: [tcp(80, { appProtocol: 'http' })] },
    expected: { [probe80]: { protocol: 'Tcp', requestPath: undefined as never } },
  },
  {
    name: 'the application protocol with a path for the port',
    spec: { ports: [tcp(80, { appProtocol: 'HTTPS' })] },
    annotations: port('health-probe_request-path', '/ready'),
    expected: { [probe80]: { protocol: 'Https', requestPath: '/ready' } },
  },
  {
    name: 'the application protocol where the configuration wants it',
    config: { probesFollowAppProtocol: true },
    spec: { ports: [tcp(80, { appProtocol: 'http' })] },
    annotations: key('load-balancer-health-probe-protocol', 'Tcp'),
    expected: { [probe80]: http() },
  },
  {
    name: 'an application protocol that no probe speaks',
    config: { probesFollowAppProtocol: true },
    spec: { ports: [tcp(80, { appProtocol: 'mongodb' })] },
    expected: { [probe80]: { protocol: 'Tcp' } },
  },
  {
    name: 'what the port says outranks all others',
    config: { probesFollowAppProtocol: true },
    spec: { ports: [tcp(80, { appProtocol: 'https' })] },
    annotations: {
      ...port('health-probe_protocol', 'HtTp'),
      ...port('health-probe_interval', '20'),
      ...port('health-probe_num-of-probe', '5'),
      ...key('load-balancer-health-probe-protocol', 'Tcp'),
      ...key('load-balancer-health-probe-interval', '6'),
      ...key('load-balancer-health-probe-request-path', '/all'),
    },
    expected: { [probe80]: http({ requestPath: '/all', intervalInSeconds: 20, probeThreshold: 5 }) },
  },
  {
    name: 'a probe port by name, in any case',
    spec: { ports: [tcp(80), tcp(443)] },
    annotations: port('health-probe_port', 'P443'),
    expected: { [probe80]: { port: 30_443 } },
  },
  {
    name: 'a probe port that is none of the Service',
    annotations: port('health-probe_port', '10256'),
    expected: { [probe80]: { port: 10_256 } },
  },
  {
    name: 'a port without a probe',
    annotations: port('no_probe_rule', 'true'),
    expected: { [rule80]: { probe: undefined as never }, [probe80]: undefined },
  },
  {
    name: 'a port without a rule',
    spec: { ports: [tcp(80), tcp(443)] },
    annotations: port('no_lb_rule', 'true'),
    expected: { [rule80]: undefined, [probe80]: undefined, [`rule/${stem}/Tcp/443`]: { frontendPort: 443 } },
  },
]

for (const { name, config, expected, ...asked } of rows)
  test(`rules and probes: ${name}`, () => {
    const { resources, problems } = contributionOf(asked, {}, config)
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    )
    const { parts = {} } = only(resources, 'load-balancer')
    for (const [at, want] of Object.entries(expected)) {
      const properties = parts[at]?.spec['properties']
      if (want === undefined) assert.equal(parts[at], undefined, at)
      else {
        assert.ok(isObject(properties), `${at} is not among ${Object.keys(parts).join(', ')}`)
        const about = Object.keys(want).map((field) => [field, properties[field]])
        assert.deepEqual(Object.fromEntries(about), want, at)
      }
    }
  })

test('without NodePorts: fine where neither traffic nor a probe needs one', () => {
  const bare = { name: 'http', protocol: 'TCP', port: 80 }
  const spec = { allocateLoadBalancerNodePorts: false, ports: [bare] }
  const codes = (asked: Asked): readonly string[] =>
    contributionOf({ spec, ...asked }).problems.map(({ code }) => code)
  assert.deepEqual(codes({}), ['LB_NODE_PORT_MISSING'])
  assert.deepEqual(codes({ annotations: port('health-probe_port', '10256') }), [])
  assert.deepEqual(codes({ annotations: port('no_probe_rule', 'true') }), [])
  assert.deepEqual(codes({ spec: { ...spec, ...local } }), [])
  const translated = key('disable-load-balancer-floating-ip', 'true')
  assert.deepEqual(codes({ annotations: { ...translated, ...port('no_probe_rule', 'true') } }), [
    'LB_NODE_PORT_MISSING',
  ])
})

test('what the API server allocates later is named in its place', () => {
  const { resources } = contributionOf({
    spec: { externalTrafficPolicy: 'Local', ports: [{ name: 'http', protocol: 'TCP', port: 80 }] },
    annotations: key('disable-load-balancer-floating-ip', 'true'),
  })
  const { parts = {} } = only(resources, 'load-balancer')
  assert.match(JSON.stringify(parts[rule80]), /the NodePort of port 80, which the API server allocates/)
  assert.match(JSON.stringify(parts[`probe/${stem}-TCP-<healthCheckNodePort>`]), /the healthCheckNodePort/)
})

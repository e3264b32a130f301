import assert from 'node:assert/strict'
import test from 'node:test'
import type { AzureConfig } from '../../../providers/azure/config.ts'
import type { Problem } from '../../../src/model/problem.ts'
import type { JsonObject } from '../../../src/lib/json.ts'
import { annotationPath } from '../../../src/model/problem.ts'
import { existing } from './world.ts'
import { balancerBody } from './bodies.ts'
import { type Asked, azure, beta, contributionOf, facts, inside, stemOf, tcp } from './world.ts'

interface Row extends Asked {
  readonly name: string
  readonly code: string
  /** A key under `azure-`, or a path. */
  readonly at: string
  readonly value: string
  readonly accepted?: RegExp
  readonly hint?: RegExp
  readonly severity?: Problem['severity']
  readonly config?: Partial<AzureConfig>
}

const key = (suffix: string, value: string) => ({ [`${azure}${suffix}`]: value })
const port = (suffix: string, value: string) => ({ [`${beta}port_80_${suffix}`]: value })
const link = { ...inside, ...key('pls-create', 'true') }
const several = { loadBalancers: [{ name: 'kubernetes' }, { name: 'back', allowServicePlacement: false }] }

const rows: readonly Row[] = [
  {
    name: 'idle timeout below 4',
    annotations: key('load-balancer-tcp-idle-timeout', '3'),
    code: 'LB_ANNOTATION_INTEGER',
    at: `${azure}load-balancer-tcp-idle-timeout`,
    value: '3',
    accepted: /4 to 100/,
    hint: /least is 4/,
  },
  {
    name: 'idle timeout above 100',
    annotations: key('load-balancer-tcp-idle-timeout', '101'),
    code: 'LB_ANNOTATION_INTEGER',
    at: `${azure}load-balancer-tcp-idle-timeout`,
    value: '101',
    accepted: /4 to 100/,
  },
  {
    name: 'portable idle timeout that is no whole minute',
    annotations: { 'lb-controller.io/idle-timeout': '250' },
    code: 'LB_ANNOTATION_INTEGER',
    at: 'lb-controller.io/idle-timeout',
    value: '250',
    accepted: /multiple of 60/,
  },
  {
    name: 'probe interval below 5',
    annotations: key('load-balancer-health-probe-interval', '4'),
    code: 'LB_ANNOTATION_INTEGER',
    at: `${azure}load-balancer-health-probe-interval`,
    value: '4',
    accepted: /from 5/,
  },
  {
    name: 'probe interval that is no number',
    annotations: port('health-probe_interval', 'often'),
    code: 'LB_ANNOTATION_INTEGER',
    at: `${beta}port_80_health-probe_interval`,
    value: 'often',
    accepted: /whole number/,
  },
  {
    name: 'one probe decides',
    annotations: key('load-balancer-health-probe-num-of-probe', '1'),
    code: 'LB_ANNOTATION_INTEGER',
    at: `${azure}load-balancer-health-probe-num-of-probe`,
    value: '1',
    accepted: /from 2/,
  },
  {
    name: 'two minutes unseen',
    annotations: {
      ...key('load-balancer-health-probe-interval', '20'),
      ...key('load-balancer-health-probe-num-of-probe', '6'),
    },
    code: 'LB_AZURE_PROBE_TIMING',
    at: `${azure}load-balancer-health-probe-num-of-probe`,
    value: '6',
    accepted: /below 120 s/,
    hint: /5 probes are the most/,
  },
  {
    name: 'probe port out of range',
    annotations: port('health-probe_port', '70000'),
    code: 'LB_PORT_RANGE',
    at: `${beta}port_80_health-probe_port`,
    value: '70000',
    accepted: /1 to 65535/,
  },
  {
    name: 'probe port by a name that no port has',
    annotations: port('health-probe_port', 'admin'),
    code: 'LB_AZURE_PROBE_PORT',
    at: `${beta}port_80_health-probe_port`,
    value: 'admin',
    accepted: /^80, p80/,
  },
  {
    name: 'probe protocol that there is not',
    annotations: key('load-balancer-health-probe-protocol', 'grpc'),
    code: 'LB_ANNOTATION_CHOICE',
    at: `${azure}load-balancer-health-probe-protocol`,
    value: 'grpc',
    accepted: /Tcp, Http, Https/,
  },
  {
    name: 'SCTP',
    spec: { ports: [tcp(80, { protocol: 'SCTP' })] },
    code: 'LB_PROTOCOL_UNSUPPORTED',
    at: 'spec.ports[0].protocol',
    value: 'SCTP',
    accepted: /TCP or UDP/,
    hint: /high-availability-ports/,
  },
  {
    name: 'public IP that is not there, by name',
    annotations: key('pip-name', 'nowhere'),
    code: 'LB_AZURE_PUBLIC_IP_NOT_FOUND',
    at: `${azure}pip-name`,
    value: 'nowhere',
    accepted: /203\.0\.113\.10/,
    hint: /resource group/,
  },
  {
    name: 'public IP that is not there, by spec.loadBalancerIP',
    spec: { loadBalancerIP: '203.0.113.99' },
    code: 'LB_AZURE_PUBLIC_IP_NOT_FOUND',
    at: 'spec.loadBalancerIP',
    value: '203.0.113.99',
    accepted: /203\.0\.113\.10/,
  },
  ...['10.0.0.5', '172.16.0.5', '192.168.1.1', '100.64.0.1', '168.63.129.16', '169.254.1.1'].map((ip) => ({
    name: `${ip} from the internet`,
    annotations: key('load-balancer-ipv4', ip),
    code: 'LB_AZURE_ADDRESS_NOT_PUBLIC',
    at: `${azure}load-balancer-ipv4`,
    value: ip,
    accepted: /public IP/,
    hint: /internal/,
  })),
  {
    name: 'no address at all',
    annotations: key('load-balancer-ipv4', '10.0.0'),
    code: 'LB_ADDRESS_INVALID',
    at: `${azure}load-balancer-ipv4`,
    value: '10.0.0',
    accepted: /IPv4 address/,
  },
  {
    name: 'an address of the other family',
    annotations: key('load-balancer-ipv6', '203.0.113.10'),
    code: 'LB_ADDRESS_INVALID',
    at: `${azure}load-balancer-ipv6`,
    value: '203.0.113.10',
    accepted: /IPv6 address/,
    hint: /azure-load-balancer-ipv4/,
  },
  {
    name: 'a public IP of another SKU',
    annotations: key('pip-name', 'old-ip'),
    code: 'LB_AZURE_PUBLIC_IP_UNFIT',
    at: `${azure}pip-name`,
    value: 'old-ip',
    accepted: /SKU Standard/,
  },
  {
    name: 'a public IP of the other family',
    annotations: key('pip-name', 'shop-ip6'),
    code: 'LB_AZURE_PUBLIC_IP_UNFIT',
    at: `${azure}pip-name`,
    value: 'shop-ip6',
    accepted: /IPv4/,
  },
  {
    name: 'DNS label of another Service',
    annotations: key('dns-label-name', 'old'),
    code: 'LB_AZURE_DNS_LABEL_TAKEN',
    at: `${azure}dns-label-name`,
    value: 'old',
    accepted: /no other/,
    hint: /another/,
  },
  {
    name: 'subnet that is not there',
    annotations: { ...inside, ...key('load-balancer-internal-subnet', 'lost') },
    code: 'LB_AZURE_SUBNET_NOT_FOUND',
    at: `${azure}load-balancer-internal-subnet`,
    value: 'lost',
    accepted: /nodes, closed/,
  },
  {
    name: 'address outside its subnet',
    annotations: { ...inside, ...key('load-balancer-ipv4', '10.0.2.9') },
    code: 'LB_AZURE_ADDRESS_OUTSIDE',
    at: `${azure}load-balancer-ipv4`,
    value: '10.0.2.9',
    accepted: /10\.0\.1\.0\/24/,
  },
  {
    name: 'load balancer that is not configured',
    annotations: key('load-balancer-configurations', 'front'),
    config: several,
    code: 'LB_AZURE_LOAD_BALANCER_NONE',
    at: `${azure}load-balancer-configurations`,
    value: 'front',
    accepted: /kubernetes, back/,
    hint: /azure\.loadBalancers/,
  },
  {
    name: 'load balancer that takes no new Services',
    annotations: key('load-balancer-configurations', 'back'),
    config: several,
    code: 'LB_AZURE_LOAD_BALANCER_NONE',
    at: `${azure}load-balancer-configurations`,
    value: 'back',
    accepted: /kubernetes, back/,
  },
  {
    name: 'an address and a load balancer that does not have it',
    annotations: {
      ...inside,
      ...key('load-balancer-configurations', 'kubernetes'),
      ...key('load-balancer-ipv4', '10.0.1.77'),
    },
    config: several,
    code: 'LB_AZURE_LOAD_BALANCER_ADDRESS',
    at: `${azure}load-balancer-configurations`,
    value: 'kubernetes',
    accepted: /address or the load balancer/,
    hint: /remove/,
  },
  {
    name: 'more than 8 addresses of a private link',
    annotations: { ...link, ...key('pls-ip-configuration-ip-address-count', '9') },
    code: 'LB_ANNOTATION_INTEGER',
    at: `${azure}pls-ip-configuration-ip-address-count`,
    value: '9',
    accepted: /1 to 8/,
  },
  {
    name: 'more fixed addresses than a private link has',
    annotations: { ...link, ...key('pls-ip-configuration-ip-address', '10.0.1.8 10.0.1.9') },
    code: 'LB_AZURE_PRIVATE_LINK',
    at: `${azure}pls-ip-configuration-ip-address`,
    value: '10.0.1.8 10.0.1.9',
    accepted: /at most 1/,
    hint: /to "2"/,
  },
  {
    name: 'private link in a subnet that is not there',
    annotations: { ...link, ...key('pls-ip-configuration-subnet', 'lost') },
    code: 'LB_AZURE_SUBNET_NOT_FOUND',
    at: `${azure}pls-ip-configuration-subnet`,
    value: 'lost',
    accepted: /nodes, closed/,
  },
  {
    name: 'private link in a subnet with policies',
    annotations: { ...link, ...key('pls-ip-configuration-subnet', 'closed') },
    code: 'LB_AZURE_SUBNET_POLICIES',
    at: `${azure}pls-ip-configuration-subnet`,
    value: 'closed',
    accepted: /Disabled/,
    hint: /az network vnet subnet update/,
  },
  {
    name: 'private link over IPv6',
    annotations: link,
    spec: { ipFamilies: ['IPv6'] },
    code: 'LB_AZURE_PRIVATE_LINK',
    at: `${azure}pls-create`,
    value: 'true',
    accepted: /IPv4/,
  },
  {
    name: 'private link on a public frontend with floating IP',
    annotations: key('pls-create', 'true'),
    code: 'LB_AZURE_PRIVATE_LINK',
    at: `${azure}pls-create`,
    value: 'true',
    accepted: /internal/,
  },
  {
    name: 'private link whose users cannot see it',
    annotations: { ...link, ...key('pls-auto-approval', 'one') },
    code: 'LB_AZURE_PRIVATE_LINK',
    at: `${azure}pls-auto-approval`,
    value: 'one',
    accepted: /azure-pls-visibility/,
  },
  {
    name: 'PROXY protocol version 1',
    annotations: { ...link, 'lb-controller.io/proxy-protocol': 'v1' },
    code: 'LB_ANNOTATION_CHOICE',
    at: 'lb-controller.io/proxy-protocol',
    value: 'v1',
    accepted: /v2/,
  },
  {
    name: 'private link keys without a private link',
    annotations: key('pls-name', 'shop-link'),
    code: 'LB_AZURE_NO_EFFECT',
    at: `${azure}pls-name`,
    value: 'shop-link',
    severity: 'warning',
    hint: /remove/,
  },
  {
    name: 'no port left',
    annotations: port('no_lb_rule', 'true'),
    code: 'LB_AZURE_NO_PORT',
    at: `${beta}port_80_no_lb_rule`,
    value: 'true',
    accepted: /one port/,
  },
  {
    name: 'a key for a port that is not there',
    annotations: { [`${beta}port_81_no_probe_rule`]: 'true' },
    code: 'LB_AZURE_PORT_UNKNOWN',
    at: `${beta}port_81_no_probe_rule`,
    value: '81',
    severity: 'warning',
    accepted: /^80$/,
  },
  {
    name: 'a path that a Tcp probe does not ask for',
    annotations: port('health-probe_request-path', '/ready'),
    code: 'LB_AZURE_NO_EFFECT',
    at: `${beta}port_80_health-probe_request-path`,
    value: '/ready',
    severity: 'warning',
  },
  {
    name: 'a truth that is none',
    annotations: key('load-balancer-internal', 'yes'),
    code: 'LB_ANNOTATION_BOOLEAN',
    at: `${azure}load-balancer-internal`,
    value: 'yes',
    accepted: /true or false/,
    hint: /"true"/,
  },
  {
    name: 'IP tags without a type',
    annotations: key('pip-ip-tags', 'Internet'),
    code: 'LB_ANNOTATION_MAP',
    at: `${azure}pip-ip-tags`,
    value: 'Internet',
    accepted: /Type=Tag/,
  },
  {
    name: 'a prefix by its name',
    annotations: key('pip-prefix-id', 'shop'),
    code: 'LB_ANNOTATION_TEXT',
    at: `${azure}pip-prefix-id`,
    value: 'shop',
    accepted: /publicIPPrefixes/,
  },
  {
    name: 'the portable address and another one',
    annotations: { ...key('load-balancer-ipv4', '203.0.113.10'), 'lb-controller.io/address': '203.0.113.11' },
    code: 'LB_ANNOTATION_CONFLICT',
    at: 'lb-controller.io/address',
    value: '203.0.113.11',
    accepted: /same in both/,
    hint: /remove/,
  },
  {
    name: 'two addresses of one family',
    annotations: { 'lb-controller.io/address': '203.0.113.10, 203.0.113.11' },
    code: 'LB_ANNOTATION_LIST',
    at: 'lb-controller.io/address',
    value: '203.0.113.10, 203.0.113.11',
    accepted: /one address of each family/,
    hint: /keep one/,
  },
  {
    name: 'two subnets',
    annotations: { ...inside, 'lb-controller.io/subnets': 'nodes, closed' },
    code: 'LB_ANNOTATION_LIST',
    at: 'lb-controller.io/subnets',
    value: 'nodes, closed',
    accepted: /one subnet/,
  },
]

for (const { name, code, at, value, accepted, hint, severity = 'error', config, ...asked } of rows)
  test(`bad input: ${name}`, () => {
    const { problems } = contributionOf(asked, {}, config)
    const path = at.startsWith('spec.') ? at : annotationPath(at)
    const found = problems.find((one) => one.code === code)
    assert.ok(found, `no ${code} among ${problems.map((one) => one.code).join(', ')}`)
    assert.deepEqual(
      { severity: found.severity, path: found.path, value: found.value },
      { severity, path, value },
    )
    if (accepted !== undefined) assert.match(found.accepted ?? '', accepted)
    if (hint !== undefined) assert.match(found.hint ?? '', hint)
  })

test('an address that stands on a load balancer which may not take the Service', () => {
  const observed = existing({
    'load-balancer': [balancerBody('back-internal', [{ index: 9, ip: '10.0.1.77' }])],
  })
  const annotations = { ...inside, ...key('load-balancer-ipv4', '10.0.1.77') }
  const { problems } = contributionOf({ annotations }, { observed }, several)
  const [found] = problems
  assert.equal(found?.code, 'LB_AZURE_LOAD_BALANCER_ADDRESS')
  assert.equal(found.path, annotationPath(`${azure}load-balancer-ipv4`))
  assert.match(found.message, /stands on back/)
  assert.match(found.accepted ?? '', /kubernetes/)
})

test('a pool of network interfaces is left as it is, and the Service hears of it', () => {
  const body = balancerBody('kubernetes', [{ index: 1 }])
  const properties = {
    ...(body['properties'] as Record<string, never>),
    backendAddressPools: [
      { name: 'kubernetes', properties: { backendIPConfigurations: [{ id: '/x/networkInterfaces/nic-1' }] } },
    ],
  }
  const { resources, problems } = contributionOf(
    {},
    { observed: existing({ 'load-balancer': [{ ...body, properties }] }) },
  )
  assert.deepEqual(resources.find(({ kind }) => kind === 'backend-pool')?.spec, {})
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['LB_AZURE_POOL_INTERFACES'],
  )
})

test('without the public IPs among the facts, whether one exists is known at apply', () => {
  const { publicIPs: _none, ...rest } = facts
  const { problems, resources } = contributionOf(
    { annotations: key('pip-name', 'somewhere') },
    { facts: rest },
  )
  assert.deepEqual(problems, [])
  assert.match(JSON.stringify(resources), /publicIPAddresses\/somewhere/)
})

const codesBeside = (bodies: JsonObject): readonly string[] => {
  const observed = existing({
    'load-balancer': [balancerBody('kubernetes', [{ index: 1, port: 90 }], bodies)],
  })
  return contributionOf({}, { observed }).problems.map(({ code, path }) => `${code} ${path}`)
}

test('a port of the frontend that somebody took by hand', () => {
  const frontendIPConfiguration = { id: `/x/frontendIPConfigurations/${stemOf(1)}` }
  const nat = (more: JsonObject): JsonObject => ({
    name: 'ssh',
    properties: { frontendIPConfiguration, protocol: 'Tcp', ...more },
  })
  const taken = ['LB_PART_TAKEN spec.ports[0]']
  assert.deepEqual(codesBeside({ inboundNatRules: [nat({ frontendPort: 80 })] }), taken)
  assert.deepEqual(
    codesBeside({ inboundNatPools: [nat({ frontendPortRangeStart: 70, frontendPortRangeEnd: 90 })] }),
    taken,
  )
  assert.deepEqual(codesBeside({ loadBalancingRules: [nat({ frontendPort: 80 })] }), taken)
  assert.deepEqual(codesBeside({ inboundNatRules: [nat({ frontendPort: 81 })] }), [])
  assert.deepEqual(codesBeside({ inboundNatRules: [nat({ frontendPort: 80, protocol: 'Udp' })] }), [])
})

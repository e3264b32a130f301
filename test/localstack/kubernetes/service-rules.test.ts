import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceObject, ServiceSpec } from '../../../src/model/objects.ts'
import { cluster, faultOf, loadBalancer, service } from './cluster.ts'

const port = (spec: object) => ({ ports: [{ port: 80, ...spec }] })
const dns1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"

const created: readonly { name: string; object: ServiceObject; says: string | RegExp }[] = [
  { name: 'no ports', object: service({ ports: [] }), says: 'spec.ports: Required value' },
  {
    name: 'name that begins with a digit',
    object: service({}, '1web'),
    says: `metadata.name: Invalid value: "1web": ${dns1035}`,
  },
  {
    name: 'port above the range',
    object: service({ ports: [{ port: 70000, targetPort: 80 }] }),
    says: 'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
  },
  {
    name: 'second port without a name',
    object: service({ ports: [{ name: 'a', port: 80 }, { port: 81 }] }),
    says: 'spec.ports[1].name: Required value',
  },
  {
    name: 'one name twice',
    object: service({
      ports: [
        { name: 'a', port: 80 },
        { name: 'a', port: 81 },
      ],
    }),
    says: 'spec.ports[1].name: Duplicate value: "a"',
  },
  {
    name: 'one port twice',
    object: service({
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    }),
    says: 'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
  },
  {
    name: 'unknown protocol',
    object: service(port({ protocol: 'ICMP' })),
    says: 'spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
  },
  {
    name: 'target port with a bad name',
    object: service(port({ targetPort: 'web_app' })),
    says: 'spec.ports[0].targetPort: Invalid value: "web_app": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
  },
  {
    name: 'node port outside the range',
    object: service({ type: 'NodePort', ...port({ nodePort: 80 }) }),
    says: 'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
  },
  {
    name: 'node port of a ClusterIP',
    object: service(port({ nodePort: 30000 })),
    says: "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
  },
  {
    name: 'unknown type',
    object: service({ type: 'Ingress' }),
    says: 'spec.type: Unsupported value: "Ingress": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  },
  {
    name: 'unknown external traffic policy',
    object: loadBalancer({ externalTrafficPolicy: 'Node' }),
    says: 'spec.externalTrafficPolicy: Unsupported value: "Node": supported values: "Cluster", "Local"',
  },
  {
    name: 'external traffic policy of a ClusterIP',
    object: service({ externalTrafficPolicy: 'Local' }),
    says: 'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
  },
  {
    name: 'source range that is none',
    object: loadBalancer({ loadBalancerSourceRanges: ['10.0.0.0/8', '10.0.0.0/33'] }),
    says: 'spec.LoadBalancerSourceRanges[1]: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  },
  {
    name: 'class of a ClusterIP',
    object: service({ loadBalancerClass: 'example.com/x' }),
    says: "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
  },
  {
    name: 'health port without Local',
    object: loadBalancer({ healthCheckNodePort: 30001 }),
    says: "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
  },
  {
    name: 'headless load balancer',
    object: loadBalancer({ clusterIP: 'None' }),
    says: 'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for LoadBalancer services',
  },
  {
    name: 'address outside the service range',
    object: service({ clusterIP: '192.0.2.1' }),
    says: 'spec.clusterIPs: Invalid value: ["192.0.2.1"]: failed to allocate IP 192.0.2.1: the provided network does not match the current range',
  },
  {
    name: 'affinity time out of range',
    object: service({
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 90000 } },
    }),
    says: 'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater than 0 and less than 86400',
  },
  {
    name: 'external address on the loopback',
    object: service({ externalIPs: ['127.0.0.1'] }),
    says: 'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
  },
  {
    name: 'two mistakes are told together',
    object: service({ ports: [{ port: 0, targetPort: 1 }], type: 'X' }),
    says: /^\[spec\.ports\[0\]\.port: Invalid value: 0: .*, spec\.type: Unsupported value: "X".*\]$/,
  },
]

for (const row of created)
  test(`a new Service is refused: ${row.name}`, () => {
    const fault = faultOf(() => cluster().create('services', row.object))
    const prefix = `Service "${row.object.metadata.name}" is invalid: `
    assert.equal(fault.code, 422)
    assert.ok(fault.message.startsWith(prefix))
    const text = fault.message.slice(prefix.length)
    if (typeof row.says === 'string') assert.equal(text, row.says)
    else assert.match(text, row.says)
  })

const changed: readonly { name: string; from: ServiceSpec; to: ServiceSpec; says: string | undefined }[] = [
  {
    name: 'the cluster address stays',
    from: {},
    to: { clusterIP: '10.96.0.77', clusterIPs: ['10.96.0.77'] },
    says: 'spec.clusterIPs[0]: Invalid value: ["10.96.0.77"]: may not change once set',
  },
  {
    name: 'the class stays while the type does',
    from: { type: 'LoadBalancer', loadBalancerClass: 'example.com/a' },
    to: { loadBalancerClass: 'example.com/b' },
    says: 'spec.loadBalancerClass: Invalid value: "example.com/b": may not change once set',
  },
  {
    name: 'the class goes with the type',
    from: { type: 'LoadBalancer', loadBalancerClass: 'example.com/a' },
    to: { type: 'ClusterIP' },
    says: undefined,
  },
  {
    name: 'the health port stays',
    from: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    to: { healthCheckNodePort: 32000 },
    says: 'spec.healthCheckNodePort: Forbidden: field is immutable',
  },
]

for (const row of changed)
  test(`changing a Service: ${row.name}`, () => {
    const state = cluster()
    state.create('services', service(row.from))
    const patch = () => state.patch('services', 'web', { spec: row.to })
    if (row.says === undefined) assert.equal(patch().spec?.loadBalancerClass, undefined)
    else assert.equal(faultOf(patch).message, `Service "web" is invalid: ${row.says}`)
  })

const statuses: readonly { name: string; ingress: object; says: string }[] = [
  {
    name: 'an address that is none',
    ingress: { ip: '300.1.1.1' },
    says: 'ingress[0].ip: Invalid value: "300.1.1.1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  },
  {
    name: 'ipMode without an address',
    ingress: { hostname: 'a.example', ipMode: 'VIP' },
    says: 'ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set',
  },
  {
    name: 'an address as a name',
    ingress: { hostname: '192.0.2.1' },
    says: 'ingress[0].hostname: Invalid value: "192.0.2.1": must be a DNS name, not an IP address',
  },
]

for (const row of statuses)
  test(`a status is refused: ${row.name}`, () => {
    const state = cluster()
    state.create('services', loadBalancer())
    const status = { status: { loadBalancer: { ingress: [row.ingress] } } }
    const fault = faultOf(() => state.patch('services', 'web', status, { subresource: 'status' }))
    assert.equal(fault.message, `Service "web" is invalid: status.loadBalancer.${row.says}`)
  })

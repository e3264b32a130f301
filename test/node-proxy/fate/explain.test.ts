import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceObject } from '../../../src/model/objects.ts'
import { explanationText } from '../../../src/node-proxy/fate/explain-text.ts'
import { explainService, type ExplainInput } from '../../../src/node-proxy/fate/explain.ts'
import type { TableSettings } from '../../../src/node-proxy/table/settings.ts'
import { build, endpoint, node, service, settings, slice } from '../objects.ts'

const a = { forZones: [{ name: 'a' }] }
const b = { forZones: [{ name: 'b' }] }
const slices = [
  slice([
    { ...endpoint('10.1.0.1 here', a), zone: 'a' },
    { ...endpoint('10.1.0.2 n2', b), zone: 'b' },
    endpoint('10.1.0.3 here ending', a),
    endpoint('10.1.0.4 n2 unready'),
    endpoint('10.1.0.5 n3 dead'),
  ]),
]

const local = service(
  {
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    healthCheckNodePort: 31000,
    sessionAffinity: 'ClientIP',
    loadBalancerSourceRanges: ['172.16.0.0/12', 'nonsense'],
  },
  { ports: [{ name: 'http', port: 80, nodePort: 30080 }], ingress: [{ ip: '192.0.2.9' }] },
)

interface Asked {
  readonly service?: ServiceObject
  readonly slices?: ExplainInput['slices']
  readonly settings?: TableSettings
  readonly dataPlane?: ExplainInput['dataPlane']
}

function explained(asked: Asked = {}) {
  const { dataPlane = 'nftables', settings: given = settings() } = asked
  const one = asked.service ?? local
  const own = asked.slices ?? slices
  const { table, notes } = build({ services: [one], slices: own, node: node({ zone: 'a' }) }, given)
  return explainService({ service: one, slices: own, table, settings: given, zone: 'a', dataPlane, notes })
}

test('explain: for people', () => {
  assert.equal(
    explanationText(explained()),
    `Service default/web on node n1 (zone a), data plane nftables

cluster 10.96.0.1:80/TCP (http)
  from outside, this node  -> 10.1.0.1:8080  sees this node's address, stays for 10800 s; internalTrafficPolicy Cluster; only pods keep their address
  from a pod               -> 10.1.0.1:8080  sees the client's address, stays for 10800 s; internalTrafficPolicy Cluster; a pod keeps its address

load-balancer 192.0.2.9:80/TCP (http)
  from outside    -> 10.1.0.1:8080  sees the client's address, stays for 10800 s; only from 172.16.0.0/12, others are dropped; externalTrafficPolicy Local
  from a pod      -> 10.1.0.1:8080  sees the client's address, stays for 10800 s; only from 172.16.0.0/12, others are dropped; from a pod; externalTrafficPolicy Local holds for outside clients only
  from this node  dropped           192.0.2.1 is not in loadBalancerSourceRanges

node-port 192.0.2.1:30080/TCP (http)
  from outside    -> 10.1.0.1:8080  sees the client's address, stays for 10800 s; externalTrafficPolicy Local
  from a pod      -> 10.1.0.1:8080  sees the client's address, stays for 10800 s; from a pod; externalTrafficPolicy Local holds for outside clients only
  from this node  -> 10.1.0.1:8080  sees this node's address, stays for 10800 s; from this node; externalTrafficPolicy Local holds for outside clients only

Endpoints
  http/TCP  10.1.0.1:8080  n1, zone a  ready      used
  http/TCP  10.1.0.2:8080  n2, zone b  ready      left out: its hints are for other zones: b
  http/TCP  10.1.0.3:8080  n1          ending     left out: it is terminating, and others are ready
  http/TCP  10.1.0.4:8080  n2          not ready  left out: it is not ready
  http/TCP  10.1.0.5:8080  n3          dead       left out: it is terminating and does not serve any more

Health check port 31000 answers 200: 1 ready endpoint on this node

Notes
  LB_PROXY_RANGE_IGNORED spec.loadBalancerSourceRanges[1]: "nonsense" is no range, so it lets nobody in
    accepted: ranges such as 10.0.0.0/8 or 2001:db8::/32
`,
  )
})

test('explain: as data, in the form that scripts rely on', () => {
  const { destinations, endpoints, ...rest } = explained()
  const json = JSON.parse(
    JSON.stringify({ destination: destinations.at(-1), endpoint: endpoints[1], rest }),
  ) as unknown
  assert.deepEqual(json, {
    destination: {
      kind: 'node-port',
      family: 'IPv4',
      address: '192.0.2.1',
      protocol: 'TCP',
      port: 30080,
      portName: 'http',
      fates: {
        outside: {
          verdict: 'forward',
          endpoints: [{ address: '10.1.0.1', port: 8080, local: true }],
          source: 'kept',
          affinitySeconds: 10800,
          why: 'externalTrafficPolicy Local',
        },
        pod: {
          verdict: 'forward',
          endpoints: [{ address: '10.1.0.1', port: 8080, local: true }],
          source: 'kept',
          affinitySeconds: 10800,
          why: 'from a pod; externalTrafficPolicy Local holds for outside clients only',
        },
        node: {
          verdict: 'forward',
          endpoints: [{ address: '10.1.0.1', port: 8080, local: true }],
          source: 'masqueraded',
          affinitySeconds: 10800,
          why: 'from this node; externalTrafficPolicy Local holds for outside clients only',
        },
      },
    },
    endpoint: {
      portName: 'http',
      protocol: 'TCP',
      family: 'IPv4',
      address: '10.1.0.2',
      port: 8080,
      node: 'n2',
      zone: 'b',
      state: 'ready',
      cluster: false,
      local: false,
      why: 'its hints are for other zones: b',
    },
    rest: {
      service: 'default/web',
      node: 'n1',
      zone: 'a',
      dataPlane: 'nftables',
      healthCheck: { port: 31000, localEndpoints: 1, status: 200 },
      notes: [
        {
          code: 'LB_PROXY_RANGE_IGNORED',
          severity: 'warning',
          path: 'spec.loadBalancerSourceRanges[1]',
          message: '"nonsense" is no range, so it lets nobody in',
          value: 'nonsense',
          accepted: 'ranges such as 10.0.0.0/8 or 2001:db8::/32',
          namespace: 'default',
          name: 'web',
          uid: 'uid-web',
        },
      ],
    },
  })
})

const ignored: readonly (readonly [string, ServiceObject, TableSettings?])[] = [
  ['type ExternalName is a name in DNS', service({ type: 'ExternalName' })],
  ['it is headless: it has no cluster address', service({ clusterIP: 'None' })],
  [
    'the label service.kubernetes.io/service-proxy-name gives it to another proxy',
    service({}, { labels: { 'service.kubernetes.io/service-proxy-name': 'x' } }),
  ],
  [
    'only Services with the label service.kubernetes.io/service-proxy-name: mine are served by this proxy',
    service({}, { labels: { 'service.kubernetes.io/service-proxy-name': 'x' } }),
    settings({ serviceProxyName: 'mine' }),
  ],
  [
    'only Services with the label service.kubernetes.io/service-proxy-name: mine are served by this proxy',
    service(),
    settings({ serviceProxyName: 'mine' }),
  ],
  [
    'only Services of type LoadBalancer are served on this node',
    service(),
    settings({ onlyLoadBalancer: true }),
  ],
]

for (const [why, one, given] of ignored)
  test(`explain: not served: ${why}`, () => {
    const explanation = explained({ service: one, ...(given === undefined ? {} : { settings: given }) })
    assert.deepEqual([explanation.ignored, explanation.destinations], [why, []])
    assert.match(explanationText(explanation), new RegExp(`\n\nNot served: ${why}\n`))
  })

test('explain: what ends here is used by policy Local only, while another node has a ready one', () => {
  const own = [slice([endpoint('10.1.0.1 here ending'), endpoint('10.1.0.2 n2')])]
  const [ending, ready] = explained({ slices: own }).endpoints
  assert.deepEqual([ending?.cluster, ending?.local], [false, true])
  assert.deepEqual([ready?.cluster, ready?.local], [true, false])
  const text = explanationText(explained({ slices: own }))
  assert.match(text, /ending {2}used by policy Local only: it is terminating, and others are ready\n/)
  assert.match(text, /ready {3}used, but not by policy Local\n/)
  assert.match(text, /Health check port 31000 answers 503: 0 ready endpoints on this node\n/)
})

const hint = (name: string) => ({ forNodes: [{ name }] })

test('explain: hints for nodes', () => {
  const own = [slice([endpoint('10.1.0.1 here', hint('n1')), endpoint('10.1.0.2 n2', hint('n2'))])]
  assert.equal(explained({ slices: own }).endpoints[1]?.why, 'its hints are for other nodes: n2')
})

test('explain: no endpoint at all', () => {
  const text = explanationText(explained({ service: service(), slices: [] }))
  assert.match(text, /\n {2}from anywhere {2}refused {2}no usable endpoint on any node\n/)
  assert.match(text, /\nEndpoints: none\n/)
})

test('explain: many endpoints are counted, and IPv6 has its brackets', () => {
  const many = Array.from({ length: 5 }, (_, at) => endpoint(`fd00::${at + 1} n2`))
  const six = service({ clusterIP: 'fd00:96::1' }, { ports: [{ port: 80 }] })
  const own = [slice(many, { addressType: 'IPv6', ports: [{ name: '', port: 8080 }] })]
  const text = explanationText(explained({ service: six, slices: own }))
  assert.match(
    text,
    /cluster \[fd00:96::1\]:80\/TCP\n.*-> \[fd00::1\]:8080, \[fd00::2\]:8080, \[fd00::3\]:8080 and 2 more /,
  )
})

test('explain: in userspace the source is lost, what would be dropped is refused, and SCTP is left alone', () => {
  const own = [slice([endpoint('10.1.0.2 n2')])]
  const { destinations, differences } = explained({ slices: own, dataPlane: 'userspace' })
  const [cluster, , nodePort] = destinations
  assert.equal(cluster?.fates.pod.verdict === 'forward' && cluster.fates.pod.source, 'relay')
  assert.equal(nodePort?.fates.outside.verdict, 'reject')
  assert.match(nodePort?.fates.outside.why ?? '', /other nodes only; a userspace proxy can only refuse$/)
  assert.ok((differences ?? []).length > 3)
  assert.match(
    explanationText(explained({ dataPlane: 'userspace' })),
    /\nThis data plane differs from the kernel\n {2}/,
  )
  const sctp = service({}, { ports: [{ name: 'http', port: 80, protocol: 'SCTP' }] })
  const [only] = explained({ service: sctp, dataPlane: 'userspace' }).destinations
  assert.equal(only?.fates.pod.verdict, 'pass')
})

test('explain: in userspace pods by interface are not told from others', () => {
  const given = settings({ pods: { by: 'interface', prefix: 'veth' } })
  const own = [slice([endpoint('10.1.0.1 here'), endpoint('10.1.0.2 n2')])]
  const local = (dataPlane: 'nftables' | 'userspace') => {
    const fate = explained({ slices: own, settings: given, dataPlane }).destinations[2]?.fates.pod
    return fate?.verdict === 'forward' ? fate.endpoints.length : fate?.verdict
  }
  assert.equal(local('nftables'), 2)
  assert.equal(local('userspace'), 1)
})

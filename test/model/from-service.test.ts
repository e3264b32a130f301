import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { contains, parseCidr } from '../../src/lib/ip.ts'
import type { FromServiceOptions } from '../../src/model/from-service.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import type { ObjectMeta, ServiceObject } from '../../src/model/objects.ts'
import { aws, beta, capable, read, said, service } from './service.ts'

interface Row {
  readonly name: string
  readonly spec?: Readonly<Record<string, unknown>>
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly options?: Partial<FromServiceOptions>
  /** Without an error among them, there is a load balancer. */
  readonly said?: readonly string[]
  readonly hint?: RegExp
  readonly lb?: Partial<LoadBalancer>
}

const port = (fields: object) => ({ ports: [{ port: 80, nodePort: 30080, ...fields }] })
const file = { origin: 'file' } as const
const less = (fields: object) => ({ can: { ...capable, ...fields } })
const ranges = (...texts: string[]) => ({ loadBalancerSourceRanges: texts })
const annotated = (text: string) => ({ annotations: { [`${beta}load-balancer-source-ranges`]: text } })
const rangesPath = `metadata.annotations["${beta}load-balancer-source-ranges"]`
const cidrs = (...texts: string[]) =>
  texts.map(
    (cidr, at) =>
      ({
        cidr,
        family: cidr.includes(':') ? 'IPv6' : 'IPv4',
        path: `spec.loadBalancerSourceRanges[${at}]`,
      }) as const,
  )
const dual = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'PreferDualStack' }

const rows: readonly Row[] = [
  {
    name: 'the plain case',
    lb: {
      owner: { uid: 'u-1', name: 'shop/edge' },
      namespace: 'shop',
      name: 'edge',
      uid: 'u-1',
      created: '2026-01-01T00:00:00Z',
      ports: [{ index: 0, protocol: 'TCP', port: 80, nodePort: 30080, targetPort: 80 }],
      trafficPolicy: 'Cluster',
      families: ['IPv4'],
      familyPolicy: 'SingleStack',
      sourceRanges: [],
      labels: {},
      settings: {},
    },
  },
  {
    name: 'a file that no cluster has seen',
    metadata: { uid: undefined, namespace: undefined, creationTimestamp: undefined },
    options: file,
    spec: port({ nodePort: undefined }),
    lb: { owner: { uid: 'file:default/edge', name: 'default/edge' }, namespace: 'default', created: '' },
  },
  { name: 'type ClusterIP', spec: { type: 'ClusterIP' }, said: ['error LB_NOT_A_LOAD_BALANCER spec.type'] },
  { name: 'no type', spec: { type: undefined }, said: ['error LB_NOT_A_LOAD_BALANCER spec.type'] },
  {
    name: 'no name',
    metadata: { name: undefined },
    options: file,
    said: ['error LB_NAME_MISSING metadata.name'],
  },

  { name: 'no ports', spec: { ports: [] }, said: ['error LB_NO_PORTS spec.ports'] },
  { name: 'ports missing', spec: { ports: undefined }, said: ['error LB_NO_PORTS spec.ports'] },
  {
    name: 'all of a port',
    spec: port({ name: 'web', targetPort: 'http', appProtocol: 'http' }),
    lb: {
      ports: [
        {
          index: 0,
          protocol: 'TCP',
          port: 80,
          nodePort: 30080,
          targetPort: 'http',
          name: 'web',
          appProtocol: 'http',
        },
      ],
    },
  },
  {
    name: 'TCP and UDP on one number',
    spec: {
      ports: [
        { port: 53, protocol: 'TCP', nodePort: 30053 },
        { port: 53, protocol: 'UDP', nodePort: 30053 },
      ],
    },
    said: [],
  },
  {
    name: 'TCP twice on one number',
    spec: {
      ports: [
        { port: 80, nodePort: 30080 },
        { port: 80, nodePort: 30081 },
      ],
    },
    said: ['error LB_PORT_DUPLICATE spec.ports[1]'],
  },
  { name: 'port 0', spec: port({ port: 0 }), said: ['error LB_PORT_RANGE spec.ports[0].port'] },
  { name: 'port 65536', spec: port({ port: 65_536 }), said: ['error LB_PORT_RANGE spec.ports[0].port'] },
  { name: 'port missing', spec: port({ port: undefined }), said: ['error LB_PORT_RANGE spec.ports[0].port'] },
  { name: 'port null', spec: port({ port: null }), said: ['error LB_PORT_RANGE spec.ports[0].port'] },
  {
    name: 'port in quotes',
    spec: port({ port: '80' }),
    said: ['error LB_FIELD_TYPE spec.ports[0].port'],
    hint: /without quotes: 80/,
  },
  {
    name: 'target port 0',
    spec: port({ targetPort: 0 }),
    said: ['error LB_PORT_RANGE spec.ports[0].targetPort'],
  },
  {
    name: 'protocol in lower case',
    spec: port({ protocol: 'tcp' }),
    said: ['error LB_FIELD_VALUE spec.ports[0].protocol'],
    hint: /TCP/,
  },
  { name: 'SCTP where it is carried', spec: port({ protocol: 'SCTP' }), said: [] },
  {
    name: 'SCTP',
    spec: port({ protocol: 'SCTP' }),
    options: less({ sctp: undefined }),
    said: ['error LB_PROTOCOL_UNSUPPORTED spec.ports[0].protocol'],
  },
  {
    name: 'UDP where it is not carried',
    spec: port({ protocol: 'UDP' }),
    options: less({ udp: false }),
    said: ['error LB_PROTOCOL_UNSUPPORTED spec.ports[0].protocol'],
  },
  {
    name: 'mixed protocols where they do not mix',
    spec: {
      ports: [
        { port: 80, nodePort: 30080 },
        { port: 53, protocol: 'UDP', nodePort: 30053 },
      ],
    },
    options: less({ mixedProtocols: false }),
    said: ['error LB_MIXED_PROTOCOLS spec.ports'],
  },
  {
    name: 'live nodePort 0',
    spec: port({ nodePort: 0 }),
    said: ['error LB_NODE_PORT_MISSING spec.ports[0].nodePort'],
  },
  {
    name: 'live nodePort absent',
    spec: port({ nodePort: undefined }),
    said: ['error LB_NODE_PORT_MISSING spec.ports[0].nodePort'],
  },
  {
    name: 'live nodePort null',
    spec: port({ nodePort: null }),
    said: ['error LB_NODE_PORT_MISSING spec.ports[0].nodePort'],
  },
  {
    name: 'allocation off, in a file',
    spec: { ...port({ nodePort: 0 }), allocateLoadBalancerNodePorts: false },
    options: file,
    said: ['error LB_NODE_PORT_MISSING spec.ports[0].nodePort'],
    hint: /allocateLoadBalancerNodePorts to true/,
  },
  { name: 'allocation off, nodePort written', spec: { allocateLoadBalancerNodePorts: false }, said: [] },

  {
    name: 'source ranges, one of them twice',
    spec: ranges('10.1.2.0/24', ' 192.0.2.0/24', '10.1.2.0/24'),
    lb: { sourceRanges: cidrs('10.1.2.0/24', '192.0.2.0/24') },
  },
  {
    name: 'host bits are a note',
    spec: ranges('10.0.0.5/8'),
    said: ['note LB_SOURCE_RANGE_HOST_BITS spec.loadBalancerSourceRanges[0]'],
    lb: { sourceRanges: cidrs('10.0.0.0/8') },
  },
  {
    name: 'one bad range refuses all',
    spec: ranges('10.0.0.0/8', '10.0.0'),
    said: ['error LB_SOURCE_RANGE_INVALID spec.loadBalancerSourceRanges[1]'],
  },
  {
    name: 'an address for a range',
    spec: ranges('192.0.2.7'),
    said: ['error LB_SOURCE_RANGE_INVALID spec.loadBalancerSourceRanges[0]'],
    hint: /192\.0\.2\.7\/32/,
  },
  {
    name: 'a blank range',
    spec: ranges(''),
    said: ['error LB_SOURCE_RANGE_INVALID spec.loadBalancerSourceRanges[0]'],
  },
  {
    name: 'ranges as one text',
    spec: { loadBalancerSourceRanges: '10.0.0.0/8' },
    said: ['error LB_FIELD_TYPE spec.loadBalancerSourceRanges'],
    hint: /as a list: \["10\.0\.0\.0\/8"\]/,
  },
  {
    name: 'ranges by annotation',
    metadata: annotated(' 10.0.0.0/8 , 192.0.2.0/24,'),
    lb: {
      sourceRanges: cidrs('10.0.0.0/8', '192.0.2.0/24').map((range) => ({ ...range, path: rangesPath })),
    },
  },
  {
    name: 'bad range by annotation',
    metadata: annotated('10.0.0.0/8,nonsense'),
    said: [`error LB_SOURCE_RANGE_INVALID ${rangesPath}`],
  },
  {
    name: 'empty annotation is no wish for everywhere',
    metadata: annotated(' '),
    said: [`error LB_SOURCE_RANGE_INVALID ${rangesPath}`],
  },
  {
    name: 'the field outranks a bad annotation',
    spec: ranges('10.0.0.0/8'),
    metadata: annotated('nonsense'),
    lb: { sourceRanges: cidrs('10.0.0.0/8') },
  },
  {
    name: 'an empty field leaves it to the annotation',
    spec: ranges(),
    metadata: annotated('nonsense'),
    said: [`error LB_SOURCE_RANGE_INVALID ${rangesPath}`],
  },
  {
    name: 'IPv6 range on an IPv4 load balancer',
    spec: ranges('10.0.0.0/8', '::/0'),
    said: ['error LB_SOURCE_RANGE_FAMILY spec.loadBalancerSourceRanges[1]'],
    hint: /ipFamilies/,
  },
  {
    name: 'both families on a dual-stack one',
    spec: { ...dual, ...ranges('10.0.0.0/8', '::/0') },
    lb: { sourceRanges: cidrs('10.0.0.0/8', '::/0') },
  },
  {
    name: 'fallen back to IPv4: the IPv6 range waits',
    spec: { ...dual, ...ranges('10.0.0.0/8', '::/0') },
    options: less({ ipv6: false }),
    said: [
      'warning LB_FAMILY_FALLBACK spec.ipFamilies',
      'warning LB_SOURCE_RANGE_UNUSED spec.loadBalancerSourceRanges[1]',
    ],
    lb: { sourceRanges: cidrs('10.0.0.0/8'), families: ['IPv4'] },
  },
  {
    name: 'fallen back to IPv4 with IPv6 ranges only: never everywhere',
    spec: { ...dual, ...ranges('2001:db8::/32') },
    options: less({ ipv6: false }),
    said: [
      'warning LB_FAMILY_FALLBACK spec.ipFamilies',
      'warning LB_SOURCE_RANGE_UNUSED spec.loadBalancerSourceRanges[0]',
      'error LB_SOURCE_RANGE_FAMILY spec.loadBalancerSourceRanges[0]',
    ],
  },
  {
    name: 'ranges where nothing restricts',
    spec: ranges('10.0.0.0/8'),
    options: less({ sourceRanges: false }),
    said: ['error LB_SOURCE_RANGE_UNSUPPORTED spec.loadBalancerSourceRanges[0]'],
  },

  { name: 'IPv6 alone', spec: { ipFamilies: ['IPv6'] }, lb: { families: ['IPv6'] } },
  {
    name: 'order of families is kept',
    spec: { ...dual, ipFamilies: ['IPv6', 'IPv4'] },
    lb: { families: ['IPv6', 'IPv4'] },
  },
  {
    name: 'IPv6 alone where there is none',
    spec: { ipFamilies: ['IPv6'] },
    options: less({ ipv6: false }),
    said: ['error LB_FAMILY_UNSUPPORTED spec.ipFamilies'],
  },
  {
    name: 'two families required, one there',
    spec: { ...dual, ipFamilyPolicy: 'RequireDualStack' },
    options: less({ ipv6: false }),
    said: ['error LB_FAMILY_UNSUPPORTED spec.ipFamilyPolicy'],
  },
  {
    name: 'policy alone, in a file',
    spec: { ipFamilyPolicy: 'RequireDualStack' },
    options: file,
    lb: { families: ['IPv4', 'IPv6'] },
  },
  {
    name: 'unknown family',
    spec: { ipFamilies: ['ipv4'] },
    said: ['error LB_FIELD_VALUE spec.ipFamilies[0]'],
    hint: /IPv4/,
  },

  {
    name: 'Local',
    spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 },
    lb: { trafficPolicy: 'Local', healthCheckNodePort: 31_000 },
  },
  {
    name: 'Local in a file',
    spec: { externalTrafficPolicy: 'Local' },
    options: file,
    lb: { trafficPolicy: 'Local' },
  },
  {
    name: 'Local without its port',
    spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 0 },
    said: ['error LB_HEALTH_PORT_MISSING spec.healthCheckNodePort'],
  },
  {
    name: 'Local with a port out of range',
    spec: { externalTrafficPolicy: 'Local', healthCheckNodePort: 70000 },
    said: ['error LB_PORT_RANGE spec.healthCheckNodePort'],
  },
  {
    name: 'Cluster with a health port',
    spec: { healthCheckNodePort: 31000 },
    said: ['note LB_HEALTH_PORT_UNUSED spec.healthCheckNodePort'],
  },
  {
    name: 'policy misspelt',
    spec: { externalTrafficPolicy: 'local' },
    said: ['error LB_FIELD_VALUE spec.externalTrafficPolicy'],
    hint: /Local/,
  },

  { name: 'affinity', spec: { sessionAffinity: 'ClientIP' }, lb: { affinity: { timeoutSeconds: 10_800 } } },
  { name: 'affinity None', spec: { sessionAffinity: 'None' }, said: [] },
  {
    name: 'affinity with a time-out',
    spec: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
    lb: { affinity: { timeoutSeconds: 60 } },
  },
  {
    name: 'affinity out of range',
    spec: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } },
    said: ['error LB_AFFINITY_TIMEOUT spec.sessionAffinityConfig.clientIP.timeoutSeconds'],
  },
  {
    name: 'affinity where there is none',
    spec: { sessionAffinity: 'ClientIP' },
    options: less({ sessionAffinity: false }),
    said: ['warning LB_AFFINITY_IGNORED spec.sessionAffinity'],
  },

  {
    name: 'loadBalancerIP',
    spec: { loadBalancerIP: '192.0.2.7' },
    lb: { requestedAddress: { value: '192.0.2.7', path: 'spec.loadBalancerIP' } },
  },
  {
    name: 'loadBalancerIP ignored is a warning',
    spec: { loadBalancerIP: '192.0.2.7' },
    options: less({ requestedAddress: false }),
    said: ['warning LB_ADDRESS_IGNORED spec.loadBalancerIP'],
  },
  {
    name: 'loadBalancerIP is no address',
    spec: { loadBalancerIP: '192.0.2' },
    said: ['error LB_ADDRESS_INVALID spec.loadBalancerIP'],
  },
  {
    name: 'externalIPs',
    spec: { externalIPs: ['192.0.2.9'] },
    said: ['note LB_EXTERNAL_IPS spec.externalIPs'],
  },
  {
    name: 'fields that ask nothing of us',
    spec: {
      publishNotReadyAddresses: true,
      internalTrafficPolicy: 'Local',
      trafficDistribution: 'PreferClose',
    },
    said: [],
  },

  {
    name: 'nulls are as good as nothing',
    spec: { loadBalancerIP: null, loadBalancerSourceRanges: null, ipFamilies: null },
    said: [],
  },
  {
    name: 'a misspelt field',
    spec: { loadBalancerSourceRange: ['10.0.0.0/8'] },
    said: ['error LB_FIELD_UNKNOWN spec.loadBalancerSourceRange'],
    hint: /loadBalancerSourceRanges/,
  },
  { name: 'a field of a later Kubernetes', spec: { requiredLoadBalancerFeatures: [] }, said: [] },
  {
    name: 'annotation without quotes',
    metadata: { annotations: { [`${aws}internal`]: true } },
    options: file,
    said: [`error LB_ANNOTATION_NOT_TEXT metadata.annotations["${aws}internal"]`],
    hint: /"true"/,
  },
  {
    name: 'every problem is told at once',
    spec: { ports: [{ port: 0, nodePort: 0 }], loadBalancerSourceRanges: ['x'], externalTrafficPolicy: 'x' },
    metadata: { annotations: { [`${aws}scheme`]: 'x' } },
    said: [
      'error LB_PORT_RANGE spec.ports[0].port',
      'error LB_NODE_PORT_MISSING spec.ports[0].nodePort',
      'error LB_SOURCE_RANGE_INVALID spec.loadBalancerSourceRanges[0]',
      'error LB_FIELD_VALUE spec.externalTrafficPolicy',
      `error LB_ANNOTATION_CHOICE metadata.annotations["${aws}scheme"]`,
    ],
  },
]

for (const row of rows)
  test(`from-service: ${row.name}`, () => {
    const result = read(service(row.spec, row.metadata), row.options)
    assert.deepEqual(said(result), row.said ?? [])
    assert.equal(
      result.lb === undefined,
      result.problems.some(({ severity }) => severity === 'error'),
    )
    for (const [field, value] of Object.entries(row.lb ?? {}))
      assert.deepEqual(result.lb?.[field as keyof LoadBalancer], value, field)
    if (row.hint !== undefined) assert.match(result.problems.map(({ hint }) => hint).join('\n'), row.hint)
  })

const anything = fc.anything({
  maxDepth: 3,
  values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
})
const fields = ['ports', 'type', 'ipFamilies', 'ipFamilyPolicy', 'loadBalancerSourceRanges', 'loadBalancerIP', 'sessionAffinity', 'sessionAffinityConfig', 'externalIPs', 'healthCheckNodePort', 'externalTrafficPolicy'] // prettier-ignore

test('from-service: never throws, whatever a file holds', () => {
  const specs = fc.dictionary(
    fc.constantFrom(...fields),
    fc.oneof(anything, fc.array(anything, { maxLength: 3 })),
  )
  fc.assert(
    fc.property(specs, anything, anything, (spec, annotations, ports) => {
      const given = service({ ...spec, ports: [ports] }, { annotations } as unknown as Partial<ObjectMeta>)
      const result = read(given, file)
      assert.equal(
        result.lb === undefined,
        result.problems.some(({ severity }) => severity === 'error'),
      )
      read({ metadata: annotations, spec: ports } as unknown as ServiceObject, file)
    }),
    { numRuns: 400 },
  )
})

test('from-service: who may connect lies inside what was written, and is never everywhere by accident', () => {
  const item = fc.oneof(
    fc.tuple(fc.ipV4(), fc.nat(33)).map(([ip, bits]) => `${ip}/${bits}`),
    fc.tuple(fc.ipV6(), fc.nat(128)).map(([ip, bits]) => `${ip}/${bits}`),
    fc.constantFrom('', 'all', '10.0.0.0', '10.0.0.0/8 '),
  )
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 4 }), fc.boolean(), (items, ipv6) => {
      const { lb } = read(service({ ...dual, ...ranges(...items) }), less({ ipv6 }))
      if (lb === undefined) return
      assert.notEqual(lb.sourceRanges.length, 0)
      const written = items
        .map((text) => parseCidr(text.trim()))
        .flatMap((one) => (one.ok ? [one.value] : []))
      for (const { cidr } of lb.sourceRanges) {
        const range = parseCidr(cidr)
        assert.ok(range.ok && written.some((one) => contains(one, range.value)))
      }
    }),
    { numRuns: 500 },
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  causesBetween,
  hashOf,
  inputOf,
  readAccepted,
  serviceAt,
  writeAccepted,
  type Input,
} from '../../src/controller/accepted.ts'
import { problemText, readyCondition } from '../../src/controller/conditions.ts'
import type { Decision } from '../../src/controller/decide.ts'
import { stillServing, unite, withForgotten } from '../../src/controller/desired.ts'
import { NodeSet } from '../../src/controller/node-set.ts'
import type { Progress } from '../../src/controller/progress.ts'
import { VirtualClock } from '../../src/lib/clock.ts'
import { acceptedAnnotation } from '../../src/model/claim.ts'
import type { NodeObject, ServiceObject } from '../../src/model/objects.ts'
import { ref, refOf } from '../../src/plan/resource.ts'
import { kindOf, wish } from '../plan/view.ts'

const service = (spec: ServiceObject['spec'], annotations: Record<string, string> = {}): ServiceObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', annotations },
  spec: { type: 'LoadBalancer', ...spec },
})
const port = (n: number, nodePort = 30_000 + n) => ({ port: n, protocol: 'TCP' as const, nodePort })
const input = (spec: Input['spec'], annotations: Input['annotations'] = {}): Input => ({ spec, annotations })

test('accepted: what decides is remembered, what does not is not', () => {
  const { spec, annotations } = inputOf(
    service(
      { ports: [port(80)], selector: { app: 'web' }, clusterIP: '10.0.0.1' },
      {
        [acceptedAnnotation]: '{}',
        'lb-controller.io/group': 'g',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'service.beta.kubernetes.io/load-balancer-source-ranges': '10.0.0.0/8',
      },
    ),
    {},
  )
  assert.deepEqual(Object.keys(spec), ['ports'])
  assert.deepEqual(Object.keys(annotations), [
    'lb-controller.io/group',
    'service.beta.kubernetes.io/load-balancer-source-ranges',
  ])
})

test('accepted: written and read back; what is no JSON of ours is as good as lost', () => {
  const accepted = { version: 1, input: input({ ports: [] }), hash: 'h' } as const
  const holding = (text: string) => readAccepted(service({}, { [acceptedAnnotation]: text }))
  assert.deepEqual(holding(writeAccepted(accepted)), accepted)
  assert.deepEqual(holding('nonsense'), { version: 1 })
  assert.deepEqual(holding('{"version":2}'), { version: 1 })
  assert.equal(readAccepted(service({})), undefined)
})

test('accepted: a port that is gone, or has another node port, is not kept', () => {
  const live = service({ ports: [port(80), port(81, 31_000)], healthCheckNodePort: 32_000 }, { a: 'live' })
  const at = serviceAt(live, input({ ports: [port(80), port(81), port(82)] as never }, { a: 'then' }))
  assert.deepEqual(at.spec?.ports, [port(80)])
  assert.deepEqual(at.metadata.annotations, { a: 'then' })
  assert.equal(at.spec?.healthCheckNodePort, 32_000)
})

test('accepted: TCP and UDP of one number are two ports', () => {
  const udp = { ...port(53), protocol: 'UDP' as const }
  const at = serviceAt(service({ ports: [udp] }), input({ ports: [port(53), udp] as never }))
  assert.deepEqual(at.spec?.ports, [udp])
})

const causes: readonly {
  readonly name: string
  readonly before: Input
  readonly after: Input
  readonly is: readonly string[]
}[] = [
  {
    name: 'narrowing from everywhere',
    before: input({}),
    after: input({ loadBalancerSourceRanges: ['10.0.0.0/8'] }),
    is: ['spec.loadBalancerSourceRanges[0]: 0.0.0.0/0 -> 10.0.0.0/8'],
  },
  {
    name: 'what is the default is no change',
    before: input({}),
    after: input({ loadBalancerSourceRanges: ['0.0.0.0/0'] }),
    is: [],
  },
  {
    name: 'a second range',
    before: input({ loadBalancerSourceRanges: ['10.0.0.0/8'] }),
    after: input({ loadBalancerSourceRanges: ['10.0.0.0/8', '192.0.2.0/24'] }),
    is: ['spec.loadBalancerSourceRanges[1]: - -> 192.0.2.0/24'],
  },
  {
    name: 'a port',
    before: input({ ports: [port(80)] as never }),
    after: input({ ports: [port(81)] as never }),
    is: ['spec.ports[0].port: 80 -> 81', 'spec.ports[0].nodePort: 30080 -> 30081'],
  },
  {
    name: 'an annotation taken away',
    before: input({}, { 'example.com/x': 'a' }),
    after: input({}),
    is: ['metadata.annotations["example.com/x"]: a -> -'],
  },
  {
    name: 'another Service',
    before: { ...input({}), others: { next: { ports: [{ port: 80, nodePort: 30_090 }] } } },
    after: { ...input({}), others: { next: { ports: [{ port: 80, nodePort: 30_091 }] } } },
    is: ['Service next: spec.ports[0].nodePort: 30090 -> 30091'],
  },
]

for (const row of causes)
  test(`causes: ${row.name}`, () =>
    assert.deepEqual(
      causesBetween(row.before, row.after).map(
        (one) => `${one.path}: ${one.before ?? '-'} -> ${one.after ?? '-'}`,
      ),
      row.is,
    ))

const kinds = { thing: kindOf('thing', { servesTraffic: true }), quiet: kindOf('quiet') }
const foreign = { kind: 'quiet', body: 'foreign', parts: { p: { spec: {}, owners: [] } } } as const

test('hash: of what objects are asked to be, in any order, without targets and what is not ours', () => {
  const x = wish('x', { spec: { Size: 1 } })
  const same = [wish('g', foreign), { ...x, parts: { t: { spec: {}, owners: [] } } }, wish('y')]
  assert.equal(hashOf([x, wish('y')], kinds), hashOf(same, kinds))
  assert.notEqual(hashOf([x], kinds), hashOf([wish('x', { spec: { Size: 2 } })], kinds))
  assert.notEqual(hashOf([x], kinds), hashOf([x, wish('y')], kinds))
})

test('a move keeps what serves, what that points at, what lives in it, and its parts of shared objects', () => {
  const old = wish('old', { spec: { To: ref(refOf(wish('to', { kind: 'quiet' })), 'arn') } })
  const before = [
    old,
    wish('to', { kind: 'quiet' }),
    wish('inner', { kind: 'quiet', within: refOf(old) }),
    wish('unrelated', { kind: 'quiet' }),
    wish('g', foreign),
  ]
  const kept = stillServing(before, [wish('new')], kinds)
  assert.deepEqual(kept.map(({ key }) => key).toSorted(), ['g', 'inner', 'old', 'to'])
  assert.deepEqual(stillServing(before, [old, wish('new')], kinds), [], 'nothing that serves is replaced')
  const now = wish('g', { ...foreign, parts: { q: { spec: {}, owners: [] } } })
  const [united] = unite([now], [wish('g', foreign)])
  assert.deepEqual(Object.keys(united?.parts ?? {}).toSorted(), ['p', 'q'])
})

test('what the accepted input named and the live one does not is forgotten', () => {
  const [one] = withForgotten(
    [wish('x', { spec: { A: { b: 1 } } })],
    [wish('x', { spec: { A: { b: 1, c: 2 }, D: 3 } })],
  )
  assert.deepEqual(one?.forgotten, ['A.c', 'D'])
  const same = wish('x')
  assert.equal(withForgotten([same], [wish('x')])[0], same)
})

const decision = (more: Partial<Decision> = {}): Decision => ({
  resources: [],
  without: () => [],
  joins: [],
  released: [],
  live: [],
  before: [],
  moving: false,
  leave: false,
  confined: true,
  state: 'settled',
  problems: [],
  valid: true,
  input: input({}),
  served: input({}),
  hash: '',
  causes: [],
  accepted: undefined,
  lacking: false,
  awaits: [],
  between: false,
  sendsToPods: false,
  ...more,
})
const progress = (more: Partial<Progress> = {}): Progress => ({
  converged: true,
  open: [],
  steps: [],
  problems: [],
  ...more,
})
const error = {
  code: 'LB_X',
  severity: 'error',
  path: 'spec.ports[0]',
  message: 'no',
  value: '1',
  accepted: '2',
  hint: 'try 2',
} as const

const conditions = [
  { name: 'all in place', is: /^True Synced everything that was asked for is in place$/ },
  {
    name: 'a warning',
    decision: { problems: [{ ...error, severity: 'warning' }] },
    is: /^True Synced .*not honoured: LB_X/,
  },
  {
    name: 'an invalid edit',
    decision: {
      problems: [error],
      valid: false,
      accepted: { version: 1, input: input({}), hash: '1' },
    },
    is: /^False LB_X LB_X at spec\.ports\[0\]: no \(value "1"; accepted: 2\)\. Hint: try 2.*what was accepted before keeps serving/,
  },
  {
    name: 'invalid from the start: nothing serves',
    decision: { problems: [error], valid: false },
    is: /^False LB_X .*try 2$/,
  },
  { name: 'a refused part', progress: { problems: [error] }, is: /^False LB_X .*try 2$/ },
  {
    name: 'under way',
    progress: { converged: false },
    is: /^False Progressing the load balancer is being brought in line$/,
  },
  { name: 'moving', serves: false, is: /^False Moving waiting: the new load balancer does not serve yet/ },
  {
    name: 'grace',
    decision: { staysUntil: '2026-01-01T00:10:00Z' },
    is: /^True Synced .*; what it replaced stays until 2026-01-01T00:10:00Z$/,
  },
] as const

for (const row of conditions)
  test(`condition: ${row.name}`, () => {
    const more = { decision: {}, progress: {}, serves: true, ...row }
    const { status, reason, message } = readyCondition(decision(more.decision), progress(more.progress), {
      serves: more.serves,
    })
    assert.match(`${status} ${reason} ${message}`, row.is)
  })

test('condition: a problem without details is one sentence', () =>
  assert.equal(
    problemText({ code: 'LB_X', severity: 'error', path: 'spec', message: 'no' }),
    'LB_X at spec: no',
  ))

const node = (name: string): NodeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: { providerID: `aws:///us-east-1a/i-${name}` },
  status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] },
})

test('node set: the first event counts at once, those within a second together, and no change is none', async () => {
  const clock = new VirtualClock()
  const nodes: NodeObject[] = []
  const heard: string[] = []
  const set = new NodeSet(
    () => nodes,
    clock,
    ({ joined, left }) => heard.push(`+${joined} -${left}`),
  )
  nodes.push(node('a'))
  set.touched()
  assert.deepEqual(heard, ['+1 -0'])
  const before = set.nodes
  for (const name of ['b', 'c']) {
    nodes.push(node(name))
    set.touched()
  }
  assert.equal(heard.length, 1)
  assert.equal(set.nodes, before, 'the same array until it changes')
  await clock.advance(1_000)
  assert.deepEqual(heard, ['+1 -0', '+2 -0'])
  await clock.advance(5_000)
  set.touched()
  assert.equal(heard.length, 2)
  nodes.shift()
  await clock.advance(5_000)
  set.touched()
  assert.equal(heard.at(-1), '+0 -1')
  nodes.shift()
  set.touched()
  set.stop()
  await clock.advance(5_000)
  assert.equal(heard.length, 3)
})

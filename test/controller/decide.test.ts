import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeAccepted, type Input } from '../../src/controller/accepted.ts'
import { decide, type Decision } from '../../src/controller/decide.ts'
import type { DecideParts } from '../../src/controller/wish-of.ts'
import { VirtualClock } from '../../src/lib/clock.ts'
import { acceptedAnnotation } from '../../src/model/claim.ts'
import type { ServiceObject } from '../../src/model/objects.ts'
import type { Observed } from '../../src/plan/resource.ts'
import { ToyCloud } from '../toy/cloud.ts'
import { toyProvider } from '../toy/provider.ts'

const clock = new VirtualClock(0)
const ports = [{ name: 'web', port: 80, protocol: 'TCP', nodePort: 30_080 }]
const ranges = (...list: string[]): Input => ({
  spec: { ports, loadBalancerSourceRanges: list },
  annotations: {},
})
const wide = ranges('0.0.0.0/0')
const narrow = ranges('10.0.0.0/8')
const invalid = ['2001:db8::/32']

const balancer: Observed = {
  stack: 'u',
  kind: 'balancer',
  key: 'tcp',
  id: 'toy-1',
  spec: { Name: 'web-tcp' },
  parts: {},
  owners: [{ uid: 'u', name: 'shop/web' }],
  out: {},
  state: 'ready',
  serving: true,
  depth: 'read',
  asOf: 0,
}

interface Row {
  readonly name: string
  readonly live: readonly string[]
  readonly accepted?: Input
  readonly begun?: Input
  readonly observed?: readonly Observed[]
  readonly listed?: boolean
  readonly state: Decision['state']
  /** Ranges of the rules that should exist. */
  readonly from: readonly string[]
  readonly served?: Input
}

const rows: readonly Row[] = [
  {
    name: 'a valid input decides',
    live: ['10.0.0.0/8'],
    accepted: wide,
    state: 'settled',
    from: ['10.0.0.0/8'],
    served: narrow,
  },
  {
    name: 'an invalid one: the accepted input serves',
    live: invalid,
    accepted: wide,
    state: 'settled',
    from: ['0.0.0.0/0'],
    served: wide,
  },
  {
    name: 'an invalid one after an edit that was begun: that edit goes on, and nothing opens again',
    live: invalid,
    accepted: wide,
    begun: narrow,
    state: 'settled',
    from: ['10.0.0.0/8'],
    served: narrow,
  },
  {
    name: 'never applied and nothing there: no wish, and nobody is held up',
    live: invalid,
    state: 'settled',
    from: [],
  },
  {
    name: 'the same before it is known what is there: nobody may judge it',
    live: invalid,
    listed: false,
    state: 'frozen',
    from: [],
  },
  {
    name: 'the memory is lost and something is there: it stays',
    live: invalid,
    observed: [balancer],
    state: 'frozen',
    from: [],
  },
]

for (const row of rows) {
  test(`decide: ${row.name}`, async () => {
    const provider = toyProvider(new ToyCloud(clock), clock)
    const remembered =
      row.accepted === undefined
        ? {}
        : { [acceptedAnnotation]: writeAccepted({ version: 1, input: row.accepted }) }
    const service: ServiceObject = {
      metadata: { name: 'web', namespace: 'shop', uid: 'u', annotations: remembered },
      spec: { type: 'LoadBalancer', ports, loadBalancerSourceRanges: row.live },
    }
    const parts: DecideParts = {
      provider,
      cluster: { uid: 'c', name: 'demo' },
      nodes: [],
      endpoints: () => undefined,
      service: () => undefined,
      serviceNames: () => [],
      facts: () => Promise.resolve(new Map()),
      observed: () => row.observed ?? [],
      begun: row.begun,
      listed: row.listed ?? true,
      now: 0,
    }
    const decision = await decide(parts, service)
    const rules = decision.resources
      .filter((resource) => resource.kind === 'fence')
      .flatMap((fence) => Object.values(fence.parts ?? {}))
    assert.equal(decision.state, row.state)
    assert.deepEqual(
      rules.map((rule) => rule.spec['From']),
      row.from,
    )
    if (row.served !== undefined) assert.deepEqual(decision.served, row.served)
    if (row.observed !== undefined)
      assert.deepEqual(
        decision.resources.map((resource) => resource.key),
        ['tcp'],
      )
  })
}

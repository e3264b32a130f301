import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plan } from '../../src/plan/plan.ts'
import { ref, refOf, type Resource } from '../../src/plan/resource.ts'
import { graphOf, indexPlan } from '../../src/report/graph.ts'
import type { CloudReport, ServiceReport } from '../../src/report/report.ts'
import { graphText } from '../../src/report/svg.ts'

const owner = { uid: 'u1', name: 'shop/edge' }
const object = (kind: string, key: string, more: Partial<Resource> = {}): Resource => ({
  stack: 's',
  kind,
  key,
  spec: {},
  owners: [owner],
  ...more,
})

interface Row {
  readonly name: string
  readonly resources: readonly Resource[]
  readonly ways: readonly string[]
}

const lb = object('load-balancer', 'x')
const pool = object('pool', '80')
const group = object('instance-group', 'a')

/** Clouds let one object name another in both directions; a picture shows the way of a connection. */
const rows: readonly Row[] = [
  {
    name: 'AWS: listeners name the balancer before them and the group behind them',
    resources: [
      lb,
      object('target-group', '80'),
      object('listener', '80', {
        spec: { Lb: ref(lb, 'arn'), Actions: [{ To: ref(object('target-group', '80'), 'arn') }] },
      }),
    ],
    ways: [
      'clients → load balancer x',
      'load balancer x → listener 80',
      'listener 80 → target group 80',
      'target group 80 → nodes',
    ],
  },
  {
    name: 'GCP: from the rule to the service to the groups; checks and firewalls beside the way',
    resources: [
      object('forwarding-rule', '80', { spec: { service: ref(object('backend-service', 'b'), 'link') } }),
      object('backend-service', 'b', {
        spec: { checks: [ref(object('health-check', 'h'), 'link')], groups: [ref(group, 'link')] },
      }),
      object('health-check', 'h'),
      object('firewall', 'f'),
      group,
    ],
    ways: [
      'clients → forwarding rule 80',
      'forwarding rule 80 → backend service b',
      'backend service b → health check h (no traffic), instance group a',
      'instance group a → nodes',
      'firewall f → nodes (no traffic)',
    ],
  },
  {
    name: 'OpenStack: everything within the balancer; a floating IP comes before it',
    resources: [
      lb,
      object('listener', '80', { within: refOf(lb) }),
      object('pool', '80', { within: refOf(lb), needs: [refOf(object('listener', '80'))] }),
      object('health-monitor', '80', { spec: { pool: ref(pool, 'id') } }),
      object('floating-ip', 'x', { spec: { port: ref(lb, 'port') } }),
    ],
    ways: [
      'clients → floating ip x',
      'floating ip x → load balancer x',
      'load balancer x → listener 80',
      'listener 80 → pool 80',
      'pool 80 → health monitor 80 (no traffic), nodes',
    ],
  },
  {
    name: 'one object alone',
    resources: [lb],
    ways: ['clients → load balancer x', 'load balancer x → nodes'],
  },
  { name: 'nothing at all', resources: [], ways: [] },
]

const plan: Plan = { provider: 'toy', steps: [], problems: [] }
const report = (resources: readonly Resource[]): ServiceReport => ({
  owner,
  outcome: 'planned',
  problems: [],
  resources,
})
const cloud = (services: readonly ServiceReport[]): CloudReport => ({
  provider: 'toy',
  live: true,
  services,
  plan,
  problems: [],
})

for (const { name, resources, ways } of rows)
  test(name, () => {
    const service = report(resources)
    assert.deepEqual(graphText(graphOf(service, indexPlan(cloud([service])))), ways)
  })

test('what two Services contribute to is marked as shared, what needs no change as there', () => {
  const one = report([lb, pool])
  const other = report([lb])
  const { nodes } = graphOf(one, indexPlan({ ...cloud([one, other]), nodes: 3 }))
  assert.deepEqual(
    nodes.map(({ title, shared, state, lines }) => [title, shared, state, lines.at(-1)]),
    [
      ['clients', false, 'actor', 'clients'],
      ['load balancer x', true, 'there', 'x'],
      ['pool 80', false, 'there', '80'],
      ['nodes', false, 'actor', '3 nodes'],
    ],
  )
})

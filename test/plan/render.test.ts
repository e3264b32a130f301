import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { note } from '../../src/model/problem.ts'
import type { Place, PlacedProblem } from '../../src/plan/place.ts'
import type { Plan, Step } from '../../src/plan/plan.ts'
import { renderPlan, type RenderOptions } from '../../src/plan/render.ts'
import { summaryOf } from '../../src/plan/sections.ts'
import { ref, refKey, unknown, type Owner, type PartChange } from '../../src/plan/resource.ts'

const edge: Owner = { uid: 'u1', name: 'shop/edge' }
const api: Owner = { uid: 'u2', name: 'shop/api' }

const step = (more: Partial<Step> & Pick<Step, 'action' | 'kind' | 'key'>): Step => ({
  id: `${more.action} ${more.kind} ${more.key}`,
  stack: 's',
  why: 'a sentence',
  needs: [],
  owners: [edge],
  ...more,
})

const target = (at: number, action: PartChange['action'] = 'add'): PartChange => ({
  key: `target i-${at}`,
  action,
  ...(action === 'remove' ? { before: {} } : { after: { Port: 30080 } }),
  owners: [edge],
})
const targets = (count: number): readonly PartChange[] =>
  Array.from({ length: count }, (_, at) => target(at + 1))

const plan = (steps: readonly Step[], problems: Plan['problems'] = []): Plan => ({
  provider: 'aws',
  steps,
  problems,
})

const placed = (code: string, at: Omit<Place, 'object'> | undefined): PlacedProblem => ({
  problem: note(code, 'spec.x', 'a sentence'),
  ...(at === undefined
    ? {}
    : { place: { object: refKey({ stack: 's', kind: 'pool', key: '80/TCP' }), ...at } }),
})

interface Row {
  readonly name: string
  readonly plan: Plan
  readonly options?: RenderOptions
}

/** Each row's text is in golden/render.txt. */
const rows: readonly Row[] = [
  { name: 'nothing to do', plan: plan([]) },
  {
    name: 'a Service without a step, with a note and a problem',
    plan: plan([]),
    options: {
      about: [
        {
          owner: edge,
          note: 'not planned: 1 error',
          problems: [
            {
              problem: {
                code: 'LB_NO_PORTS',
                severity: 'error',
                path: 'spec.ports',
                message: 'there are no ports',
                hint: 'add one',
              },
              source: 'edge.yaml:5:3',
            },
          ],
        },
      ],
    },
  },
  {
    name: 'problems stand under the field, part, object or Service that they belong to',
    plan: plan([
      step({
        action: 'create',
        kind: 'pool',
        key: '80/TCP',
        after: { Port: 80, Check: { Path: '/a', Port: 81 } },
        parts: targets(2),
      }),
    ]),
    options: {
      about: [
        {
          owner: edge,
          problems: [
            placed('LB_FIELD', { field: 'Check' }),
            placed('LB_PART', { part: 'target i-2' }),
            placed('LB_OBJECT', {}),
            placed('LB_FIELD_NOT_SHOWN', { field: 'Absent' }),
            placed('LB_ELSEWHERE', undefined),
            {
              problem: note('LB_UNCHANGED', 'spec', 'of an object without a step'),
              place: { object: 'x', field: 'y' },
            },
          ],
        },
      ],
    },
  },
  {
    name: 'every action, each with its mark',
    plan: plan([
      step({
        action: 'create',
        kind: 'target-group',
        key: '80/TCP',
        after: { Port: 80, Matcher: { HttpCode: '200' } },
      }),
      step({
        action: 'update',
        kind: 'listener',
        key: '80/TCP',
        why: 'spec.ports[0].port: 80 -> 81',
        fields: [
          { path: 'Port', before: 80, after: 81, origin: 'spec.ports[0].port' },
          { path: 'SslPolicy', before: 'TLS13', after: null },
          { path: 'AlpnPolicy', after: 'None' },
        ],
      }),
      step({
        action: 'repair',
        kind: 'load-balancer',
        key: 'internal',
        why: 'the cloud reports that it failed',
      }),
      step({ action: 'delete', kind: 'target-group', key: '79/TCP', before: { Port: 79 } }),
    ]),
  },
  {
    name: 'values: refs by name, unknowns by reason, lists, nested lists, empty texts',
    plan: plan([
      step({
        action: 'create',
        kind: 'listener',
        key: '443/TCP',
        after: {
          LoadBalancer: ref({ stack: 's', kind: 'load-balancer', key: 'internal' }, 'arn'),
          Port: unknown('the API server allocates it'),
          Subnets: ['subnet-1', 'subnet-2'],
          Groups: [],
          Actions: [
            { Type: 'forward', To: ref({ stack: 's', kind: 'target-group', key: '443/TCP' }, 'arn') },
          ],
          Path: '',
          Attributes: {},
          Enabled: false,
        },
      }),
    ]),
  },
  {
    name: 'many parts: three and the number of the others',
    plan: plan([step({ action: 'update', kind: 'target-group', key: '80/TCP', parts: targets(100) })]),
  },
  {
    name: 'four parts: all, since "and 1 more" would be as long',
    plan: plan([step({ action: 'update', kind: 'target-group', key: '80/TCP', parts: targets(4) })]),
  },
  {
    name: 'parts that come and go',
    plan: plan([
      step({
        action: 'update',
        kind: 'target-group',
        key: '80/TCP',
        parts: [target(1), target(2, 'change'), target(3, 'remove')],
      }),
    ]),
  },
  {
    name: 'waiting, and an outage',
    plan: plan([
      step({
        action: 'delete',
        kind: 'load-balancer',
        key: 'internal',
        hold: { for: 'the status has not switched yet', recheckMs: 30_000 },
        outage: 'the address cannot stand twice',
      }),
    ]),
  },
  {
    name: 'Services in the order given, others by name, shared objects last with whose part each is',
    plan: plan([
      step({
        action: 'update',
        kind: 'security-group',
        key: 'sg-1',
        owners: [api, edge],
        parts: [
          { key: 'tcp/80', action: 'add', after: { From: 80 }, owners: [api] },
          { key: 'tcp/81', action: 'add', after: { From: unknown('it is allocated') }, owners: [api, edge] },
        ],
      }),
      step({ action: 'create', kind: 'load-balancer', key: 'internal', owners: [api], after: {} }),
      step({ action: 'create', kind: 'load-balancer', key: 'internal', owners: [edge], after: {} }),
      step({
        action: 'create',
        kind: 'load-balancer',
        key: 'x',
        owners: [{ uid: 'u0', name: 'a/z' }],
        after: {},
      }),
    ]),
    options: { about: [{ owner: edge }] },
  },
  {
    name: 'what all new objects carry is said once',
    plan: plan([
      step({
        action: 'create',
        kind: 'a',
        key: '1',
        after: { Protocol: 'TCP', Tags: { owner: 'x', key: '1' } },
      }),
      step({
        action: 'create',
        kind: 'b',
        key: '2',
        after: { Protocol: 'TCP', Tags: { owner: 'x', key: '2' } },
      }),
    ]),
  },
  {
    name: 'in brief',
    plan: plan([step({ action: 'create', kind: 'target-group', key: '80/TCP', after: { Port: 80 } })]),
    options: { brief: true, ending: '1 Service not planned' },
  },
]

test('renderPlan', () => {
  const text = rows.map(({ name, plan, options }) => `=== ${name}\n${renderPlan(plan, options)}`).join('\n')
  const golden = fileURLToPath(new URL('golden/render.txt', import.meta.url))
  if (process.env['UPDATE'] === '1') writeFileSync(golden, text)
  assert.equal(text, readFileSync(golden, 'utf8'), 'UPDATE=1 rewrites it')
})

test('renderPlan colours by what a thing is, and only when asked', () => {
  const { plan: all } = rows[3] ?? { plan: plan([]) }
  const text = renderPlan(all, { paint: (style, said) => `<${style}>${said}</${style}>` })
  for (const expected of [
    '<create>+ target group 80/TCP</create>',
    '<update>~ listener 80/TCP</update>',
    '<repair>± load balancer internal</repair>',
    '<delete>- target group 79/TCP</delete>',
  ])
    assert.ok(text.includes(expected), expected)
})

test('summaryOf counts by action, and what waits', () => {
  const waiting = step({ action: 'create', kind: 'a', key: '1', hold: { for: 'x', recheckMs: 1 } })
  const gone = step({ action: 'delete', kind: 'a', key: '2' })
  assert.equal(summaryOf(plan([waiting, gone])), 'aws: 1 to create, 1 to delete, 1 waiting')
})

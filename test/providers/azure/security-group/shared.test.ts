import assert from 'node:assert/strict'
import { test } from 'node:test'
import { observedGroup, securityGroupForm } from '../../../../providers/azure/kinds/security-group.ts'
import { fieldsOf, rulesOf } from '../../../../providers/azure/security-group/rule.ts'
import { type JsonObject, stableText } from '../../../../src/lib/json.ts'
import { mergeStack } from '../../../../src/plan/merge.ts'
import { planStack } from '../../../../src/plan/stack-plan.ts'
import type { Observed, Owner, Part, Resource } from '../../../../src/plan/resource.ts'
import type { OwnerState } from '../../../../src/plan/view.ts'
import { viewOf } from '../../../plan/view.ts'
import { type Case, contribution, decide, type Decided, kinds } from './group.ts'

const ranges = { loadBalancerSourceRanges: ['10.0.0.0/8'] }
const denyRest = { 'deny-all-except-load-balancer-source-ranges': 'true' }

const a = decide({ name: 'a', annotations: denyRest, spec: ranges })
const b = decide({ name: 'b', annotations: denyRest, spec: ranges, ports: [['TCP', 443]] })
const c = decide({ name: 'c', spec: ranges, frontends: ['203.0.113.30'] })

const empty = { name: 'nsg', id: '/nsg', properties: { securityRules: [] } }

/** The group after everything that is planned for these Services was carried out. */
function applied(
  members: readonly Decided[],
  before: Observed | undefined = observedGroup(empty, () => []),
  states: Record<string, OwnerState> = {},
): Observed {
  assert.ok(before !== undefined)
  const { resources } = mergeStack(
    members.map((one) => contribution(one)),
    kinds,
    () => before,
  )
  const view = { ...viewOf({ desired: resources, observed: [before], states }), kinds, stack: before.stack }
  const parts: Record<string, Part> = { ...before.parts }
  for (const { parts: changes = [] } of planStack(view).steps)
    for (const { key, action, after, owners } of changes)
      if (action === 'remove') delete parts[key]
      else if (after !== undefined) parts[key] = { spec: after, owners }
  return { ...before, parts }
}

const bodyOf = ({ parts = {} }: Observed): JsonObject => ({
  name: 'nsg',
  id: '/nsg',
  properties: { securityRules: rulesOf(parts) },
})

const brief = (group: Observed): readonly string[] =>
  rulesOf(group.parts ?? {})
    .map(fieldsOf)
    .map(
      (rule) =>
        `${Number(rule['priority'])} ${stableText(rule['destinationAddressPrefix'] ?? rule['destinationAddressPrefixes'])} ${stableText(rule['destinationPortRanges'] ?? '*')}`,
    )

test('Services with equal rules share one, each with its address', () => {
  assert.deepEqual(brief(applied([a, c])), [
    '500 ["203.0.113.10","203.0.113.30"] ["80"]',
    '4095 "203.0.113.10" "*"',
  ])
})

const groupText = (members: readonly Decided[]): string => stableText(rulesOf(applied(members).parts ?? {}))

test('the order in which Services come does not matter', () => {
  const orders = [
    [a, b, c],
    [c, b, a],
    [b, a, c],
  ]
  assert.equal(new Set(orders.map(groupText)).size, 1)
})

test('who leaves takes only what nobody else on its address needs, and deny-all stays', () => {
  const before = applied([a, b])
  const left = applied([b], before, { [a.lb.owner.uid]: 'leaving' })
  assert.deepEqual(brief(left), ['501 "203.0.113.10" ["443"]', '4095 "203.0.113.10" "*"'])
})

test('a Service that is not decided yet keeps its rules', () => {
  const before = applied([a, b])
  const after = applied([b], before, { [a.lb.owner.uid]: 'pending' })
  assert.deepEqual(brief(after), brief(before))
})

test('narrower ranges take the wider rule away', () => {
  const narrow = decide({ name: 'a', spec: { loadBalancerSourceRanges: ['10.1.0.0/16'] } })
  assert.deepEqual(
    rulesOf(applied([narrow], applied([a])).parts ?? {})
      .map(fieldsOf)
      .map((rule) => rule['sourceAddressPrefix']),
    ['10.1.0.0/16'],
  )
})

const foreign = (name: string, priority: number): JsonObject => ({
  name,
  properties: {
    priority,
    protocol: 'Tcp',
    access: 'Allow',
    direction: 'Inbound',
    destinationAddressPrefix: '*',
    description: 'by hand',
  },
})

test('rules of others stay as they are, and their priorities are kept clear of', () => {
  const rules = [foreign('mine', 500), foreign('k8s-azure-lb_allow_IPv4_early', 499), foreign('back', 4095)]
  const before = observedGroup({ ...empty, properties: { securityRules: rules } }, () => [])
  const after = applied([a], before)
  assert.deepEqual(
    rulesOf(after.parts ?? {})
      .map(fieldsOf)
      .map((rule) => [rule['priority'], rule['description'] ?? 'ours']),
    [
      [499, 'by hand'],
      [500, 'by hand'],
      [501, 'ours'],
      [4094, 'ours'],
      [4095, 'by hand'],
    ],
  )
})

test('what was written reads back as what is wanted, with owners and without', () => {
  const written = applied([a, b, c])
  const owners: Readonly<Record<string, readonly Owner[]>> = {
    '203.0.113.10': [a.lb.owner, b.lb.owner],
    '203.0.113.30': [c.lb.owner],
  }
  for (const holders of [(address: string) => owners[address] ?? [], () => []]) {
    const read = observedGroup(bodyOf(written), holders)
    assert.deepEqual(brief(applied([a, b, c], read)), brief(written))
    assert.deepEqual(stepsFor([a, b, c], read), [])
  }
})

function stepsFor(members: readonly Decided[], before: Observed | undefined): readonly string[] {
  assert.ok(before !== undefined)
  const { resources } = mergeStack(
    members.map((one) => contribution(one)),
    kinds,
    () => before,
  )
  const view = { ...viewOf({ desired: resources, observed: [before] }), kinds, stack: before.stack }
  return planStack(view).steps.map(({ id }) => id)
}

test('a destination that nobody is known to hold stays: another cluster may have written it', () => {
  const written = observedGroup(bodyOf(applied([a, c])), (address) =>
    address === '203.0.113.10' ? [a.lb.owner] : [],
  )
  const after = applied([], written, { [a.lb.owner.uid]: 'leaving' })
  assert.deepEqual(brief(after), ['500 "203.0.113.30" ["80"]'])
})

test('a rule changed by hand is brought back', () => {
  const [rule, ...rest] = rulesOf(applied([c]).parts ?? {})
  assert.deepEqual(rest, [])
  const edited = { ...rule, properties: { ...fieldsOf(rule ?? {}), sourceAddressPrefix: '0.0.0.0/0' } }
  const read = observedGroup({ ...empty, properties: { securityRules: [edited] } }, () => [c.lb.owner])
  assert.equal(
    rulesOf(applied([c], read).parts ?? {}).map(fieldsOf)[0]?.['sourceAddressPrefix'],
    '10.0.0.0/8',
  )
})

/** Each of these would break one of Azure's limits, beside an older Service with one rule. */
const wide = (octet: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${octet}.${at >> 7}.${(at & 127) * 2}.0/32`)

const full: readonly { readonly what: string; readonly newest: Case }[] = [
  { what: 'sources', newest: { spec: { loadBalancerSourceRanges: wide(20, 4_000) } } },
  {
    what: 'destinations',
    newest: { frontends: Array.from({ length: 4_000 }, (_, at) => `20.0.${at >> 8}.${at & 255}`) },
  },
  {
    what: 'rules',
    newest: {
      annotations: {
        'allowed-service-tags': Array.from({ length: 1_000 }, (_, at) => `Tag.${at}`).join(','),
      },
    },
  },
]

for (const { what, newest } of full)
  test(`no room for more ${what}: the newest Service stays out and is told, all others are served`, () => {
    const big = decide({ name: 'big', ...newest })
    const before = observedGroup(empty, () => [])
    const { resources, conflicts } = mergeStack(
      [contribution(big, '3'), contribution(c, '2'), contribution(a, '1')],
      kinds,
      () => before,
    )
    assert.deepEqual(
      conflicts.map(({ loser, problem }) => [loser.name, problem.code, problem.message.includes(what)]),
      [['shop/big', 'LB_SECURITY_GROUP_FULL', true]],
    )
    const parts = Object.values((resources[0] as Resource).parts ?? {})
    assert.deepEqual([...new Set(parts.flatMap(({ owners }) => owners.map(({ name }) => name)))].toSorted(), [
      'shop/a',
      'shop/c',
    ])
  })

test('two thousand Services are packed in a moment', () => {
  const members = Array.from({ length: 2_000 }, (_, at) =>
    decide({ name: `s${at}`, frontends: [`20.0.${at >> 8}.${at & 255}`], ports: [['TCP', 80 + (at % 5)]] }),
  )
  const started = process.cpuUsage()
  const group = applied(members)
  const { user, system } = process.cpuUsage(started)
  assert.equal(rulesOf(group.parts ?? {}).length, 5)
  const took = (user + system) / 1_000
  assert.ok(took < 2_000, `took ${Math.round(took)} ms of processor`)
})

const changesOf = ({ parts = {} }: Observed, action: 'add' | 'remove') =>
  Object.entries(parts).map(([key, { spec, owners }]) => ({
    key,
    action,
    ...(action === 'add' ? { after: spec } : { before: spec }),
    owners,
  }))

test('a dry run shows rules, not destinations', () => {
  const shown = securityGroupForm.shown?.(changesOf(applied([a, c]), 'add'), undefined) ?? []
  assert.deepEqual(
    shown.map(({ action, after, owners }) => [
      action,
      fieldsOf(after ?? {})['destinationAddressPrefixes'],
      owners.length,
    ]),
    [
      ['add', ['203.0.113.10', '203.0.113.30'], 2],
      ['add', undefined, 1],
    ],
  )
})

test('a dry run shows a rule that keeps other destinations as changed', () => {
  const [both, one] = [applied([a, c]), applied([c])]
  const leaving = changesOf(one, 'remove')
  const shown = securityGroupForm.shown?.(leaving, both) ?? []
  assert.deepEqual(
    shown.map(({ action, after }) => [action, fieldsOf(after ?? {})['destinationAddressPrefix']]),
    [['change', '203.0.113.10']],
  )
})

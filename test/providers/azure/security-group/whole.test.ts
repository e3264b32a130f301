import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlueprint } from '../../../../providers/azure/blueprint.ts'
import { destinationsOf, fieldsOf, rulesOf } from '../../../../providers/azure/security-group/rule.ts'
import { asRef, asUnknown } from '../../../../src/plan/leaves.ts'
import type { Json, JsonObject } from '../../../../src/lib/json.ts'
import { contribute } from '../../../support/plan-service.ts'
import {
  type Asked,
  azure,
  contributionOf,
  inside,
  node,
  only,
  planOf,
  service,
  settings,
  uidOf,
  usual,
} from '../world.ts'

const text = (value: Json): string => {
  const to = asRef(value)
  return to === undefined ? (asUnknown(value) ?? (value as string)) : `${to.kind}.${to.out ?? ''}`
}

const ruleText = (rule: JsonObject): string =>
  `${destinationsOf(rule).map(text).join(',')} : ${(fieldsOf(rule)['destinationPortRanges'] as readonly string[]).join(',')}`

const rows: readonly (Asked & { readonly name: string; readonly rules: readonly string[] })[] = [
  { name: 'the public IP that will be made', rules: ['public-ip.address : 80'] },
  {
    name: 'a public IP that is given, whose address is known',
    annotations: { [`${azure}pip-name`]: 'shop-ip' },
    rules: ['203.0.113.10 : 80'],
  },
  {
    name: 'inside: the address that the frontend will get; for IPv6, which has no floating IP there, the nodes',
    annotations: inside,
    spec: {
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
      loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00::/8'],
    },
    rules: ['load-balancer.address/a0000000122224333844455555555555 : 80', 'fd00:10::11,fd00:10::12 : 30080'],
  },
]

for (const row of rows)
  test(`security rules of a whole Service: ${row.name}`, () => {
    const { contribution } = contributionOf(row)
    const { parts = {}, key } = only(contribution?.resources ?? [], 'security-group')
    assert.equal(key, settings.securityGroup)
    assert.deepEqual(rulesOf(parts).map(ruleText), row.rules)
  })

test('a group that nobody named is known at apply', () => {
  const { contribution } = contribute(createBlueprint({ subnet: 'nodes' }), service(), usual)
  const { spec } = only(contribution?.resources ?? [], 'security-group')
  assert.match(asUnknown(spec['name']) ?? '', /azure\.securityGroup names it/)
})

test('nodes that serve no load balancer are no destinations', () => {
  const asked = { annotations: { [`${azure}disable-load-balancer-floating-ip`]: 'true' } }
  const nodes = [node('worker', 11), node('control', 12, { 'node-role.kubernetes.io/control-plane': '' })]
  const { contribution } = contributionOf(asked, { nodes })
  const { parts = {} } = only(contribution?.resources ?? [], 'security-group')
  assert.deepEqual(rulesOf(parts).map(ruleText), ['10.0.1.11 : 30080'])
})

test('two Services on one pinned address plan one group, with the rules of both', () => {
  const pinned = { [`${azure}load-balancer-ipv4`]: '203.0.113.10' }
  const services = [
    service({ index: 1, annotations: pinned }),
    service({ index: 2, annotations: pinned, spec: { ports: [{ port: 443, nodePort: 30443 }] } }),
  ]
  const { plan } = planOf(services)
  const steps = plan.steps.filter(({ kind }) => kind === 'security-group')
  assert.deepEqual(
    steps.map(({ owners }) => owners.map(({ uid }) => uid)),
    [[uidOf(1), uidOf(2)]],
  )
  assert.deepEqual(
    steps.flatMap(({ parts = [] }) => parts.map(({ after }) => ruleText(after ?? {}))),
    ['203.0.113.10 : 80', '203.0.113.10 : 443'],
  )
})

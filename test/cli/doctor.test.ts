import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeLease, judgeNodes } from '../../src/cli/doctor-cluster.ts'
import { doctorText, isWell } from '../../src/cli/doctor-text.ts'
import { failed, ok, skipped, warned } from '../../src/provider/checkup.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()

const leases = [
  {
    name: 'one that is renewed',
    spec: { holderIdentity: 'a', renewTime: ago(3) },
    state: 'ok',
    says: /a leads/,
  },
  {
    name: 'one whose holder is silent',
    spec: { holderIdentity: 'a', renewTime: ago(90), leaseDurationSeconds: 30 },
    state: 'warning',
    says: /90 s ago/,
  },
  { name: 'one that was given back', spec: { holderIdentity: '' }, state: 'warning', says: /given back/ },
  { name: 'one that nobody renewed', spec: { holderIdentity: 'a' }, state: 'warning', says: /never/ },
] as const

for (const { name, spec, state, says } of leases)
  test(`doctor: a lease: ${name}`, () => {
    const check = judgeLease('kube-system/lb-controller', { metadata: { name: 'x' }, spec }, now)
    assert.equal(check.state, state)
    assert.match(check.said, says)
  })

const node = (name: string, providerID?: string, labels = {}) => ({
  metadata: { name, labels },
  spec: providerID === undefined ? {} : { providerID },
})

const excluded = { 'node.kubernetes.io/exclude-from-external-load-balancers': '' }

const sets = [
  { name: 'all are fine', nodes: [node('a', 'aws:///z/i-1')], state: 'ok', says: /^1 of 1 can be targets$/ },
  { name: 'none', nodes: [], state: 'warning', says: /^0 of 0/ },
  {
    name: 'one left out',
    nodes: [node('a', 'aws:///z/i-1'), node('b', 'aws:///z/i-2', excluded)],
    state: 'ok',
    says: /1 of 2 .*b carries the label/,
  },
  { name: 'one unnamed', nodes: [node('a')], state: 'warning', says: /without a providerID: a/ },
] as const

for (const { name, nodes, state, says } of sets)
  test(`doctor: nodes: ${name}`, () => {
    const check = judgeNodes(nodes)
    assert.equal(check.state, state)
    assert.match(check.said, says)
  })

test('doctor: what was found stands in columns, with what mends it below', () => {
  const text = doctorText(
    [
      { title: 'cluster', checks: [ok('API server', 'it answers'), warned('lease', 'nobody leads')] },
      { title: 'aws', checks: [failed('writing', 'denied', 'allow it'), skipped('groups', 'no node')] },
    ],
    (_style, said) => said,
  )
  assert.equal(
    text,
    `cluster
  API server  ok         it answers
  lease       warning    nobody leads

aws
  writing     ERROR      denied
                         hint: allow it
  groups      not known  no node

one thing must be mended before the controller can work
`,
  )
})

test('doctor: warnings stop nobody', () => {
  assert.ok(isWell([{ title: 'x', checks: [warned('a', 'b'), skipped('c', 'd')] }]))
  assert.ok(!isWell([{ title: 'x', checks: [failed('a', 'b')] }]))
})

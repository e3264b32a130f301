import assert from 'node:assert/strict'
import test from 'node:test'
import { statusFor } from '../../../providers/azure/status.ts'
import type { LoadBalancerStatus } from '../../../src/model/objects.ts'
import type { Outcome } from '../../../src/provider/blueprint.ts'
import { completeOwners } from '../../../src/plan/partial-owner.ts'
import { balancerBody, publicIPBody } from './bodies.ts'
import { existing, uidOf } from './world.ts'

const owner = { uid: uidOf(1), name: 'shop/web-1' }
const other = { uid: uidOf(2), name: 'shop/web-2' }
const done: Outcome = { converged: true, deleting: false }
const underWay: Outcome = { converged: false, deleting: false }
const leaving: Outcome = { converged: false, deleting: true }

const inside = completeOwners(
  existing({
    'load-balancer': [
      balancerBody('kubernetes-internal', [
        { index: 1, ip: '10.0.1.5' },
        { index: 2, ip: '10.0.1.6' },
      ]),
    ],
  }),
  [owner, other],
)
const outside = completeOwners(
  existing({
    'load-balancer': [balancerBody('kubernetes', [{ index: 1 }])],
    'public-ip': [publicIPBody(1, '203.0.113.1')],
  }),
  [owner],
)
const ips = (...all: readonly string[]): LoadBalancerStatus => ({ ingress: all.map((ip) => ({ ip })) })

const rows = [
  {
    name: 'an internal frontend of its own',
    observed: inside,
    outcome: done,
    current: {},
    expected: ips('10.0.1.5'),
  },
  { name: 'a public one', observed: outside, outcome: done, current: {}, expected: ips('203.0.113.1') },
  { name: 'not before all is in place', observed: inside, outcome: underWay, current: {}, expected: {} },
  {
    name: 'what was published stays',
    observed: inside,
    outcome: underWay,
    current: ips('10.0.1.5'),
    expected: ips('10.0.1.5'),
  },
  { name: 'nothing is there', observed: [], outcome: done, current: ips('10.0.1.5'), expected: {} },
  {
    name: 'while it is being deleted',
    observed: inside,
    outcome: leaving,
    current: ips('10.0.1.5'),
    expected: ips('10.0.1.5'),
  },
  { name: 'when it is gone', observed: [], outcome: leaving, current: ips('10.0.1.5'), expected: {} },
]

for (const { name, observed, outcome, current, expected } of rows)
  test(`status: ${name}`, () => assert.deepEqual(statusFor(owner, observed, outcome, current), expected))

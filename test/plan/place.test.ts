import assert from 'node:assert/strict'
import { test } from 'node:test'
import { note } from '../../src/model/problem.ts'
import { placeOf, underWhat } from '../../src/plan/place.ts'
import type { Step } from '../../src/plan/plan.ts'
import { refKey, type Resource } from '../../src/plan/resource.ts'

const owners = [{ uid: 'u', name: 'shop/edge' }]
const pool = (at: number): Resource => ({
  stack: 's',
  kind: 'pool',
  key: String(at),
  spec: { port: 80, name: 'x' },
  owners,
  origins: { absent: `spec.ports[${at}].port`, port: `spec.ports[${at}].port`, name: `spec.ports[${at}]` },
})
const wall: Resource = {
  stack: 's',
  kind: 'wall',
  key: 'nodes',
  spec: { scheme: { is: 'internal' } },
  owners,
  parts: { rule: { spec: {}, owners, path: 'spec.loadBalancerSourceRanges[0]' }, node: { spec: {}, owners } },
  origins: { scheme: 'metadata.annotations["a"]' },
}
const resources = [pool(0), pool(1), pool(10), wall]
const at = (object: Resource, more: object = {}) => ({ object: refKey(object), ...more })

const rows = [
  { path: 'spec.ports[1].port', place: at(pool(1), { field: 'port' }) },
  { path: 'spec.ports[1].protocol', place: at(pool(1), { field: 'name' }) },
  { path: 'spec.ports[10]', place: at(pool(10), { field: 'name' }) },
  { path: 'spec.loadBalancerSourceRanges[0]', place: at(wall, { part: 'rule' }) },
  { path: 'spec.loadBalancerSourceRanges', place: at(wall) },
  { path: 'metadata.annotations["a"]', place: at(wall, { field: 'scheme' }) },
  { path: 'metadata.annotations["ab"]', place: undefined },
  { path: 'spec.ports', place: undefined },
  { path: 'spec.sessionAffinity', place: undefined },
  { path: '', place: undefined },
]

for (const { path, place } of rows)
  test(`${path === '' ? 'no path' : path} stands ${place === undefined ? 'under the Service' : 'in the plan'}`, () =>
    assert.deepEqual(placeOf(path, resources), place))

test('what another Service holds is said to the one that has not got it, not under the object', () => {
  const other = { uid: 'v', name: 'shop/api' }
  const { stack, kind, key } = pool(0)
  const step: Step = { stack, kind, key, owners, id: '1', action: 'create', why: '', needs: [] }
  const taken = { problem: note('LB_PART_TAKEN', 'spec.ports[0].port', 'taken'), place: at(pool(0)) }
  const { byObject, byOwner } = underWhat([{ owner: other, problems: [taken] }], [step])
  assert.deepEqual([[...byObject], [...byOwner]], [[], [['v', [taken]]]])
})

test('nor under a part of a shared object that another Service holds', () => {
  const other = { uid: 'v', name: 'shop/api' }
  const both = [...owners, other]
  const { stack, kind, key } = wall
  const step: Step = {
    stack,
    kind,
    key,
    owners: both,
    id: '1',
    action: 'create',
    why: '',
    needs: [],
    parts: [{ key: 'rule', action: 'add', owners }],
  }
  const taken = {
    problem: note('LB_PART_TAKEN', 'spec.ports[0]', 'taken'),
    place: at(wall, { part: 'rule' }),
  }
  const [winner] = owners
  assert.ok(winner)
  const told = underWhat([{ owner: other, problems: [taken] }], [step])
  assert.deepEqual([[...told.byObject], [...told.byOwner]], [[], [['v', [taken]]]])
  const own = underWhat([{ owner: winner, problems: [taken] }], [step])
  assert.deepEqual([...own.byOwner], [])
})

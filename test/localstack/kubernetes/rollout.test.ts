import assert from 'node:assert/strict'
import { test } from 'node:test'
import { array, assert as check, nat, property, record } from 'fast-check'
import {
  proportionally,
  recreateStep,
  rollingStep,
  type Rollout,
} from '../../../localstack/kubernetes/apps/rollout.ts'
import { rolloutBounds } from '../../../localstack/kubernetes/apps/share.ts'
import { selects, selectorText } from '../../../localstack/kubernetes/apps/selector.ts'

const of = (wanted: number, available = wanted) => ({ wanted, available })

const bounds = [
  { name: 'percentages: surge rounds up, unavailable down', of: [3, '25%', '25%'], is: [1, 0] },
  { name: 'ten at 25 %', of: [10, '25%', '25%'], is: [3, 2] },
  { name: 'never both none', of: [1, 0, '25%'], is: [0, 1] },
  { name: 'no more unavailable than there are', of: [2, 0, 5], is: [0, 2] },
  { name: 'none wanted', of: [0, '25%', '25%'], is: [0, 1] },
] as const
for (const { name, of: input, is } of bounds)
  test(`bounds of a rollout: ${name}`, () => {
    const [surge, unavailable] = is
    const [desired, maxSurge, maxUnavailable] = input
    assert.deepEqual(rolloutBounds(desired, maxSurge, maxUnavailable), { surge, unavailable })
  })

const steps: readonly { name: string; from: Rollout; to: readonly number[] }[] = [
  {
    name: 'a new Deployment gets all at once',
    from: { desired: 3, surge: 1, unavailable: 0, current: of(0), old: [] },
    to: [3],
  },
  {
    name: 'new pods grow as far as the surge',
    from: { desired: 4, surge: 1, unavailable: 1, current: of(0), old: [of(4)] },
    to: [1, 4],
  },
  {
    name: 'old pods go down to the minimum, and not for new ones that are not there yet',
    from: { desired: 4, surge: 1, unavailable: 1, current: of(1, 0), old: [of(4)] },
    to: [1, 3],
  },
  {
    name: 'an old pod that serves nobody goes first',
    from: { desired: 4, surge: 0, unavailable: 1, current: of(1, 1), old: [of(2, 1), of(1)] },
    to: [1, 1, 1],
  },
  {
    name: 'without unavailability a new pod must be there first',
    from: { desired: 2, surge: 1, unavailable: 0, current: of(1, 0), old: [of(2)] },
    to: [1, 2],
  },
  {
    name: 'fewer are wanted',
    from: { desired: 1, surge: 1, unavailable: 0, current: of(5), old: [] },
    to: [1],
  },
]
for (const { name, from, to } of steps)
  test(`rolling step: ${name}`, () => {
    const { current, old } = rollingStep(from)
    assert.deepEqual([current, ...old], to)
  })

test('recreate: no new pod before the last old one is gone', () => {
  const from: Rollout = { desired: 2, surge: 0, unavailable: 0, current: of(0), old: [of(2)] }
  assert.deepEqual(recreateStep(from, 2), { current: 0, old: [0] })
  assert.deepEqual(recreateStep({ ...from, old: [of(0)] }, 1), { current: 0, old: [0] })
  assert.deepEqual(recreateStep({ ...from, old: [of(0)] }, 0), { current: 2, old: [0] })
})

test('a rolling update ends, and on its way never leaves its bounds', () => {
  const sizes = record({
    desired: nat(12),
    surge: nat(4),
    unavailable: nat(4),
    old: array(nat(6), { maxLength: 3 }),
  })
  check(
    property(sizes, ({ desired, surge, unavailable, old }) => {
      const limits = rolloutBounds(desired, surge, unavailable)
      let state: Rollout = { desired, ...limits, current: of(0), old: old.map((count) => of(count)) }
      const before = old.reduce((sum, one) => sum + one, 0)
      for (let step = 0; step < 60; step++) {
        const next = rollingStep(state)
        const all = [next.current, ...next.old]
        const total = all.reduce((sum, one) => sum + one, 0)
        assert.ok(total <= Math.max(before, desired + limits.surge))
        // Pods that were available before and are kept now: new ones become available only after the step.
        const kept = Math.min(state.current.available, next.current) + total - next.current
        assert.ok(kept >= Math.min(before, desired - limits.unavailable))
        state = { ...state, current: of(next.current), old: next.old.map((count) => of(count)) }
      }
      assert.deepEqual(
        [state.current.wanted, ...state.old.map(({ wanted }) => wanted)],
        [desired, ...old.map(() => 0)],
      )
    }),
    { numRuns: 200 },
  )
})

const selectors = [
  { name: 'labels', selector: { matchLabels: { app: 'web' } }, text: 'app=web', is: true },
  { name: 'another label', selector: { matchLabels: { app: 'db' } }, text: 'app=db', is: false },
  { name: 'nothing', selector: {}, text: '', is: false },
  ...(
    [
      ['In', ['web', 'db'], 'app in (web,db)', true],
      ['NotIn', ['web'], 'app notin (web)', false],
      ['Exists', undefined, 'app', true],
      ['DoesNotExist', undefined, '!app', false],
    ] as const
  ).map(([operator, values, text, is]) => ({
    name: operator,
    selector: { matchExpressions: [{ key: 'app', operator, ...(values === undefined ? {} : { values }) }] },
    text,
    is,
  })),
]
for (const { name, selector, text, is } of selectors)
  test(`selector: ${name}`, () => {
    assert.equal(selects(selector, { app: 'web' }), is)
    assert.equal(selectorText(selector), text)
  })

const scalings = [
  { name: 'all grow by their share', of: [8, 5], before: 13, most: 19, to: [12, 7] },
  { name: 'all shrink by their share', of: [8, 5], before: 13, most: 6, to: [4, 2] },
  { name: 'the largest takes what is left over', of: [1, 1, 1], before: 3, most: 4, to: [1, 1, 2] },
  { name: 'to none', of: [8, 5], before: 13, most: 0, to: [0, 0] },
  { name: 'nothing to do', of: [8, 5], before: 13, most: 13, to: [8, 5] },
] as const
for (const { name, of: sizes, before, most, to } of scalings)
  test(`scaled in the middle of a rollout: ${name}`, () =>
    assert.deepEqual(
      proportionally(
        sizes.map((replicas) => ({ replicas, most: before })),
        most,
      ),
      to,
    ))

test('whatever is scaled, the parts come to the whole and none is negative', () => {
  check(
    property(array(nat(20), { minLength: 1, maxLength: 5 }), nat(60), (sizes, most) => {
      const before = Math.max(
        1,
        sizes.reduce((sum, one) => sum + one, 0),
      )
      const parts = proportionally(
        sizes.map((replicas) => ({ replicas, most: before })),
        most,
      )
      assert.equal(
        parts.reduce((sum, one) => sum + one, 0),
        most,
      )
      assert.ok(parts.every((one) => one >= 0))
    }),
  )
})

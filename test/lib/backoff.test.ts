import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backoff } from '../../src/lib/backoff.ts'

test('backoff: doubles from 5 s to 300 s', () => {
  const backoff = new Backoff({ random: () => 0 })
  const delays = Array.from({ length: 9 }, () => backoff.failed('a') / 1000)
  assert.deepEqual(delays, [5, 10, 20, 40, 80, 160, 300, 300, 300])
})

test('backoff: stays at the limit after thousands of failures', () => {
  const backoff = new Backoff({ random: () => 0 })
  for (let i = 0; i < 5_000; i++) backoff.failed('a')
  assert.equal(backoff.failed('a'), 300_000)
})

test('backoff: jitter shortens, never lengthens', () => {
  assert.equal(new Backoff({ random: () => 0.5 }).failed('a'), 4_500)
  assert.equal(new Backoff({ random: () => 0.999_999 }).failed('a'), 4_000)
})

test('backoff: keys are apart, and success frees the memory', () => {
  const backoff = new Backoff({ random: () => 0 })
  backoff.failed('a')
  assert.equal(backoff.failed('a'), 10_000)
  assert.equal(backoff.failed('b'), 5_000)
  backoff.succeeded('a')
  assert.equal(backoff.size, 1)
  assert.equal(backoff.failed('a'), 5_000)
})

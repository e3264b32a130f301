import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RelayFrontend } from '../../src/relay/frontend.ts'
import { isSole, Shares } from '../../src/relay/shares.ts'
import { frontendOn } from './bed.ts'

const sole: readonly (readonly [name: string, more: Partial<RelayFrontend>, is: boolean])[] = [
  ['nothing asked for', {}, false],
  ['a scheduler that draws', { scheduler: 'random' }, false],
  ['a scheduler that takes turns', { scheduler: 'weighted-round-robin' }, false],
  ['a scheduler that hashes', { scheduler: 'source-hash' }, false],
  ['a scheduler that counts', { scheduler: 'least-connections' }, true],
  ['another one', { scheduler: 'never-queue' }, true],
  ['affinity of a second', { affinitySeconds: 1 }, true],
  ['no affinity', { affinitySeconds: 0 }, false],
  ['a limit', { maxConnections: 9 }, true],
  ['UDP', { protocol: 'UDP' }, true],
]

for (const [name, more, is] of sole)
  test(`shares: one process alone serves it: ${name}: ${is ? 'yes' : 'no'}`, () =>
    assert.equal(isSole(frontendOn(80, more)), is))

test('shares: who has it keeps it while it lives; else who has least', () => {
  const shares = new Shares()
  const of = (id: string, ...living: number[]) => shares.ownerOf(id, living)
  assert.deepEqual([of('a', 1, 2), of('b', 1, 2), of('c', 1, 2)], [1, 2, 1])
  assert.deepEqual([of('a', 2, 1), of('b', 1, 2), of('a', 1, 2, 3)], [1, 2, 1])
  assert.equal(of('a', 2, 3), 3, 'its process is gone, and this one has nothing')
  assert.equal(of('a', 1, 2, 3), 3, 'it does not go back')
  assert.equal(of('a'), undefined)
  shares.drop('c')
  assert.equal(of('d', 1, 2, 3), 1)
})

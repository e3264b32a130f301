import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ledger } from '../../../../providers/local/server/ledger.ts'
import { emptyRecords, type Records } from '../../../../providers/local/server/records.ts'
import { settle } from '../../../../src/lib/clock.ts'

const add = (records: Records) => {
  const revision = records.revision + 1
  return { records: { ...records, revision }, value: revision }
}
const look = (records: Records) => ({ records, value: records.revision })

/** A ledger whose saving waits until it is told how it went. */
function slow() {
  const saves: { readonly revision: number; readonly end: (error?: Error) => void }[] = []
  const kept: number[] = []
  const ledger = new Ledger(
    emptyRecords('0'),
    ({ revision }) =>
      new Promise((resolve, reject) => {
        saves.push({ revision, end: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
    ({ revision }) => kept.push(revision),
  )
  const told: string[] = []
  const write = (name: string, act: typeof add) =>
    ledger.write(act).then(
      (value) => told.push(`${name} ${value}`),
      (error: Error) => told.push(`${name}: ${error.message}`),
    )
  return { ledger, saves, kept, told, write }
}

test('nothing is answered before it is kept, nor what another write has made and nobody has kept yet', async () => {
  const { ledger, saves, kept, told, write } = slow()
  void write('a', add)
  await settle()
  void write('look', look)
  await settle()
  assert.deepEqual([told, ledger.records.revision, kept], [[], 0, []])
  saves[0]?.end()
  await settle()
  assert.deepEqual([told.toSorted(), ledger.records.revision, kept], [['a 1', 'look 1'], 1, [1]])
  void write('look', look)
  await settle()
  assert.equal(told.length, 3)
})

test('writes that come while one is kept are kept together', async () => {
  const { saves, kept, told, write } = slow()
  for (const name of ['a', 'b', 'c']) {
    void write(name, add)
    await settle()
  }
  void write('look', look)
  saves[0]?.end()
  await settle()
  assert.deepEqual([saves.map(({ revision }) => revision), told], [[1, 3], ['a 1']])
  saves[1]?.end()
  await settle()
  assert.deepEqual(
    [told.toSorted(), kept],
    [
      ['a 1', 'b 2', 'c 3', 'look 3'],
      [1, 3],
    ],
  )
})

test('when keeping fails, all that stood on it is refused, and the next write begins at what is kept', async () => {
  const { ledger, saves, kept, told, write } = slow()
  void write('a', add)
  await settle()
  void write('b', add)
  void write('look', look)
  saves[0]?.end(new Error('disk full'))
  await settle()
  assert.deepEqual(told.toSorted(), ['a: disk full', 'b: disk full', 'look: disk full'])
  assert.deepEqual([saves.length, ledger.records.revision, kept], [1, 0, []])
  void write('c', add)
  await settle()
  saves[1]?.end()
  await settle()
  assert.deepEqual([told.at(-1), ledger.records.revision, kept], ['c 1', 1, [1]])
})

test('what cannot be done is refused, and leaves no trace', async () => {
  const { ledger, saves, write, told } = slow()
  await write('a', () => {
    throw new Error('no')
  })
  await settle()
  assert.deepEqual([told, saves.length, ledger.records.revision], [['a: no'], 0, 0])
})

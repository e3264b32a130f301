import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogRing } from '../../../src/sandbox/pods/log-ring.ts'

type Written = readonly (readonly [at: number, text: string])[]

function ringOf(written: Written, mostBytes = 100_000): LogRing {
  const ring = new LogRing(mostBytes)
  for (const [at, text] of written) ring.write(Buffer.from(text), at)
  return ring
}
const shown = (lines: ReturnType<LogRing['lines']>) => lines.map(({ at, bytes }) => `${at} ${String(bytes)}`)

const rows: readonly {
  readonly name: string
  readonly written: Written
  readonly lines: readonly string[]
}[] = [
  { name: 'nothing', written: [[1, '']], lines: [] },
  { name: 'lines of one chunk', written: [[1, 'a\nb\n']], lines: ['1 a\n', '1 b\n'] },
  {
    name: 'a line in pieces is as old as its first',
    written: [
      [1, 'a'],
      [2, 'b'],
      [3, 'c\nd\ne'],
      [4, ''],
      [5, 'f'],
    ],
    lines: ['1 abc\n', '3 d\n', '3 ef'],
  },
  {
    name: 'a piece as long as the one that ends it',
    written: [
      [1, 'ab'],
      [2, '\nx'],
      [3, '\n'],
    ],
    lines: ['1 ab\n', '2 x\n'],
  },
  { name: 'empty lines', written: [[1, '\n\n']], lines: ['1 \n', '1 \n'] },
]
for (const { name, written, lines } of rows)
  test(`log: ${name}`, () => assert.deepEqual(shown(ringOf(written).lines()), lines))

test('log: a long line is cut, and what is old goes when there is no room', () => {
  const long = 'x'.repeat(40_000)
  assert.deepEqual(
    ringOf([[1, `${long}\n`]])
      .lines()
      .map(({ bytes }) => bytes.length),
    [16_384, 16_384, 7233],
  )
  const many = Array.from({ length: 5000 }, (_, at) => [at, `${at}\n`] as const)
  const ring = ringOf(many, 25)
  assert.deepEqual(shown(ring.complete()), [
    '4995 4995\n',
    '4996 4996\n',
    '4997 4997\n',
    '4998 4998\n',
    '4999 4999\n',
  ])
})

test('log: followers hear whole lines, the last when it is closed, and nothing when they have gone', () => {
  const ring = new LogRing(100)
  const heard: string[] = []
  const leave = ring.follow((line) => heard.push(String(line.bytes)))
  ring.write(Buffer.from('a\nb'), 1)
  assert.deepEqual(heard, ['a\n'])
  ring.close()
  ring.close()
  assert.deepEqual(heard, ['a\n', 'b'])
  leave()
  ring.write(Buffer.from('c\n'), 2)
  assert.deepEqual(heard, ['a\n', 'b'])
  assert.equal(ring.lines().length, 3)
})

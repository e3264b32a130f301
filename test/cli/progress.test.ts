import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgress } from '../../src/cli/progress.ts'
import type { Io } from '../../src/cli/io.ts'

function watched(errIsTty: boolean) {
  const said: string[] = []
  let now = 0
  const io = { errIsTty, err: (text: string) => void said.push(text) } as unknown as Io
  const progress = createProgress(io, { now: () => now })
  return { said, progress, wait: (ms: number) => void (now += ms) }
}

test('on a terminal: after a second, a few times a second, and gone at the end', () => {
  const { said, progress, wait } = watched(true)
  progress.at(1, 9, 'aws')
  wait(1_000)
  progress.at(2, 9, 'aws')
  wait(50)
  progress.at(3, 9, 'aws')
  wait(50)
  progress.at(4, 9, 'aws')
  progress.end()
  assert.deepEqual(said, [
    '\r\u001B[Kplanning 2 of 9 Services for aws',
    '\r\u001B[Kplanning 4 of 9 Services for aws',
    '\r\u001B[K',
  ])
})

test('what is done within a second, and what goes to a file, says nothing', () => {
  const quick = watched(true)
  quick.progress.at(1, 9, 'aws')
  quick.progress.end()
  const piped = watched(false)
  piped.wait(5_000)
  piped.progress.at(1, 9, 'aws')
  piped.progress.end()
  assert.deepEqual([quick.said, piped.said], [[], []])
})

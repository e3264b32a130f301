import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { waitBehind } from '../../../src/node-proxy/userspace/wait-behind.ts'
import { silentLog } from '../../../src/observe/log.ts'

/** Whether it has ended after each of these. */
async function ended(
  steps: readonly ('named' | 'nameless' | 'told' | number)[],
): Promise<readonly boolean[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lb-wait-'))
  const clock = new VirtualClock()
  const stop = new AbortController()
  let over = false
  const name = join(folder, 'handover')
  writeFileSync(name, '')
  try {
    const waiting = waitBehind({ folder, clock, log: silentLog }, stop.signal).then(() => (over = true))
    const seen: boolean[] = []
    for (const step of steps) {
      if (step === 'named') writeFileSync(name, '')
      else if (step === 'nameless') rmSync(name)
      else if (step === 'told') stop.abort()
      await clock.advance(typeof step === 'number' ? step : 0)
      if (typeof step === 'number') seen.push(over)
    }
    stop.abort()
    await waiting
    return seen
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a process that was superseded waits as long as somebody serves, until it is told to end', async () => {
  assert.deepEqual(await ended([3_600_000, 'told', 0]), [false, true])
})

test('it ends when nobody serves any more, and not for a moment without a name', async () => {
  assert.deepEqual(await ended(['nameless', 3_000, 'named', 10_000]), [false, false])
  assert.deepEqual(await ended(['nameless', 4_000, 4_000]), [false, true])
})

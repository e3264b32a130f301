import assert from 'node:assert/strict'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { Guard, marker, reap } from '../../../src/sandbox/pods/guard.ts'
import { startProcess } from '../../../src/sandbox/pods/process.ts'

const wish = { command: ['sleep', '1000'], env: { PATH: process.env['PATH'] ?? '' }, cwd: '/', stdin: false }

test('what a guard watches over ends with its input, as when the sandbox is killed', async () => {
  const guard = new Guard()
  const [gone, left] = [await startProcess(wish, guard), await startProcess(wish, guard)]
  gone.kill()
  await gone.ended
  guard.close()
  assert.deepEqual(await left.ended, { exitCode: 137, signal: 9 })
})

test('what another sandbox of the same folder left is known by its environment', async (t) => {
  if (process.platform !== 'linux') return t.skip('there is no /proc')
  const folder = `/nowhere/${process.pid}`
  const [left, other] = [folder, `${folder}-other`].map((value) =>
    spawn('sleep', ['1000'], { env: { ...wish.env, [marker]: value } }),
  )
  await once(other ?? process, 'spawn')
  assert.equal(reap(folder), 1)
  assert.deepEqual(await once(left ?? process, 'exit'), [null, 'SIGKILL'])
  other?.kill()
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { writePatiently } from '../../src/lib/patient-write.ts'

async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false
  void promise.then(() => (over = true))
  await turn()
  return over
}

test('while there is room nobody waits', async () => {
  assert.equal(await isOver(writePatiently(new PassThrough({ highWaterMark: 8 }), 'abc')), true)
})

for (const { name, ends } of [
  { name: 'somebody reads', ends: (stream: PassThrough) => void stream.resume() },
  { name: 'the reader has gone', ends: (stream: PassThrough) => void stream.destroy() },
])
  test(`without room it waits until ${name}, and listens no longer`, async () => {
    const stream = new PassThrough({ highWaterMark: 2 })
    const before = [stream.listenerCount('drain'), stream.listenerCount('close')]
    await isOver(writePatiently(stream, 'abc'))
    const written = writePatiently(stream, 'abc')
    assert.equal(await isOver(written), false)
    ends(stream)
    await written
    assert.deepEqual([stream.listenerCount('drain'), stream.listenerCount('close')], before)
  })

test('a stream that was destroyed is not waited for', async () => {
  const stream = new PassThrough()
  stream.on('error', () => {})
  stream.destroy()
  await once(stream, 'close')
  assert.equal(await isOver(writePatiently(stream, 'abc')), true)
})

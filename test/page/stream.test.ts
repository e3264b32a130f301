import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { VirtualClock } from '../../src/lib/clock.ts'
import type { Feed } from '../../src/page/feed.ts'
import { stream } from '../../src/page/stream.ts'
import type { News } from '../../src/page/wire.ts'

type Reader = Parameters<Feed['read']>[0]

function bed() {
  const readers = new Set<Reader>()
  const feed = {
    position: 'epoch.0',
    read(reader: Reader) {
      readers.add(reader)
      return () => readers.delete(reader)
    },
    since: () => [],
  } as unknown as Feed
  const clock = new VirtualClock()
  /** A connection to a reader; one that is slow takes nothing. */
  const reader = (slow: boolean): Writable => {
    const response = new Writable({ write: (_bytes, _encoding, done) => void (slow || done()) })
    stream({
      feed,
      clock,
      lack: () => undefined,
      after: undefined,
      response: response as unknown as ServerResponse,
    })
    return response
  }
  const news = { type: 'moved', data: 'x'.repeat(200_000) } as unknown as News
  return { readers, reader, tell: () => readers.forEach((each) => each('epoch.1', [news])) }
}

test('a reader that does not read is dropped when too much waits for it, and others go on', async () => {
  const { readers, reader, tell } = bed()
  const slow = reader(true)
  const quick = reader(false)
  tell()
  assert.equal(slow.destroyed, false, '200 kB may wait')
  tell()
  assert.equal(slow.destroyed, true, '400 kB may not')
  await new Promise((resolve) => slow.once('close', resolve))
  assert.equal(readers.size, 1, 'nothing is kept for whoever was dropped')
  for (let at = 0; at < 20; at++) tell()
  assert.equal(quick.destroyed, false)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle, VirtualClock } from '../../../src/lib/clock.ts'
import { silentLog, type Log } from '../../../src/observe/log.ts'
import { keepServing } from '../../../src/node-proxy/health/keep-serving.ts'

interface Line {
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

test('a port that is taken is told once, with who may have it, and served as soon as it is free', async () => {
  const clock = new VirtualClock()
  const stop = new AbortController()
  const lines: Line[] = []
  const write: Log['warn'] = (message, fields = {}) => void lines.push({ message, fields })
  const log: Log = { ...silentLog, info: write, warn: write }
  const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' })
  let free = false
  let closed = 0
  const serve = async () => {
    if (!free) throw taken
    return { close: async () => void closed++ }
  }
  const serving = keepServing({ what: 'metrics', clock, log, signal: stop.signal, serve })
  for (let again = 0; again < 3; again++) {
    await settle()
    await clock.advance(1_000)
  }
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['cannot be served yet, trying again'],
  )
  assert.match(
    String(lines[0]?.fields['hint']),
    /does kube-proxy, or another node proxy, still run on this node/,
  )
  free = true
  await settle()
  await clock.advance(1_000)
  await settle()
  assert.equal(lines.at(-1)?.message, 'served at last')
  stop.abort()
  await serving.closed
  assert.equal(closed, 1)
})

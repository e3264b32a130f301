import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { DataPlane } from '../../../src/node-proxy/data-plane.ts'
import { HandoverPlane } from '../../../src/node-proxy/userspace/handover-plane.ts'
import { silentLog } from '../../../src/observe/log.ts'
import type { RelayPins, SharingRelay } from '../../../src/relay/frontend.ts'
import { tableOf } from './rows.ts'

const { signal } = new AbortController()
const nothing = tableOf([])
const known: RelayPins = [['f', [['192.0.2.9', '10.200.1.5 8080', 1]]]]

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lb-plane-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A process, which says in `said` what it does; `pins`: who has affinity there. */
function processOf(t: TestContext, name: string, folder: string, said: string[], pins: RelayPins = []) {
  const say = async (what: string) => void said.push(`${name} ${what}`)
  const relay: SharingRelay = {
    serve: () => Promise.resolve([]),
    change: () => Promise.resolve([]),
    counters: () => Promise.resolve(new Map()),
    drain: () => Promise.resolve(),
    hold: () => say('holds'),
    pins: () => Promise.resolve(pins),
    adopt: (adopted) => say(`adopts ${adopted.length}`),
  }
  const inner: DataPlane = {
    name: 'userspace',
    start: () => Promise.resolve(),
    intact: () => Promise.resolve(true),
    cleanup: () => Promise.resolve(),
    apply: async () => {
      await say('serves')
      return { failures: [{ family: 'IPv4', message: 'told' }] }
    },
    stop: () => say('ends'),
  }
  const log = {
    ...silentLog,
    info: (message: string) => void say(message),
    warn: (message: string) => void say(message),
  }
  const plane = new HandoverPlane(inner, {
    relay,
    log,
    folder,
    onSuperseded: () => void say('is superseded'),
  })
  t.after(() => plane.stop())
  return plane
}

test('hand-over: the old process makes room, the new one serves, and then the old one ends', async (t) => {
  const [folder, said] = [temporary(t), [] as string[]]
  const old = processOf(t, 'old', folder, said, known)
  await old.apply(nothing, 'all', signal)
  const next = processOf(t, 'new', folder, said)
  assert.deepEqual(await next.apply(nothing, 'all', signal), {
    failures: [{ family: 'IPv4', message: 'told' }],
  })
  await next.apply(nothing, new Set(), signal)
  assert.deepEqual(said, [
    'old adopts 0',
    'old serves',
    'old holds',
    'new another proxy serves here: taking over from it',
    'new adopts 1',
    'new serves',
    'old another process has taken over; this one accepts nothing more',
    'old ends',
    'old is superseded',
    'new serves',
  ])
  said.length = 0
  assert.deepEqual(await old.apply(nothing, 'all', signal), { failures: [] }, 'it has nothing to serve with')
  await old.stop()
  assert.deepEqual(said, [])
})

test('hand-over: who ends without a successor leaves its affinity to the next', async (t) => {
  const [folder, said] = [temporary(t), [] as string[]]
  const old = processOf(t, 'old', folder, said, known)
  await old.apply(nothing, 'all', signal)
  await old.stop()
  await processOf(t, 'new', folder, said).apply(nothing, 'all', signal)
  assert.deepEqual(said, ['old adopts 0', 'old serves', 'old ends', 'new adopts 1', 'new serves'])
})

test('hand-over: who never served leaves the affinity of who did', async (t) => {
  const [folder, said] = [temporary(t), [] as string[]]
  const old = processOf(t, 'old', folder, said, known)
  await old.apply(nothing, 'all', signal)
  await old.stop()
  await processOf(t, 'idle', folder, said).stop()
  await processOf(t, 'new', folder, said).apply(nothing, 'all', signal)
  assert.ok(said.includes('new adopts 1'), said.join())
})

test('hand-over: a folder that cannot be used is told, and the process serves', async (t) => {
  const [folder, said] = [join(temporary(t), 'taken'), [] as string[]]
  writeFileSync(folder, '')
  const plane = processOf(t, 'old', folder, said)
  await plane.apply(nothing, 'all', signal)
  await plane.apply(nothing, new Set(), signal)
  assert.deepEqual(said, [
    'old connections that come while the proxy restarts are refused: name a folder with --state-dir',
    'old serves',
    'old serves',
  ])
})

test('cleanup leaves nothing of a process that ended, and leaves one that serves its folder', async (t) => {
  const folder = temporary(t)
  const old = processOf(t, 'old', folder, [], known)
  await old.apply(nothing, 'all', signal)
  const cleaner = processOf(t, 'cleaner', folder, [])
  await cleaner.cleanup(signal)
  assert.ok(existsSync(folder), 'its successor would not find it')
  await old.stop()
  await cleaner.cleanup(signal)
  assert.ok(!existsSync(folder))
})

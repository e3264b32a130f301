import assert from 'node:assert/strict'
import {
  existsSync,
  linkSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { settle, VirtualClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/observe/log.ts'
import { Handover } from '../../src/relay/handover.ts'
import { claimFolder } from '../../src/relay/state-folder.ts'

function temporary(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lb-handover-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Side {
  readonly handover: Handover
  readonly clock: VirtualClock
  /** How often it was asked to stop accepting. */
  readonly released: () => number
}

function side(t: TestContext, folder: string, release?: () => Promise<void>): Side {
  let released = 0
  const clock = new VirtualClock()
  const handover = new Handover({
    folder,
    clock,
    prepare: () => Promise.resolve(),
    release: () => {
      released++
      return release?.() ?? Promise.resolve()
    },
  })
  t.after(() => handover.close())
  return { handover, clock, released: () => released }
}

async function serving(t: TestContext, folder: string): Promise<Side> {
  const one = side(t, folder)
  await one.handover.takeOver()
  await one.handover.announce()
  return one
}

test('handover: the first finds nobody, the next finds it, and the one after that the next', async (t) => {
  const folder = temporary(t)
  const first = side(t, folder)
  assert.equal(await first.handover.takeOver(), false)
  await first.handover.announce()
  const second = side(t, folder)
  assert.equal(await second.handover.takeOver(), true)
  assert.equal(first.released(), 0, 'the old one serves until the new one does')
  await second.handover.announce()
  assert.equal(first.released(), 1)
  first.handover.close()
  const third = side(t, folder)
  assert.equal(await third.handover.takeOver(), true)
  await third.handover.announce()
  assert.deepEqual([first.released(), second.released(), third.released()], [1, 1, 0])
})

test('handover: a successor that ends before it serves leaves the old one serving', async (t) => {
  const folder = temporary(t)
  const old = await serving(t, folder)
  const broken = side(t, folder)
  await broken.handover.takeOver()
  await settle()
  assert.equal(old.handover.isExpected, true)
  const waited = old.handover.succeeded(60_000)
  broken.handover.close()
  assert.equal(await waited, false)
  assert.equal(old.released(), 0)
  const next = side(t, folder)
  assert.equal(await next.handover.takeOver(), true)
})

test('handover: told to stop, it waits for a successor that has come, and not for none', async (t) => {
  const folder = temporary(t)
  const old = await serving(t, folder)
  assert.equal(await old.handover.succeeded(60_000), false)
  const next = side(t, folder)
  await next.handover.takeOver()
  await settle()
  const [waited] = await Promise.all([old.handover.succeeded(60_000), next.handover.announce()])
  assert.equal(waited, true)
  const slow = side(t, folder)
  await slow.handover.takeOver()
  await settle()
  const inVain = next.handover.succeeded(1000)
  await next.clock.advance(1000)
  assert.equal(await inVain, false)
})

test('handover: what a crash has left is passed over', async (t) => {
  const folder = temporary(t)
  writeFileSync(join(folder, 'handover'), '')
  const one = await serving(t, folder)
  assert.equal(one.released(), 0)
  assert.equal(await side(t, folder).handover.takeOver(), true)
})

test('handover: somebody else who answers there is not taken for an old one', async (t) => {
  const folder = temporary(t)
  const other = createServer((socket) => socket.end('220 ready\n')).listen(join(folder, 'handover'))
  await once(other, 'listening')
  t.after(() => other.close())
  assert.equal(await side(t, folder).handover.takeOver(), false)
})

test('handover: an old one that hangs is waited for, not for ever', async (t) => {
  const folder = temporary(t)
  await (async () => {
    const old = side(t, folder, () => new Promise(() => {}))
    await old.handover.takeOver()
    await old.handover.announce()
  })()
  const next = side(t, folder)
  await next.handover.takeOver()
  const announced = next.handover.announce()
  await settle()
  await next.clock.advance(5000)
  await announced
  assert.equal(await side(t, folder).handover.takeOver(), true, 'the next one finds the one that serves')
})

const nothing = () => Promise.resolve()

test('handover: an old one that is stopped and does not answer is told of, and passed over', async (t) => {
  const folder = temporary(t)
  const stopped = createServer().listen(join(folder, 'handover'))
  await once(stopped, 'listening')
  t.after(() => stopped.close())
  const clock = new VirtualClock()
  const said: string[] = []
  const log = { ...silentLog, warn: (message: string) => void said.push(message) }
  const next = new Handover({ folder, clock, log, prepare: nothing, release: nothing })
  t.after(() => next.close())
  const taken = next.takeOver()
  const met = once(stopped, 'connection') as Promise<[Socket]>
  t.after(async () => (await met)[0].destroy())
  await met
  await clock.advance(5000)
  assert.equal(await taken, false)
  assert.match(said.join(), /does not answer.*end it/)
})

test('handover: nothing is left behind', async (t) => {
  const folder = temporary(t)
  const one = await serving(t, folder)
  one.handover.close()
  assert.equal(existsSync(join(folder, 'handover')), false)
})

test('handover: who was succeeded, or is about to be, touches the name no more', async (t) => {
  const folder = temporary(t)
  const name = join(folder, 'handover')
  const first = await serving(t, folder)
  linkSync(name, join(folder, 'kept'))
  const second = side(t, folder)
  await second.handover.takeOver()
  await second.handover.announce()
  // What a look finds can be another one's by the time of the removal: as if the look had been just before.
  renameSync(join(folder, 'kept'), name)
  first.handover.close()
  assert.equal(existsSync(name), true)

  const other = await serving(t, folder)
  const next = side(t, folder)
  await next.handover.takeOver()
  await settle()
  other.handover.close()
  assert.equal(existsSync(name), true)
  await next.handover.announce()
  assert.equal(await side(t, folder).handover.takeOver(), true)
})

test('handover: the folder is for this user alone', (t) => {
  const folder = temporary(t)
  const inside = join(folder, 'state')
  claimFolder(inside)
  assert.equal(statSync(inside).mode & 0o777, 0o700)
  symlinkSync(inside, join(folder, 'link'))
  writeFileSync(join(folder, 'file'), '')
  assert.throws(() => claimFolder(join(folder, 'link')), { name: 'FolderRefused' })
  assert.throws(() => claimFolder(join(folder, 'file')), { name: 'FolderRefused' })
  assert.throws(
    () => claimFolder(join(folder, 'file', 'below')),
    /cannot be made: part of the path is a file/,
  )
  // Nothing can be made there, also by root; asked to make the whole path, Node would try for ever.
  assert.throws(() => claimFolder('/proc/lb-controller/x'), /cannot be made: /)
  assert.throws(() => claimFolder(inside, statSync(inside).uid + 1), { name: 'FolderRefused' })
  assert.throws(() => side(t, join(folder, 'x'.repeat(100))), { name: 'FolderRefused' })
})

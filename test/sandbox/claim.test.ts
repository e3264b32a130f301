import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { claim, holderOf, isOrphaned, tidy } from '../../src/sandbox/claim.ts'
import { folderAt, sandboxesHome } from '../../src/sandbox/folder.ts'
import { birthOf } from '../../src/sandbox/process-age.ts'

function folder(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'lb-claim-'))
  t.after(() => rmSync(path, { recursive: true }))
  return folderAt(path)
}

test('a folder has one holder at a time', (t) => {
  const at = folder(t)
  assert.equal(claim(at, 1), undefined)
  assert.deepEqual(claim(at, 2), { pid: process.pid, since: 1, birth: birthOf(process.pid) })
  tidy(at)
  assert.equal(holderOf(at), undefined)
  assert.equal(claim(at, 3), undefined)
  assert.equal(holderOf(at)?.since, 3)
})

const gone = [
  { name: 'a process that has ended', lock: JSON.stringify({ pid: 2 ** 22 + 1, since: 1 }) },
  {
    name: 'a process whose number another one has by now',
    lock: JSON.stringify({ pid: process.pid, birth: '1', since: 1 }),
    skip: birthOf(process.pid) === undefined,
  },
  { name: 'a file that was cut off', lock: '{"pid":', orphaned: false },
]

for (const { name, lock, skip = false, orphaned = true } of gone)
  test(`${name} holds nothing`, { skip }, (t) => {
    const at = folder(t)
    writeFileSync(at.lock, lock)
    assert.equal(holderOf(at), undefined)
    assert.equal(isOrphaned(at), orphaned)
    assert.equal(claim(at, 5), undefined)
    assert.equal(holderOf(at)?.since, 5)
  })

test('tidying leaves the log, and nothing else of a sandbox', (t) => {
  const at = folder(t)
  for (const path of [at.log, at.kubeconfig, at.control]) writeFileSync(path, '')
  claim(at, 1)
  tidy(at)
  assert.deepEqual([at.log, at.kubeconfig, at.control, at.lock].filter(existsSync), [at.log])
})

test('a path without room for a socket is refused with how much it is too long', () => {
  assert.throws(
    () => folderAt(`/${'x'.repeat(90)}`),
    /is \d+ bytes too long: a socket in it could not be named/,
  )
})

test('sandboxes lie where XDG says; a relative path of it is passed over', () => {
  assert.equal(sandboxesHome({ XDG_STATE_HOME: '/s' }, '/h'), '/s/lb-controller/sandbox')
  for (const XDG_STATE_HOME of ['', 'state'])
    assert.equal(sandboxesHome({ XDG_STATE_HOME }, '/h'), '/h/.local/state/lb-controller/sandbox')
})

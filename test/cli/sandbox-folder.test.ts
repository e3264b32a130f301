import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { claimForSandbox } from '../../src/cli/sandbox-folder.ts'

const rows: readonly {
  readonly name: string
  /** Folders end with a slash. */
  readonly holds: readonly string[]
  readonly refused?: RegExp
}[] = [
  { name: 'nothing in it', holds: [] },
  { name: 'the log of an earlier sandbox', holds: ['log'] },
  { name: 'all that a killed sandbox leaves', holds: ['log', 'lock', 'kubeconfig', 'pods/', 'tools/'] },
  { name: 'manifests of pods', holds: ['pods/'], refused: /no folder of a sandbox: it holds pods$/ },
  {
    name: 'a project',
    holds: ['src/', 'README', 'pods/', 'tools/'],
    refused: /it holds README, pods, src, \.\.\.$/,
  },
]

for (const { name, holds, refused } of rows)
  test(`a state folder of a sandbox with ${name}`, (t) => {
    const path = mkdtempSync(join(tmpdir(), 'sandbox-folder-'))
    t.after(() => rmSync(path, { recursive: true }))
    for (const one of holds)
      if (one.endsWith('/')) mkdirSync(join(path, one))
      else writeFileSync(join(path, one), '')
    if (refused === undefined) claimForSandbox(path)
    else assert.throws(() => claimForSandbox(path), { message: refused, hint: /--state-dir/ })
  })

test('a state folder that is not there yet is made for this user alone', (t) => {
  const path = mkdtempSync(join(tmpdir(), 'sandbox-folder-'))
  t.after(() => rmSync(path, { recursive: true }))
  claimForSandbox(join(path, 'a', 'b'))
  assert.equal(statSync(join(path, 'a', 'b')).mode & 0o777, 0o700)
})

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { claimFolder } from '../../src/relay/state-folder.ts'

const rows: readonly {
  readonly name: string
  readonly make: (path: string) => void
  readonly user?: number
  readonly refused?: RegExp
}[] = [
  { name: 'is not there', make: () => {} },
  { name: 'others may enter', make: (path) => makeFolder(path, 0o755) },
  {
    name: 'all users share',
    make: (path) => makeFolder(path, 0o1777),
    refused: /is for all users of this machine; name a folder in it$/,
  },
  {
    name: 'is another user’s',
    make: (path) => makeFolder(path, 0o700),
    user: (process.getuid?.() ?? 0) + 1,
    refused: /belongs to user \d+; name one of user \d+$/,
  },
  { name: 'is a file', make: (path) => writeFileSync(path, ''), refused: /is not a folder/ },
  { name: 'is a link', make: (path) => symlinkSync(tmpdir(), path), refused: /is not a folder/ },
  {
    name: 'is a link to nothing',
    make: (path) => symlinkSync(`${path}-none`, path),
    refused: /is not a folder/,
  },
]

for (const { name, make, user, refused } of rows)
  test(`a state folder that ${name}`, (t) => {
    const home = mkdtempSync(join(tmpdir(), 'state-folder-'))
    t.after(() => rmSync(home, { recursive: true }))
    const path = join(home, 'own')
    make(path)
    if (refused === undefined) {
      claimFolder(path, user)
      assert.equal(statSync(path).mode & 0o7777, 0o700)
      return
    }
    const before = statSync(path, { throwIfNoEntry: false })?.mode
    assert.throws(() => claimFolder(path, user), { message: refused })
    assert.equal(statSync(path, { throwIfNoEntry: false })?.mode, before)
  })

function makeFolder(path: string, mode: number): void {
  mkdirSync(path)
  chmodSync(path, mode)
}

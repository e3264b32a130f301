import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { invoke } from './invoke.ts'

const folder = ['--state-dir', join(tmpdir(), 'no-such-sandbox')]

for (const args of [
  ['sandbox', 'stop', '--name', 'second', ...folder],
  ['sandbox', '--name', 'second', 'status', ...folder],
])
  test(`${args.slice(0, 4).join(' ')}: the name is that of the sandbox that is meant`, async () => {
    const { code, err } = await invoke(args)
    assert.equal(code, 1)
    assert.match(err, /no sandbox of the name second runs/)
  })

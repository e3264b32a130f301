import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { RestartCount } from './relay-restarts.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
const skip = isRoot ? false : 'needs root: a network namespace of its own'

async function restarts(migrate: 0 | 1): Promise<RestartCount> {
  const name = `lb-restart-${process.pid}-${migrate}`
  await run('ip', ['netns', 'add', name])
  try {
    const inside = (...command: readonly string[]) => run('ip', ['netns', 'exec', name, ...command])
    await inside('ip', 'link', 'set', 'lo', 'up')
    await inside('sysctl', '-qw', `net.ipv4.tcp_migrate_req=${migrate}`)
    const program = new URL('relay-restarts.ts', import.meta.url).pathname
    const { stdout } = await inside('timeout', '-k', '1', '180', process.execPath, program)
    return JSON.parse(stdout) as RestartCount
  } finally {
    await run('ip', ['netns', 'del', name])
  }
}

for (const { migrate, most } of [
  { migrate: 0, most: 5 * 5 },
  { migrate: 1, most: 0 },
] as const)
  test(`relay: 5 restarts under 300 connections/s, tcp_migrate_req=${migrate}`, { skip }, async (t) => {
    const count = await restarts(migrate)
    t.diagnostic(JSON.stringify(count))
    assert.ok(count.connections > 4000, 'the load was there')
    assert.ok(count.resets <= most, `${count.resets} resets`)
    assert.equal(count.flowsMoved, 0)
    assert.deepEqual([count.timeouts, count.otherFailures], [0, 0])
  })

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { silentLog } from '../../src/observe/log.ts'
import { Child } from '../../src/sandbox/child.ts'

function childOf(t: TestContext, program: string) {
  const folder = mkdtempSync(join(tmpdir(), 'lb-child-'))
  let ready = 0
  const waiting: (() => void)[] = []
  const child = new Child({
    name: 'balancer',
    args: ['-e', program],
    // Those of a test runner go with no program of their own.
    execArgv: [],
    logFile: join(folder, 'log'),
    log: silentLog,
    isReady: async () => true,
    onReady: async () => {
      ready += 1
      for (const go of waiting.splice(0)) go()
    },
    againAfterMs: 1,
  })
  t.after(async () => {
    await child.close()
    rmSync(folder, { recursive: true })
  })
  return {
    child,
    ready: () => ready,
    told: () => new Promise<void>((resolve) => void waiting.push(resolve)),
  }
}

const stays = 'process.stdin.resume()'

test('a process that ends by itself is started again, and told again what it needs', async (t) => {
  const { child, told, ready } = childOf(t, stays)
  await child.start()
  const [first, again] = [child.pid, told()]
  process.kill(first ?? 0, 'SIGKILL')
  await again
  assert.notEqual(child.pid, first)
  assert.equal(ready(), 2)
})

test('while it is away it is said why', async (t) => {
  const { child, told } = childOf(t, stays)
  await child.start()
  assert.equal(child.lack, undefined)
  const again = told().then(() => child.lack)
  process.kill(child.pid ?? 0, 'SIGKILL')
  assert.match((await again) ?? '', /the balancer has ended \(SIGKILL\) and is started again/)
})

test('one that was ended is not started again; a restart is a start', async (t) => {
  const { child, ready } = childOf(t, stays)
  await child.start()
  await child.restart()
  assert.equal(ready(), 2)
  await child.close()
  assert.deepEqual([child.pid, child.lack], [undefined, undefined])
})

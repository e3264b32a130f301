/**
 * The built local balancer, killed by SIGKILL and started again: what it was asked for serves as before. What a restart in
 * process cannot show: signals, a socket that a dead process has left, the file that a killed write has left.
 */
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json, text } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import type { LocalAddress, LocalListener } from '../../providers/local/api.ts'
import { build } from '../../scripts/build.ts'
import { freePort } from '../support/free-port.ts'

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-balancer-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

async function ask<T>(socketPath: string, call: string, ...given: unknown[]): Promise<T> {
  const sent = request({ socketPath, path: `/v1/${call}`, method: 'POST' })
  sent.end(JSON.stringify(given))
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const body = (await json(response)) as { value: T }
  assert.equal(response.statusCode, 200, JSON.stringify(body))
  return body.value
}

/** What a client of the port gets, tried until somebody serves it. */
async function served(port: number, withinMs: number): Promise<string> {
  const end = performance.now() + withinMs
  for (;;)
    try {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      return await text(socket)
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

test('killed at any moment, it comes back with all that it has answered', { timeout: 300_000 }, async (t) => {
  const folder = await folderOf(t)
  const dist = join(folder, 'dist')
  await build(dist)
  const state = join(folder, 'state')
  const socket = join(state, 'balancer.sock')
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(
      process.execPath,
      [
        join(dist, 'main.js'),
        'local-balancer',
        '--state-dir',
        state,
        '--pool',
        'home=127.0.0.1',
        '--end-with-stdin',
      ],
      { stdio: ['pipe', 'ignore', 'pipe'] },
    )
    t.after(() => child.kill('SIGKILL'))
    let told = ''
    const serves = new Promise<void>((resolve) =>
      child.stderr.on('data', (chunk) => {
        told += String(chunk)
        if (told.includes('serving')) resolve()
      }),
    )
    await Promise.race([serves, once(child, 'exit')])
    assert.match(told, /serving/)
    return child
  }

  const target = createServer((client) => client.end('hello')).listen(0, '127.0.0.1')
  t.after(() => target.close())
  await once(target, 'listening')
  let child = await start()
  const address = await ask<LocalAddress>(socket, 'createAddress', { name: 'web', tags: {} })
  const port = await freePort()
  const made = await ask<LocalListener>(socket, 'createListener', {
    addressId: address.id,
    protocol: 'TCP',
    port,
    targets: [{ address: '127.0.0.1', port: (target.address() as AddressInfo).port }],
    scheduler: 'random',
    tags: {},
  })
  assert.equal(await served(port, 10_000), 'hello')

  await t.test('traffic is back within a second', async () => {
    await kill(child)
    const begun = performance.now()
    const starting = start()
    assert.equal(await served(port, 30_000), 'hello')
    const tookMs = performance.now() - begun
    child = await starting
    assert.deepEqual(await ask(socket, 'readListener', made.id), made)
    t.diagnostic(`back after ${Math.round(tookMs)} ms`)
  })

  await t.test('nothing that was answered is lost, wherever a write is cut', async () => {
    let { etag } = await ask<LocalAddress>(socket, 'readAddress', address.id)
    for (let round = 0; round < 5; round++) {
      let answered = 0
      const writing = (async () => {
        for (let turn = 1; ; turn++) {
          const change = { etag, set: { tags: { turn: String(turn), filler: 'x'.repeat(50_000) } } }
          ;({ etag } = await ask<LocalAddress>(socket, 'updateAddress', address.id, change))
          answered = turn
        }
      })().catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 40 + 17 * round))
      await kill(child)
      await writing
      child = await start()
      const now = await ask<LocalAddress>(socket, 'readAddress', address.id)
      assert.ok(Number(now.tags.turn) >= answered, `${now.tags.turn} of ${answered}`)
      etag = now.etag
    }
    assert.ok(!(await readFile(join(state, 'state.json'), 'utf8')).includes('undefined'))
  })

  await t.test('a second one is refused, and says whose folder it is', async () => {
    const second = spawn(
      process.execPath,
      [join(dist, 'main.js'), 'local-balancer', '--state-dir', state, '--pool', 'home=127.0.0.1'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const [said, [code]] = await Promise.all([text(second.stderr), once(second, 'exit')])
    assert.equal(code, 1)
    assert.match(said, /^lb-controller: another local balancer serves .*state; stop it/)
    assert.equal(await served(port, 10_000), 'hello')
  })

  await t.test('it ends with whoever started it', async () => {
    const gone = once(child, 'exit')
    child.stdin?.end()
    assert.deepEqual(await gone, [0, null])
  })
})

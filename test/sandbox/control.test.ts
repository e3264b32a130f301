import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { askControl, serveControl } from '../../src/sandbox/control.ts'

function socketIn(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'control-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return join(folder, 's')
}

test('control: what is asked is answered, and what is refused says why', async (t) => {
  const path = socketIn(t)
  const served = await serveControl(path, {
    'GET /nothing': () => undefined,
    'POST /twice': (body) => ({ twice: Number(body) * 2 }),
    'POST /no': () => Promise.reject(Object.assign(new Error('not now'), { hint: 'later' })),
  })
  t.after(() => served.close())
  assert.equal(await askControl(path, 'GET /nothing'), null)
  assert.deepEqual(await askControl(path, 'POST /twice', 21), { twice: 42 })
  await assert.rejects(askControl(path, 'POST /no'), { message: 'not now', hint: 'later' })
  for (const order of ['GET /twice', 'GET /constructor'])
    await assert.rejects(askControl(path, order), { message: `there is no ${order}` })
})

test('control: nobody listens, or somebody who answers something else', async (t) => {
  const path = socketIn(t)
  await assert.rejects(askControl(path, 'GET /x'), { code: 'ENOENT' })
  const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{'))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  t.after(() => server.close())
  await assert.rejects(askControl(path, 'GET /x'), SyntaxError)
})

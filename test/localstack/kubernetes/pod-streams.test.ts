import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { call } from './client.ts'
import { channels, podPath, withPods } from './pod-streams-world.ts'

const exec = (command: string, more = '') => `${podPath('web')}/exec?command=${command}&stdout=true${more}`

test('exec: both outputs, and the exit code as kubectl reads it', () =>
  withPods(async ({ server }) => {
    const client = channels(server, exec('both', '&stderr=true'))
    await client.closed
    assert.deepEqual([client.stdout(), client.stderr()], ['out', 'err'])
    assert.deepEqual(client.status(), {
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: exit status 3',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    })
  }))

test('exec: bytes of the input arrive unchanged, and v5 says where it ends', () =>
  withPods(async ({ server }) => {
    const client = channels(server, exec('cat', '&stdin=true'))
    await client.opened
    assert.equal(client.socket.protocol, 'v5.channel.k8s.io')
    client.send(0, 'a\0b')
    client.send(0, 'c')
    client.send(255, Uint8Array.of(0))
    await client.closed
    assert.equal(client.stdout(), 'a\0bc')
    assert.equal(client.status().status, 'Success')
  }))

test('exec: a long output comes whole', () =>
  withPods(async ({ server }) => {
    const client = channels(server, exec('much'))
    await client.closed
    assert.equal(client.stdout().length, 64 * 65_536)
    assert.equal(client.status().status, 'Success')
  }))

test('exec: an input that nobody reads does not hold the end', () =>
  withPods(async ({ server }) => {
    const client = channels(server, exec('deaf', '&stdin=true'))
    await client.opened
    for (let left = 64; left > 0; left--) client.send(0, Buffer.alloc(32_768))
    await client.closed
    assert.equal(client.status().status, 'Success')
  }))

test('exec: the size of the window arrives; what is none is passed over', () =>
  withPods(async ({ server }) => {
    const client = channels(server, exec('sized', '&stdin=true&tty=true'))
    await client.opened
    for (const size of ['{"Width":0,"Height":0}', 'nonsense', '{"Width":97,"Height":31}'])
      client.send(4, size)
    await client.closed
    assert.equal(client.stdout(), '97x31')
  }))

test('exec: a client that goes ends the command', () =>
  withPods(async ({ server, seen }) => {
    const client = channels(server, exec('forever'))
    await client.opened
    client.socket.terminate()
    await client.closed
    for (let left = 100; left > 0 && !seen.aborted; left--) await new Promise(setImmediate)
    assert.ok(seen.aborted)
  }))

test('exec: a command that cannot begin says why', () =>
  withPods(async ({ server }) => {
    const client = channels(server, exec('nothing'))
    await client.closed
    assert.deepEqual(
      [client.status().status, client.status().code, client.status().message],
      ['Failure', 500, 'exec: "nothing": not found'],
    )
  }))

test('attach: the end of the container is no failure of attaching', () =>
  withPods(async ({ server }) => {
    const client = channels(server, `${podPath('web')}/attach?stdout=true&stdin=true&tty=true`, [
      'v4.channel.k8s.io',
    ])
    await client.closed
    assert.equal(client.socket.protocol, 'v4.channel.k8s.io')
    assert.deepEqual([client.stdout(), client.status().status], ['attached', 'Success'])
  }))

const upgrading = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
const web = podPath('web')
const refusals: readonly { name: string; path: string; code: number; message: RegExp; plain?: true }[] = [
  {
    name: 'no such pod',
    path: `${podPath('gone')}/exec?command=a&stdout=1`,
    code: 404,
    message: /pods "gone" not found/,
  },
  {
    name: 'a pod without a node',
    path: `${podPath('new')}/exec?command=a&stdout=1`,
    code: 400,
    message: /^pod new does not have a host assigned$/,
  },
  {
    name: 'no such container',
    path: `${web}/exec?command=a&stdout=1&container=x`,
    code: 400,
    message: /^container x is not valid for pod web$/,
  },
  {
    name: 'no container named',
    path: `${podPath('pair')}/exec?command=a&stdout=1`,
    code: 400,
    message: /^a container name must be specified for pod pair, choose one of: \[main side\]$/,
  },
  {
    name: 'no stream',
    path: `${web}/exec?command=a`,
    code: 400,
    message: /at least 1 of stdin, stdout, stderr/,
  },
  {
    name: 'errors apart from a terminal',
    path: `${web}/exec?command=a&stdout=1&stderr=1&tty=1`,
    code: 400,
    message: /tty and stderr/,
  },
  { name: 'no command', path: `${web}/exec?stdout=1`, code: 400, message: /at least 1 command/ },
  {
    name: 'a plain request',
    path: `${web}/exec?command=a&stdout=1`,
    code: 400,
    message: /^Upgrade request required$/,
    plain: true,
  },
  {
    name: 'a protocol of nobody',
    path: `${web}/exec?command=a&stdout=1`,
    code: 400,
    message: /none of the client's subprotocols is one of v5/,
  },
]

for (const { name, path, code, message, plain } of refusals)
  test(`exec is refused: ${name}`, () =>
    withPods(async ({ server }) => {
      const reply = await call(server, path, { headers: plain ? {} : upgrading })
      assert.equal(reply.code, code)
      assert.match(reply.body.message, message)
    }))

test('without anybody who runs pods, the answer says so', () =>
  withPods(async ({ server }) => {
    const { startServer } = await import('../../../localstack/kubernetes/server.ts')
    const other = await startServer({ state: server.state })
    const reply = await call(other, `${web}/log`)
    await other.close()
    assert.deepEqual([reply.code, reply.body.reason], [501, 'NotImplemented'])
  }))

test('a request to upgrade what is no stream is answered as usual', () =>
  withPods(async ({ server }) => {
    const reply = await call(server, web, { headers: { connection: 'upgrade', upgrade: 'h2c' } })
    assert.deepEqual([reply.code, reply.body.metadata.name], [200, 'web'])
  }))

test('logs: text, and the options as they were asked', () =>
  withPods(async ({ server, seen }) => {
    const path = `${podPath('pair')}/log?container=side&follow=true&tailLines=5&timestamps=true&limitBytes=9&sinceTime=2026-01-01T00:00:01Z`
    const reply = await call(server, path)
    assert.deepEqual(
      [reply.code, reply.headers['content-type'], reply.body],
      [200, 'text/plain', 'one of side\ntwo\n'],
    )
    const since = Date.UTC(2026, 0, 1, 0, 0, 1)
    assert.deepEqual(seen.logs, [
      { follow: true, previous: false, timestamps: true, tailLines: 5, limitBytes: 9, since },
    ])
  }))

const badLogs: readonly { name: string; query: string; code: number; message: RegExp }[] = [
  {
    name: 'of no run before',
    query: 'previous=true',
    code: 400,
    message: /^previous terminated container not found$/,
  },
  {
    name: 'with fewer than no lines',
    query: 'tailLines=-1',
    code: 422,
    message: /^PodLogOptions "web" is invalid: tailLines: Invalid value: "-1": must be/,
  },
  {
    name: 'since two times',
    query: 'sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z',
    code: 422,
    message: /at most one of/,
  },
  { name: 'since no time', query: 'sinceTime=noon', code: 422, message: /sinceTime: Invalid value: "noon"/ },
]

for (const { name, query, code, message } of badLogs)
  test(`logs are refused: ${name}`, () =>
    withPods(async ({ server }) => {
      const reply = await call(server, `${web}/log?${query}`)
      assert.equal(reply.code, code)
      assert.match(reply.body.message, message)
    }))

test('logs: a connection that breaks ends the reading', () =>
  withPods(async ({ server, runtime }) => {
    const ended = new EventEmitter()
    Object.assign(runtime, {
      async *logs(_of: unknown, _options: unknown, signal: AbortSignal) {
        yield Buffer.from('first\n')
        await once(signal, 'abort')
        ended.emit('end')
      },
    })
    const asking = request(`${server.url}${web}/log?follow=true`).end()
    const [reply] = (await once(asking, 'response')) as [NodeJS.ReadableStream]
    await once(reply, 'data')
    const end = once(ended, 'end')
    asking.destroy()
    await end
  }))

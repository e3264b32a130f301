import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LocalRefusal } from '../../../providers/local/api.ts'
import { createClient } from '../../../providers/local/client.ts'
import { toProviderError } from '../../../providers/local/errors.ts'
import { checkup } from '../../../providers/local/fetch-checkup.ts'
import { defaultConfig } from '../../../providers/local/config.ts'
import { createLocalApi } from '../../../providers/local/server/in-process.ts'
import type { LocalApi } from '../../../providers/local/api.ts'
import { pools } from './subject.ts'

const { signal } = new AbortController()

async function withServer(answer: RequestListener, run: (socket: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lb-controller-'))
  const socket = join(folder, 'balancer.sock')
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  try {
    await run(socket)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true })
  }
}

test('a call is a POST with its arguments; a missing cursor is null, no value is undefined', async () => {
  const asked: string[] = []
  const answer: RequestListener = (request, response) => {
    request.setEncoding('utf8')
    request.on('data', (body: string) => {
      asked.push(`${request.method} ${request.url} ${body}`)
      response.end(asked.length === 1 ? '{"value":{"items":[]}}' : '{}')
    })
  }
  await withServer(answer, async (socket) => {
    const api = createClient(socket)
    assert.deepEqual(await api.listAddresses(undefined, signal), { items: [] })
    assert.equal(await api.readListener('l-1', signal), undefined)
    await api.deleteAddress('a-1', signal)
  })
  assert.deepEqual(asked, [
    'POST /v1/listAddresses [null]',
    'POST /v1/readListener ["l-1"]',
    'POST /v1/deleteAddress ["a-1"]',
  ])
})

for (const { name, status, body, kind, sent } of [
  { name: 'taken', status: 409, body: { reason: 'taken', message: 'x' }, kind: 'taken', sent: 'no' },
  { name: 'in use', status: 409, body: { reason: 'inUse', message: 'x' }, kind: 'inUse', sent: 'no' },
  { name: 'stale', status: 412, body: { reason: 'stale', message: 'x' }, kind: 'stale', sent: 'no' },
  { name: 'gone', status: 404, body: { reason: 'notFound', message: 'x' }, kind: 'notFound', sent: 'no' },
  { name: 'used up', status: 507, body: { reason: 'exhausted', message: 'x' }, kind: 'quota', sent: 'no' },
  { name: 'a fault', status: 500, body: { message: 'x' }, kind: 'transient', sent: 'maybe' },
  { name: 'no JSON', status: 200, body: undefined, kind: 'transient', sent: 'maybe' },
])
  test(`an answer: ${name}`, () =>
    withServer(
      (_request, response) => {
        response.writeHead(status)
        response.end(body === undefined ? '<html>' : JSON.stringify(body))
      },
      async (socket) => {
        const error = await createClient(socket)
          .deleteAddress('a-1', signal)
          .catch((thrown: unknown) => toProviderError('deleteAddress', thrown))
        assert.ok(error instanceof Error)
        assert.deepEqual([error.kind, error.sent, error.op], [kind, sent, 'local:deleteAddress'])
      },
    ))

test('an answer that never came may have taken effect', () =>
  withServer(
    (request) => request.socket.destroy(),
    async (socket) => {
      const thrown: unknown = await createClient(socket)
        .deleteAddress('a-1', signal)
        .catch((error: unknown) => error)
      const { kind, sent } = toProviderError('deleteAddress', thrown)
      assert.deepEqual([kind, sent], ['transient', 'maybe'])
    },
  ))

test('a socket that is not there: nothing was sent, and the message says what to start', async () => {
  const thrown: unknown = await createClient('/nowhere/balancer.sock')
    .pools(signal)
    .catch((error: unknown) => error)
  const { kind, sent, message } = toProviderError('pools', thrown)
  assert.deepEqual([kind, sent], ['transient', 'no'])
  assert.match(message, /lb-controller local-balancer/)
})

test('a port of an address that is taken may be our own: it is looked for', () => {
  const refusal = new LocalRefusal('taken', 'port 80 is that of shop/web@0123456789', 'port')
  assert.equal(toProviderError('createListener', refusal).kind, 'exists')
  assert.equal(toProviderError('createAddress', refusal).kind, 'taken')
  assert.equal(toProviderError('createAddress', refusal).message, 'port: port 80 is that of shop/web')
})

const nodes = [
  { name: 'node-1', providerID: '', addresses: [{ type: 'InternalIP', address: '127.14.0.11' }], labels: {} },
]
const said = async (api: LocalApi) =>
  Object.fromEntries(
    (await checkup(api, defaultConfig, nodes, signal)).map(({ name, state, said: text }) => [
      name,
      `${state} ${text}`,
    ]),
  )

test('doctor: the balancer, its pools, its listeners and the nodes', async () => {
  const found = await said(createLocalApi({ pools }))
  assert.match(found['balancer'] ?? '', /^ok/)
  assert.equal(found['pool home'], 'ok 127.14.240.0/24: 0 of 254 in use')
  assert.equal(found['listeners'], 'ok all 0 are served')
  assert.equal(found['nodes'], 'ok all 1 have an IPv4 address')
})

test('doctor: no balancer', async () => {
  const found = await said(createClient('/nowhere/balancer.sock'))
  assert.match(found['balancer'] ?? '', /^error the local balancer does not run here/)
})

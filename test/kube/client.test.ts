import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { connect, type Client, type ClientOptions } from '../../src/kube/client.ts'
import type { KubeError } from '../../src/kube/errors.ts'
import { events, leases, nodes, services, type WatchEnd } from '../../src/kube/port.ts'
import type { RequestReport } from '../../src/kube/transport.ts'
import type { KubeObject } from '../../src/model/objects.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

interface Bench {
  client: Client
  /** `METHOD url` of each request. */
  seen: string[]
  headers: IncomingMessage['headers'][]
  reports: RequestReport[]
  sockets: () => number
  serve: (handler: Handler) => void
  folder: string
  /** Another client of the same server. */
  another: (user: object, more?: Partial<ClientOptions>) => Promise<Client>
}

const never = new AbortController().signal
const json = (
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string> = {},
) => {
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
const fine: Handler = (_request, response) => json(response, 200, { metadata: {} })
const status = (code: number, reason: string, message: string) => ({ kind: 'Status', code, reason, message })
/** Waits of the client pass at once, and are noted. */
const hasty = (waits: number[]): Clock => ({
  ...systemClock,
  sleep: async (ms) => void waits.push(ms),
})

async function withServer(
  run: (bench: Bench) => Promise<void>,
  opts: Partial<ClientOptions> = {},
  path = '',
) {
  let handler = fine
  const seen: string[] = []
  const headers: Bench['headers'] = []
  const reports: RequestReport[] = []
  let sockets = 0
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece: Buffer) => (body += piece.toString()))
    request.on('end', () => {
      seen.push(`${request.method} ${request.url}`)
      headers.push(request.headers)
      handler(request, response, body)
    })
  })
  server.on('connection', () => sockets++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const folder = await mkdtemp(join(tmpdir(), 'kube-client-'))
  const clients: Client[] = []
  const onRequest = (report: RequestReport) => void reports.push(report)
  const another: Bench['another'] = async (user, more = {}) => {
    const kubeconfig = join(folder, `config-${clients.length}`)
    const { port } = server.address() as AddressInfo
    await writeFile(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}${path}` } }],
        users: [{ name: 'u', user }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    )
    const client = await connect({
      clock: systemClock,
      kubeconfig,
      onRequest,
      random: () => 0,
      ...opts,
      ...more,
    })
    clients.push(client)
    return client
  }
  try {
    const client = await another({ token: 'secret-token' })
    const serve = (next: Handler) => void (handler = next)
    await run({ client, seen, headers, reports, sockets: () => sockets, serve, folder, another })
  } finally {
    await Promise.all(clients.map((client) => client.close()))
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  }
}

test('client: 50 requests in turn share a connection', () =>
  withServer(async ({ client, seen, sockets, reports }) => {
    for (let i = 0; i < 50; i++) await client.get(services, { namespace: 'shop', name: 'web' }, never)
    assert.deepEqual([seen.length, reports.length], [50, 50])
    // The second may be opened before the first answer is read to its end.
    assert.ok(sockets() <= 2, `${sockets()} connections`)
    assert.deepEqual(
      [seen[0], reports[0]?.verb, reports[0]?.resource, reports[0]?.code],
      ['GET /api/v1/namespaces/shop/services/web', 'get', 'services', 200],
    )
  }))

test('client: every call has the path, type and body the API wants', () =>
  withServer(
    async ({ client, seen, headers, serve }) => {
      const bodies: string[] = []
      serve((_request, response, body) => {
        bodies.push(body)
        json(response, 200, { metadata: { name: 'x' }, items: [] })
      })
      const lease = { metadata: { namespace: 'kube-system', name: 'l' } }
      await client.create(leases, lease, never)
      await client.update(leases, lease, never)
      const merge = { type: 'merge', body: { status: {} }, subresource: 'status' } as const
      await client.patch(services, { namespace: 'shop', name: 'web' }, merge, never)
      const apply = { type: 'apply', body: {}, fieldManager: 'lb' } as const
      await client.patch(nodes, { name: 'n 1' }, apply, never)
      const one = { limit: 500, continue: 'a/b=', fieldSelector: 'spec.x=1', namespace: 'shop' }
      await client.list(events, one, never)
      assert.deepEqual(seen, [
        'POST /k8s/c-1/apis/coordination.k8s.io/v1/namespaces/kube-system/leases',
        'PUT /k8s/c-1/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/l',
        'PATCH /k8s/c-1/api/v1/namespaces/shop/services/web/status',
        'PATCH /k8s/c-1/api/v1/nodes/n%201?fieldManager=lb&force=true',
        'GET /k8s/c-1/apis/events.k8s.io/v1/namespaces/shop/events?limit=500&continue=a%2Fb%3D&fieldSelector=spec.x%3D1',
      ])
      assert.deepEqual(
        headers.map((h) => h['content-type']),
        [
          'application/json',
          'application/json',
          'application/merge-patch+json',
          'application/apply-patch+yaml',
          undefined,
        ],
      )
      assert.deepEqual(bodies, [JSON.stringify(lease), JSON.stringify(lease), '{"status":{}}', '{}', ''])
      assert.equal(headers[0]?.authorization, 'Bearer secret-token')
    },
    {},
    '/k8s/c-1/',
  ))

test('client: a list says its type in each object and drops managedFields', () =>
  withServer(async ({ client, serve }) => {
    const item = { metadata: { name: 'a', managedFields: [{}] }, spec: { type: 'LoadBalancer' } }
    const metadata = { resourceVersion: '7', continue: '' }
    serve((_request, response) => json(response, 200, { metadata, items: [item] }))
    assert.deepEqual(await client.list(services, {}, never), {
      items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { type: 'LoadBalancer' } }],
      resourceVersion: '7',
    })
    serve((_request, response) => json(response, 200, { metadata, items: null }))
    assert.deepEqual((await client.list(leases, {}, never)).items, [])
  }))

test('client: what is no list does not pass for an empty one', () =>
  withServer(async ({ client, serve }) => {
    const metadata = { resourceVersion: '7' }
    const answers = [
      { kind: 'Status', status: 'Failure', metadata: {} },
      { metadata },
      { metadata, items: {} },
      { metadata, items: ['garbage'] },
      { metadata, items: [{ metadata: {} }] },
      { items: [] },
      [],
    ]
    for (const answer of answers) {
      serve((_request, response) => json(response, 200, answer))
      await assert.rejects(client.list(services, {}, never), /no Kubernetes object/, JSON.stringify(answer))
    }
  }))

interface Failure {
  name: string
  /** Answers in turn; the last one again and again. */
  answers: readonly Handler[]
  call?: (client: Client) => Promise<unknown>
  attempts: number
  waits: readonly number[]
  error?: { code: number; reason: string; retryAfterMs?: number }
}

const get = (client: Client) => client.get(services, { namespace: 'shop', name: 'web' }, never)
const refuse =
  (code: number, reason: string, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    json(response, code, status(code, reason, `${reason}, says the server`), headers)
const cut: Handler = (request) => request.socket.destroy()
const patchOf = (metadata: Record<string, string>) => (client: Client) =>
  client.patch(services, { namespace: 'shop', name: 'web' }, { type: 'merge', body: { metadata } }, never)

const failures: readonly Failure[] = [
  {
    name: 'forbidden is final',
    answers: [refuse(403, 'Forbidden')],
    attempts: 1,
    waits: [],
    error: { code: 403, reason: 'Forbidden' },
  },
  {
    name: '429 waits as asked',
    answers: [refuse(429, 'TooManyRequests', { 'retry-after': '3' }), fine],
    attempts: 2,
    waits: [3_000],
  },
  {
    name: "429 that asks for longer than we wait is the caller's business",
    answers: [refuse(429, 'TooManyRequests', { 'retry-after': '60' })],
    attempts: 1,
    waits: [],
    error: { code: 429, reason: 'TooManyRequests', retryAfterMs: 60_000 },
  },
  {
    name: '500 and 503 are tried again',
    answers: [refuse(500, 'InternalError'), refuse(503, ''), fine],
    attempts: 3,
    waits: [100, 200],
  },
  {
    name: 'three tries, not more',
    answers: [refuse(503, '')],
    attempts: 3,
    waits: [100, 200],
    error: { code: 503, reason: 'ServiceUnavailable' },
  },
  { name: 'a cut connection is tried again', answers: [cut, fine], attempts: 2, waits: [100] },
  {
    name: 'a create is never sent twice',
    answers: [cut],
    call: (client) => client.create(leases, { metadata: { namespace: 'a', name: 'b' } }, never),
    attempts: 1,
    waits: [],
    error: { code: 0, reason: 'Reset' },
  },
  {
    name: 'a patch guarded by uid is sent again',
    answers: [cut, fine],
    call: patchOf({ uid: 'u' }),
    attempts: 2,
    waits: [100],
  },
  {
    name: 'a patch without a guard is not',
    answers: [cut],
    call: patchOf({}),
    attempts: 1,
    waits: [],
    error: { code: 0, reason: 'Reset' },
  },
  {
    name: 'an error page of a proxy in between is an error by its code',
    answers: [(_request, response) => response.writeHead(404).end('<html>')],
    attempts: 1,
    waits: [],
    error: { code: 404, reason: 'NotFound' },
  },
  {
    name: 'an answer that is no JSON is a broken answer',
    answers: [(_request, response) => response.end('hello')],
    attempts: 3,
    waits: [100, 200],
    error: { code: 0, reason: 'Reset' },
  },
]

for (const row of failures) {
  const waits: number[] = []
  test(`client: ${row.name}`, () =>
    withServer(
      async ({ client, seen, serve }) => {
        let turn = 0
        serve((...args) => row.answers[Math.min(turn++, row.answers.length - 1)]!(...args))
        const error = await (row.call ?? get)(client).then(
          () => undefined,
          (thrown: unknown) => thrown as KubeError,
        )
        assert.deepEqual([seen.length, waits], [row.attempts, row.waits])
        const { code, reason, retryAfterMs } = error ?? {}
        const told = { code, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
        assert.deepEqual(error === undefined ? undefined : told, row.error)
        assert.doesNotMatch(`${error?.message} ${error?.stack}`, /secret-token/)
      },
      { clock: hasty(waits) },
    ))
}

test('client: a silent server costs the time-out, not more, and the caller may stop before', () =>
  withServer(
    async ({ client, serve, reports }) => {
      serve(() => {})
      const began = performance.now()
      await assert.rejects(get(client), { code: 0, reason: 'Timeout' })
      assert.ok(performance.now() - began < 20_000)
      const stop = new AbortController()
      const waiting = client.get(services, { name: 'x' }, stop.signal)
      stop.abort()
      await assert.rejects(waiting, { code: 0, reason: 'Aborted' })
      assert.deepEqual(
        reports.map((report) => report.code),
        [0, 0],
      )
    },
    { timeoutMs: 100, attempts: 1 },
  ))

test('client: a body that stops in the middle is cut off by the time-out too', () =>
  withServer(
    async ({ client, serve }) => {
      serve((_request, response) => void response.writeHead(200).write('{"metadata":'))
      await assert.rejects(get(client), { code: 0, reason: 'Timeout' })
    },
    { timeoutMs: 100, attempts: 1 },
  ))

test('client: nobody listens', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kube-client-'))
  const kubeconfig = join(folder, 'config')
  const server = 'http://127.0.0.1:1'
  const text = `{"clusters":[{"name":"c","cluster":{"server":"${server}"}}],"users":[{"name":"u","user":{}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}`
  await writeFile(kubeconfig, text)
  const client = await connect({ clock: systemClock, kubeconfig, attempts: 1 })
  await assert.rejects(get(client), { code: 0, reason: 'Unreachable' })
  await client.close()
  await assert.rejects(connect({ clock: systemClock, kubeconfig, context: 'y' }), { reason: 'Misconfigured' })
  await writeFile(kubeconfig, text.replace('127.0.0.1', 'example.com'))
  await assert.rejects(connect({ clock: systemClock, kubeconfig }), { reason: 'Misconfigured' })
  await writeFile(kubeconfig, text.replace('127.0.0.1:1', '[::1]:1'))
  assert.equal((await connect({ clock: systemClock, kubeconfig })).server, 'http://[::1]:1')
  await assert.rejects(connect({ clock: systemClock, kubeconfig: join(folder, 'none') }), {
    reason: 'Misconfigured',
  })
  await rm(folder, { recursive: true })
})

test('client: a token file is read again as soon as the old token is refused', () => {
  let now = 0
  const clock: Clock = { ...systemClock, now: () => now }
  return withServer(
    async ({ another, serve, headers, seen, folder }) => {
      const tokenFile = join(folder, 'token')
      await writeFile(tokenFile, 'first\n')
      const client = await another({ tokenFile: 'token' })
      let valid = 'Bearer first'
      serve((request, response) =>
        request.headers.authorization === valid
          ? fine(request, response, '')
          : refuse(401, '')(request, response, ''),
      )
      await get(client)
      await writeFile(tokenFile, 'second\n')
      valid = 'Bearer second'
      now += 60_000
      await client.create(leases, { metadata: { namespace: 'a', name: 'b' } }, never)
      assert.deepEqual(
        headers.map((h) => h.authorization),
        ['Bearer first', 'Bearer first', 'Bearer second'],
      )
      // A user that stays refused does not read its files at every request.
      valid = 'Bearer third'
      await assert.rejects(get(client), { code: 401, reason: 'Unauthorized' })
      assert.equal(seen.length, 4)
    },
    { clock },
  )
})

async function watched(client: Client, signal = never): Promise<{ end: WatchEnd; events: string[] }> {
  const events: string[] = []
  const opts = { resourceVersion: '5', timeoutSeconds: 270, allowWatchBookmarks: true }
  const end = await client.watch<KubeObject>(
    services,
    opts,
    ({ type, object }) => events.push(`${type} ${object.metadata.name}`),
    signal,
  )
  return { end, events }
}

const line = (type: string, name: string) => `${JSON.stringify({ type, object: { metadata: { name } } })}\n`

test('client: a watch reads lines across pieces, also cut inside a character', () =>
  withServer(async ({ client, serve, seen }) => {
    const bytes = Buffer.from(
      `${line('ADDED', 'a')}\n${line('MODIFIED', 'ü€😀')}${line('DELETED', 'c')}{"type":"ADD`,
    )
    serve((_request, response) => {
      response.writeHead(200)
      let at = 0
      const next = (): void => {
        if (at >= bytes.length) return void response.end()
        response.write(bytes.subarray(at, (at += 3)))
        setImmediate(next)
      }
      next()
    })
    const { end, events } = await watched(client)
    assert.deepEqual([end, events], [{ how: 'closed' }, ['ADDED a', 'MODIFIED ü€😀', 'DELETED c']])
    assert.deepEqual(seen, [
      'GET /api/v1/services?resourceVersion=5&timeoutSeconds=270&allowWatchBookmarks=true&watch=true',
    ])
  }))

const endings: readonly {
  name: string
  body?: string
  code?: number
  cut?: true
  end: string
  events: number
}[] = [
  { name: '410 as an answer', code: 410, end: 'expired', events: 0 },
  {
    name: '410 as an event',
    body: `${line('ADDED', 'a')}${JSON.stringify({ type: 'ERROR', object: status(410, 'Expired', 'old') })}\n`,
    end: 'expired',
    events: 1,
  },
  {
    name: 'another error as an event',
    body: `${JSON.stringify({ type: 'ERROR', object: status(500, 'InternalError', 'x') })}\n`,
    end: 'failed 500',
    events: 0,
  },
  { name: 'a refusal', code: 403, end: 'failed 403', events: 0 },
  {
    name: 'a line that is no JSON',
    body: `${line('ADDED', 'a')}{"type"\n${line('ADDED', 'b')}`,
    end: 'garbled',
    events: 1,
  },
  { name: 'an event without an object', body: '{"type":"ADDED"}\n', end: 'garbled', events: 0 },
  { name: 'a cut connection', body: line('ADDED', 'a'), cut: true, end: 'failed 0', events: 1 },
]

for (const row of endings)
  test(`client: a watch ends with ${row.name}`, () =>
    withServer(async ({ client, serve }) => {
      serve((request, response) => {
        if (row.code !== undefined) return json(response, row.code, status(row.code, '', 'no'))
        response.writeHead(200).write(row.body)
        if (row.cut === true) setTimeout(() => request.socket.destroy(), 20)
        else response.end()
      })
      const { end, events } = await watched(client)
      const told = end.how === 'failed' ? `failed ${end.error.code}` : end.how
      assert.deepEqual([told, events.length], [row.end, row.events])
    }))

test('client: a watch is not bound by the time-out of requests, and stops at the signal', () =>
  withServer(
    async ({ client, serve, reports }) => {
      serve((_request, response) => void response.writeHead(200).write(line('ADDED', 'a')))
      const stop = new AbortController()
      const watching = watched(client, stop.signal)
      let ended = false
      void watching.then(() => (ended = true))
      await systemClock.sleep(200)
      assert.equal(ended, false)
      stop.abort()
      assert.deepEqual(await watching, { end: { how: 'closed' }, events: ['ADDED a'] })
      assert.deepEqual(
        reports.map(({ verb, code }) => [verb, code]),
        [['watch', 200]],
      )
    },
    { timeoutMs: 50 },
  ))

test('client: a watch that is never answered fails by the time-out', () =>
  withServer(
    async ({ client, serve }) => {
      serve(() => {})
      const { end } = await watched(client)
      assert.ok(end.how === 'failed' && end.error.reason === 'Timeout')
    },
    { timeoutMs: 50 },
  ))

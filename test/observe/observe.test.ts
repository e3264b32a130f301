import assert from 'node:assert/strict'
import { connect as dial } from 'node:net'
import { test } from 'node:test'
import { parseBind, serveObserve, type ObserveOptions } from '../../src/observe/http.ts'
import { createLog, silentLog, type Log, type LogOptions } from '../../src/observe/log.ts'
import { countRequests, createMetrics, silentMetrics } from '../../src/observe/metrics.ts'

const binds: readonly { bind: string; is: ReturnType<typeof parseBind> | 'refused' }[] = [
  { bind: ':8080', is: { port: 8080 } },
  { bind: '127.0.0.1:0', is: { host: '127.0.0.1', port: 0 } },
  { bind: 'localhost:9', is: { host: 'localhost', port: 9 } },
  { bind: '[::1]:10256', is: { host: '::1', port: 10_256 } },
  { bind: '[::]:1', is: { host: '::', port: 1 } },
  { bind: '8080', is: 'refused' },
  { bind: '::1:80', is: 'refused' },
  { bind: 'a:65536', is: 'refused' },
  { bind: '', is: 'refused' },
]
for (const { bind, is } of binds)
  test(`bind ${JSON.stringify(bind)} is ${JSON.stringify(is)}`, () => {
    if (is === 'refused') assert.throws(() => parseBind(bind), RangeError)
    else assert.deepEqual(parseBind(bind), is)
  })

async function withServer(opts: Partial<ObserveOptions>, run: (base: string) => Promise<void>) {
  const server = await serveObserve({ bind: '127.0.0.1:0', ...opts })
  try {
    const host = server.host.includes(':') ? `[${server.host}]` : server.host
    await run(`http://${host}:${server.port}`)
  } finally {
    await server.close()
  }
}
const ask = async (url: string, method = 'GET') => {
  const response = await fetch(url, { method, headers: { connection: 'close' } })
  return `${response.status} ${await response.text()}`
}

test('http: readiness names what is missing, liveness is apart', () => {
  let synced = false
  const ready = [
    { name: 'services', check: () => (synced ? undefined : 'not listed yet') },
    { name: 'leader', check: () => undefined },
    { name: 'broken', check: (): string | undefined => (synced ? undefined : silent()) },
  ]
  return withServer({ ready }, async (base) => {
    assert.equal(await ask(`${base}/healthz`), '200 ok\n')
    const missing = '[-] services: not listed yet\n[+] leader\n[-] broken: the check failed\n'
    assert.equal(await ask(`${base}/readyz?verbose`), `503 ${missing}`)
    synced = true
    assert.equal(await ask(`${base}/readyz`), '200 ok\n')
  })
})

function silent(): string {
  throw new Error('inside')
}

test('http: metrics, HEAD, 404 and 405', async () => {
  const metrics = await createMetrics()
  await withServer({ metrics: () => metrics.text() }, async (base) => {
    assert.match(await ask(`${base}/metrics`), /^200 # HELP/)
    assert.equal(await ask(`${base}/healthz`, 'HEAD'), '200 ')
    assert.match(await ask(`${base}/`), /^404 not found/)
    assert.equal(await ask(`${base}/metrics`, 'POST'), '405 only GET and HEAD\n')
  })
  await withServer({}, async (base) => assert.match(await ask(`${base}/metrics`), /^404/))
  await withServer({ metrics: () => Promise.reject(new Error('inside')) }, async (base) =>
    assert.equal(await ask(`${base}/metrics`), '500 internal error\n'),
  )
})

test('http: listens on IPv6, and says when an address is taken', () =>
  withServer({ bind: '[::1]:0' }, async (base) => {
    assert.equal(await ask(`${base}/healthz`), '200 ok\n')
    await assert.rejects(serveObserve({ bind: new URL(base).host }), { code: 'EADDRINUSE' })
  }))

test('http: a page of plain text, beside those that there always are', () =>
  withServer({ texts: (path) => (path === '/proxyMode' ? 'nftables' : undefined) }, async (base) => {
    assert.equal(await ask(`${base}/proxyMode`), '200 nftables')
    assert.equal(await ask(`${base}/proxymode`), '404 not found: try /healthz, /readyz or /metrics\n')
    assert.equal(await ask(`${base}/healthz`), '200 ok\n')
  }))

test('http: closes at once under an open connection', async () => {
  const server = await serveObserve({ bind: '127.0.0.1:0' })
  const socket = dial(server.port, server.host)
  await new Promise((resolve) => socket.once('connect', resolve))
  const ended = new Promise((resolve) => socket.once('close', resolve))
  await server.close()
  await ended
})

async function logged(opts: LogOptions, run: (log: Log) => void) {
  const lines: string[] = []
  run(await createLog({ ...opts, write: (line) => lines.push(line) }))
  return lines
}

test('log: one JSON line per event: constant message, fields, those of the child first', async () => {
  const lines = await logged({}, (log) => {
    log.child({ service: 'shop/web' }).info('ensured load balancer', { ms: 12 })
    log.debug('hidden')
  })
  assert.equal(lines.length, 1)
  const { time, ...rest } = JSON.parse(lines[0]!) as Record<string, unknown>
  assert.match(String(time), /^\d{4}-.*Z$/)
  assert.deepEqual(rest, { level: 'info', service: 'shop/web', ms: 12, msg: 'ensured load balancer' })
})

test('log: an error is its name, code, reason and message; the stack at debug only', async () => {
  const error = Object.assign(new TypeError('no'), { code: 409, reason: 'Conflict', headers: { token: 'x' } })
  const say = (log: Log) => log.warn('refused', { error })
  const at = async (level: 'info' | 'debug') =>
    (JSON.parse((await logged({ level }, say))[0]!) as { error: object }).error
  assert.deepEqual(await at('info'), { name: 'TypeError', code: 409, reason: 'Conflict', message: 'no' })
  assert.deepEqual(Object.keys(await at('debug')), ['name', 'code', 'reason', 'message', 'stack'])
})

test('log: pretty is one readable line', async () => {
  const [line] = await logged({ pretty: true }, (log) =>
    log.warn('held', { service: 'a/b', why: 'two words' }),
  )
  assert.match(line!, /^\d\d:\d\d:\d\d\.\d{3} WARN {2}held service=a\/b why="two words"\n$/)
})

test('log: silent says nothing, whatever its child', () => {
  silentLog.child({ a: 1 }).error('x')
})

test('metrics: names, labels and values as Prometheus reads them', async () => {
  const metrics = await createMetrics()
  const count = countRequests(metrics)
  count({ verb: 'patch', resource: 'services', code: 200, ms: 30 })
  count({ verb: 'watch', resource: 'nodes', code: 0, ms: 9 })
  metrics.service_controller_loadbalancer_sync_total.inc({})
  metrics.workqueue_depth.set({ name: 'service' }, 3)
  metrics.lb_controller_problems.set({ code: 'LB_OLD' }, 1)
  metrics.lb_controller_problems.reset()
  metrics.lb_controller_problems.set({ code: 'LB_NEW' }, 2)
  metrics.lb_controller_cloud_request_seconds.observe({ provider: 'aws', op: 'CreateListener' }, 0.2)
  const { body } = await metrics.text()
  for (const line of [
    'rest_client_requests_total{code="200",method="PATCH",resource="services"} 1',
    'rest_client_requests_total{code="<error>",method="GET",resource="nodes"} 1',
    'rest_client_request_duration_seconds_bucket{le="0.1",verb="patch",resource="services"} 1',
    'service_controller_loadbalancer_sync_total 1',
    'workqueue_depth{name="service"} 3',
    'lb_controller_problems{code="LB_NEW"} 2',
    'lb_controller_cloud_request_seconds_bucket{le="0.25",provider="aws",op="CreateListener"} 1',
  ])
    assert.ok(body.includes(`${line}\n`), `${line} is missing`)
  assert.doesNotMatch(body, /LB_OLD|duration_seconds.*nodes/)
})

test('metrics: two registries do not meet, the silent one keeps nothing', async () => {
  const [one, two] = await Promise.all([createMetrics(), createMetrics()])
  one.leader_election_master_status.set({ name: 'lb' }, 1)
  assert.doesNotMatch((await two.text()).body, /master_status\{/)
  silentMetrics.workqueue_adds_total.inc({ name: 'x' })
  assert.equal((await silentMetrics.text()).body, '')
})

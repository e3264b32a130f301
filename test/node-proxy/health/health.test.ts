import assert from 'node:assert/strict'
import { connect, createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { settle, VirtualClock } from '../../../src/lib/clock.ts'
import type { NodeObject } from '../../../src/model/objects.ts'
import { serveAnswers, type ListenAt } from '../../../src/node-proxy/health/answer-server.ts'
import { HealthCheckPorts } from '../../../src/node-proxy/health/health-check-ports.ts'
import { healthCheckHosts } from '../../../src/node-proxy/node-addresses.ts'
import { isEligible, proxyHealth } from '../../../src/node-proxy/health/proxy-health.ts'
import type { FamilySettings, HealthCheckPort } from '../../../src/node-proxy/table/row.ts'
import { SyncHealth } from '../../../src/node-proxy/health/sync-health.ts'
import { freePort } from '../../support/free-port.ts'

const loopback = '127.0.0.1'

/** What a client is sent, word for word. */
function ask(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, loopback, () => socket.end(request))
    socket
      .setEncoding('utf8')
      .on('data', (part: string) => (text += part))
      .on('error', reject)
      .on('close', () => resolve(text))
  })
}

const get = (path: string, method = 'GET') =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`

interface Ports {
  readonly ports: HealthCheckPorts
  readonly clock: VirtualClock
  readonly failures: string[]
  healthy: boolean
  sync(...services: readonly HealthCheckPort[]): Promise<void>
}

async function withPorts(use: (ports: Ports) => Promise<void>): Promise<void> {
  const clock = new VirtualClock()
  const failures: string[] = []
  const ports = new HealthCheckPorts({
    clock,
    isHealthy: () => bench.healthy,
    onFailure: ({ name, port }, error) =>
      failures.push(`${name} ${port} ${(error as NodeJS.ErrnoException).code}`),
  })
  const bench: Ports = {
    ports,
    clock,
    failures,
    healthy: true,
    sync: (...services) =>
      ports.sync(new Map(services.map((one) => [`${one.namespace}/${one.name}`, one])), [loopback]),
  }
  try {
    await use(bench)
  } finally {
    await ports.close()
  }
}

const web = (port: number, localEndpoints: number): HealthCheckPort => ({
  namespace: 'shop',
  name: 'web',
  port,
  localEndpoints,
})

test('a healthCheckNodePort answers as load balancers know it, at any path and by any method', () =>
  withPorts(async (bench) => {
    const port = await freePort()
    await bench.sync(web(port, 2))
    const answer = await ask(port, get('/healthz'))
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
    for (const header of [
      'Content-Type: application/json',
      'X-Content-Type-Options: nosniff',
      'X-Load-Balancing-Endpoint-Weight: 2',
    ])
      assert.ok(answer.includes(`\r\n${header}\r\n`), header)
    const body = [
      '{',
      '\t"service": {',
      '\t\t"namespace": "shop",',
      '\t\t"name": "web"',
      '\t},',
      '\t"localEndpoints": 2,',
      '\t"serviceProxyHealthy": true',
      '}',
    ].join('\n')
    assert.ok(answer.endsWith(`\r\n\r\n${body}`), answer)
    for (const method of ['POST', 'OPTIONS', 'DELETE', 'PROPFIND', 'CONNECT'])
      assert.match(await ask(port, get('/any/path?x=1', method)), /^HTTP\/1\.1 200 /, method)
    assert.ok((await ask(port, get('/', 'HEAD'))).endsWith('\r\n\r\n'))
  }))

test('it is 503 without an endpoint here, or while the proxy is not healthy', () =>
  withPorts(async (bench) => {
    const port = await freePort()
    await bench.sync(web(port, 0))
    assert.match(await ask(port, get('/')), /^HTTP\/1\.1 503 .*Weight: 0\r\n.*"localEndpoints": 0/s)
    await bench.sync(web(port, 1))
    assert.match(await ask(port, get('/')), /^HTTP\/1\.1 200 /)
    bench.healthy = false
    assert.match(await ask(port, get('/')), /^HTTP\/1\.1 503 .*"serviceProxyHealthy": false/s)
  }))

test('a Service that goes closes its port, another port is opened anew', () =>
  withPorts(async (bench) => {
    const [first, second] = [await freePort(), await freePort()]
    await bench.sync(web(first, 1))
    await bench.sync(web(second, 1))
    await assert.rejects(ask(first, get('/')), { code: 'ECONNREFUSED' })
    assert.match(await ask(second, get('/')), /^HTTP\/1\.1 200 /)
    await bench.sync()
    await assert.rejects(ask(second, get('/')), { code: 'ECONNREFUSED' })
    assert.deepEqual(bench.ports.counts, { open: 0, failed: 0 })
  }))

test('a port that is taken is told, tried again, and holds up no other', () =>
  withPorts(async (bench) => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, loopback, resolve))
    const { port } = other.address() as AddressInfo
    const free = await freePort()
    await bench.sync(web(port, 1), { ...web(free, 1), name: 'api' })
    assert.deepEqual(bench.failures, [`web ${port} EADDRINUSE`])
    assert.match(await ask(free, get('/')), /^HTTP\/1\.1 200 /)
    await new Promise((resolve) => other.close(resolve))
    await bench.clock.advance(1_000)
    await bench.sync(web(port, 1), { ...web(free, 1), name: 'api' })
    assert.match(await ask(port, get('/')), /^HTTP\/1\.1 200 /)
    assert.deepEqual(bench.ports.counts, { open: 2, failed: 0 })
  }))

test('it listens where it is told and nowhere else, and tries by itself what was not to be had', async () => {
  const clock = new VirtualClock()
  const asked: ListenAt[] = []
  let taken = true
  const serve = (at: ListenAt) => {
    asked.push(at)
    if (taken && at.host === '192.0.2.2') return Promise.reject(new Error('taken'))
    return Promise.resolve({ port: at.port, close: () => Promise.resolve() })
  }
  const failures: unknown[] = []
  const onFailure = (_: HealthCheckPort, error: unknown) => void failures.push(error)
  const ports = new HealthCheckPorts({ clock, serve, onFailure, sharePorts: true, isHealthy: () => true })
  const port = { namespace: 'default', name: 'web', port: 31000, localEndpoints: 1 }
  await ports.sync(new Map([['default/web', port]]), ['192.0.2.1', '192.0.2.2'])
  assert.deepEqual(asked, [
    { port: 31000, host: '192.0.2.1', reusePort: true },
    { port: 31000, host: '192.0.2.2', reusePort: true },
  ])
  assert.deepEqual([ports.counts, failures.length], [{ open: 1, failed: 1 }, 1])
  taken = false
  await clock.advance(1_000)
  await settle()
  assert.deepEqual([ports.counts, asked.length], [{ open: 2, failed: 0 }, 3])
  await ports.close()
  assert.deepEqual(ports.counts, { open: 0, failed: 0 })
})

type Ranges = FamilySettings['nodePorts']['ranges']

const servingAt = (ranges: Ranges): FamilySettings =>
  ({ nodePorts: { ranges, localhost: false } }) as FamilySettings

const hostsOf = (IPv4: Ranges, IPv6?: Ranges) =>
  healthCheckHosts(
    { families: { IPv4: servingAt(IPv4), ...(IPv6 === undefined ? {} : { IPv6: servingAt(IPv6) }) } },
    ['192.0.2.1', '198.51.100.1', '2001:db8::1'],
  )

const hostRows = [
  { name: 'all of both families: one listener', given: hostsOf('all', 'all'), hosts: [undefined] },
  { name: 'all of one family', given: hostsOf('all'), hosts: ['0.0.0.0'] },
  {
    name: 'all of one, ranges of the other',
    given: hostsOf('all', ['2001:db8::/32']),
    hosts: ['0.0.0.0', '2001:db8::1'],
  },
  {
    name: 'ranges: the addresses of the machine in them',
    given: hostsOf(['198.51.0.0/16']),
    hosts: ['198.51.100.1'],
  },
  {
    name: 'one address, also if the machine lacks it',
    given: hostsOf(['203.0.113.9/32']),
    hosts: ['203.0.113.9'],
  },
  { name: 'a range that holds none', given: hostsOf(['203.0.113.0/24']), hosts: [] },
]
for (const { name, given, hosts } of hostRows)
  test(`health check ports listen on ${name}`, () => assert.deepEqual(given, hosts))

const node = (more: Partial<NodeObject['metadata']> = {}, taints: readonly string[] = []): NodeObject => ({
  metadata: { name: 'node-1', ...more },
  spec: { taints: taints.map((key) => ({ key, effect: 'NoSchedule' })) },
})

const eligibleRows = [
  { name: 'a node', node: node(), eligible: true },
  { name: 'a cordoned node', node: { ...node(), spec: { unschedulable: true } }, eligible: true },
  { name: 'another taint', node: node({}, ['node.kubernetes.io/not-ready']), eligible: true },
  { name: 'about to be removed', node: node({}, ['x', 'ToBeDeletedByClusterAutoscaler']), eligible: false },
  { name: 'being deleted', node: node({ deletionTimestamp: '2026-01-01T00:00:00Z' }), eligible: false },
  { name: 'not known', node: undefined, eligible: false },
]
for (const row of eligibleRows)
  test(`/healthz of ${row.name}: ${row.eligible ? 200 : 503}; /livez: 200`, () => {
    const clock = new VirtualClock()
    const answer = proxyHealth({
      health: new SyncHealth(clock, clock, 60_000),
      node: () => row.node,
      wall: clock,
    })
    assert.equal(isEligible(row.node), row.eligible)
    assert.equal(answer('/healthz').code, row.eligible ? 200 : 503)
    assert.equal(
      (JSON.parse(answer('/healthz').body) as { nodeEligible: boolean }).nodeEligible,
      row.eligible,
    )
    assert.equal(answer('/livez').code, 200)
    assert.ok(!answer('/livez').body.includes('nodeEligible'))
    assert.equal(answer('/metrics').code, 404)
  })

test('a family that does not keep up makes both paths 503, and is named', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1))
  const health = new SyncHealth(clock, clock, 60_000)
  const answer = proxyHealth({ health, node: () => node(), wall: clock })
  health.changed()
  health.taken(['IPv4', 'IPv6'])
  health.wrote('IPv4')
  health.failed('IPv6')
  await clock.advance(60_000)
  assert.equal(answer('/livez').code, 200)
  await clock.advance(1)
  assert.equal(answer('/livez').code, 503)
  assert.equal(answer('/healthz').code, 503)
  assert.deepEqual(JSON.parse(answer('/healthz').body), {
    lastUpdated: '2026-01-01T00:00:00.000Z',
    currentTime: '2026-01-01T00:01:00.001Z',
    nodeEligible: true,
    healthy: false,
    status: {
      IPv4: { lastUpdated: '2026-01-01T00:01:00.001Z', healthy: true },
      IPv6: { lastUpdated: '0001-01-01T00:00:00Z', healthy: false },
    },
  })
  health.wrote('IPv6')
  assert.equal(answer('/healthz').code, 200)
})

test('a date that somebody sets changes no health', async () => {
  const [clock, wall] = [new VirtualClock(0), new VirtualClock(Date.UTC(2026, 0, 1))]
  const health = new SyncHealth(clock, wall, 60_000)
  health.changed()
  await wall.advance(86_400_000)
  assert.ok(health.healthy)
})

test('what is served ends with its clients', async () => {
  const server = await serveAnswers({ host: loopback, port: 0 }, () => ({ code: 200, body: 'x' }))
  const socket = connect(server.port, loopback)
  await new Promise((resolve) => socket.once('connect', resolve))
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  await server.close()
  await ended
})

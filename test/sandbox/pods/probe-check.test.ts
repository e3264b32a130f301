import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttp, type RequestListener, type Server as HttpServer } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer as createTcp, type AddressInfo, type Server } from 'node:net'
import { test } from 'node:test'
import { selfSigned } from '../../../src/sandbox/certificate.ts'
import type { Container, Handler, HttpGet } from '../../../src/sandbox/pods/objects.ts'
import { check, type Checked } from '../../../src/sandbox/pods/probe-check.ts'

const address = '127.206.0.1'

async function at<T>(server: Server | HttpServer, run: (port: number) => Promise<T>): Promise<T> {
  server.listen(0, address)
  await once(server, 'listening')
  try {
    return await run((server.address() as AddressInfo).port)
  } finally {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  }
}

/** The port that the pod believes to have is one behind where it is. */
const look = (handler: Handler, container: Partial<Container> = {}, timeoutMs = 20_000): Promise<Checked> =>
  check(
    { handler, container: { name: 'app', ...container }, address, timeoutMs },
    (where, port) => ({ address: where, port: port + 1 }),
    (command, ms) =>
      Promise.resolve({ exitCode: Number(command[0] ?? -1), output: `${command.join()} ${ms}` }),
  )

const answering =
  (status: number): RequestListener =>
  (_request, response) =>
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('x')

for (const { status, ok } of [
  { status: 200, ok: true },
  { status: 302, ok: true },
  { status: 399, ok: true },
  { status: 400, ok: false },
  { status: 503, ok: false },
])
  test(`an HTTP answer of ${status}`, () =>
    at(createHttp(answering(status)), async (port) => {
      assert.deepEqual(await look({ httpGet: { port: port - 1 } }), {
        ok,
        message: ok ? '' : `HTTP probe failed with statuscode: ${status}`,
      })
    }))

test('what is asked for: path, headers, a port by its name, another host', async () => {
  const asked: unknown[] = []
  const server = createHttp(({ url, headers }, response) => {
    asked.push([url, headers['user-agent'], headers['x-a'], headers.connection])
    response.end()
  })
  await at(server, async (port) => {
    const ports = [{ name: 'web', containerPort: port - 1 }]
    const gets: readonly HttpGet[] = [
      { port: 'web' },
      { port: 'web', path: '/a b?c=%20', httpHeaders: [{ name: 'X-A', value: '1' }] },
      { port: String(port - 1), host: address, httpHeaders: [{ name: 'User-Agent', value: 'mine' }] },
    ]
    for (const httpGet of gets) assert.equal((await look({ httpGet }, { ports })).ok, true)
    const { ok, message } = await look(
      { httpGet: { port: 'web', host: '127.206.0.2', path: '/x' } },
      { ports },
    )
    assert.deepEqual(
      [ok, message],
      [false, `Get "http://127.206.0.2:${port}/x": connect: connection refused`],
    )
  })
  assert.deepEqual(asked, [
    ['/', 'kube-probe/1.35', undefined, 'close'],
    ['/a%20b?c=%20', 'kube-probe/1.35', '1', 'close'],
    ['/', 'mine', undefined, 'close'],
  ])
})

function tls() {
  const { certificate, key } = selfSigned(['web'], Date.now())
  return { cert: certificate, key }
}

test('a certificate that nobody signed is good enough', () =>
  at(createHttps(tls(), answering(200)), async (port) => {
    const httpGet = { port: port - 1, scheme: 'HTTPS' }
    assert.equal((await look({ httpGet })).ok, true)
    const { message } = await look({ httpGet: { port: port - 1, scheme: 'HTTP' } })
    assert.match(message, /^Get "http:/)
  }))

test('a server that says nothing in time has failed', () =>
  at(
    createTcp((socket) => void socket.on('error', () => {}).resume()),
    async (port) => {
      const checked = await look({ httpGet: { port: port - 1 } }, {}, 20)
      assert.deepEqual(checked, {
        ok: false,
        message: `Get "http://${address}:${port}/": context deadline exceeded`,
      })
    },
  ))

test('a TCP probe connects', async () => {
  const free = await at(createTcp(), async (port) => {
    const ports = [{ name: 'sql', containerPort: port - 1 }]
    for (const handler of [{ tcpSocket: { port: 'sql' } }, { tcpSocket: { port: port - 1, host: address } }])
      assert.deepEqual(await look(handler, { ports }), { ok: true, message: '' })
    return port
  })
  assert.deepEqual(await look({ tcpSocket: { port: free - 1 } }), {
    ok: false,
    message: `dial tcp ${address}:${free}: connect: connection refused`,
  })
})

const others: readonly { readonly name: string; readonly handler: object; readonly gives: Checked }[] = [
  {
    name: 'a command that ends well',
    handler: { exec: { command: ['0', 'x'] } },
    gives: { ok: true, message: '' },
  },
  {
    name: 'a command that fails',
    handler: { exec: { command: ['3', 'x'] } },
    gives: { ok: false, message: 'command failed with exit code 3: 3,x 20000' },
  },
  {
    name: 'no command',
    handler: { exec: {} },
    gives: { ok: false, message: 'command failed with exit code -1:  20000' },
  },
  {
    name: 'gRPC',
    handler: { grpc: { port: 1 } },
    gives: { ok: false, message: 'the sandbox has no grpc probes: use httpGet, tcpSocket or exec' },
  },
  {
    name: 'nothing',
    handler: {},
    gives: { ok: false, message: 'a probe without a handler: expected httpGet, tcpSocket or exec' },
  },
]
for (const { name, handler, gives } of others)
  test(`asked by ${name}`, async () => assert.deepEqual(await look(handler), gives))

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import type { LocalAddress, LocalListener } from '../../../../providers/local/api.ts'
import { startLocalBalancer, type LocalBalancer } from '../../../../providers/local/server/main.ts'
import { parsePools } from '../../../../providers/local/server/pools.ts'
import { trafficPath, type LocalTraffic } from '../../../../providers/local/wire.ts'
import { FolderRefused } from '../../../../src/relay/state-folder.ts'
import { selfSigned } from '../../../relay/certificate.ts'
import { named, talk, until } from '../../../relay/bed.ts'
import { freePort } from '../../../support/free-port.ts'

interface Bed {
  readonly folder: string
  readonly told: string[]
  readonly start: () => Promise<LocalBalancer>
  readonly ask: (path: string, body?: unknown) => Promise<{ status: number; body: Record<string, unknown> }>
  /** The value of a call that must succeed. */
  readonly call: <T>(name: string, ...given: unknown[]) => Promise<T>
}

async function bed(t: TestContext): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'lb-server-'))
  const running: LocalBalancer[] = []
  t.after(async () => {
    for (const balancer of running) await balancer.close(0)
    await rm(folder, { recursive: true })
  })
  const socket = join(folder, 's')
  const told: string[] = []
  const note = (message: string): void => void told.push(message)
  const pools = parsePools(['home=127.0.0.1'])
  assert.ok(pools.ok)
  const ask: Bed['ask'] = async (path, body) => {
    const sent = request({ socketPath: socket, path, method: body === undefined ? 'GET' : 'POST' })
    sent.end(typeof body === 'string' ? body : JSON.stringify(body))
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, body: (await json(response)) as Record<string, unknown> }
  }
  return {
    folder,
    told,
    ask,
    async start() {
      const log = { debug: note, info: note, warn: note, error: note, child: () => log }
      const balancer = await startLocalBalancer({ folder, socket, pools: pools.value, log })
      const started = {
        async close(graceMs: number) {
          running.splice(running.indexOf(started), 1)
          await balancer.close(graceMs)
        },
      }
      running.push(started)
      return started
    },
    async call<T>(name: string, ...given: unknown[]) {
      const { status, body } = await ask(`/v1/${name}`, given)
      assert.equal(status, 200, JSON.stringify(body))
      return body.value as T
    },
  }
}

const wishOf = (addressId: string, port: number, targets: readonly object[]): object => ({
  addressId,
  protocol: 'TCP',
  port,
  targets,
  scheduler: 'random',
  tags: { owner: 'a' },
})

test('server: what was asked for serves, is told, and outlives the process', async (t) => {
  const { start, call, ask } = await bed(t)
  const first = await start()
  const target = await named(t, 'hello')
  const port = await freePort()
  const { id } = await call<LocalAddress>('createAddress', { name: 'web', tags: {} })
  const made = await call<LocalListener>('createListener', wishOf(id, port, [target]))
  assert.equal(await talk(port), 'hello')
  const traffic = (await ask(trafficPath)).body as unknown as LocalTraffic
  const [seen] = traffic.listeners
  assert.deepEqual([seen?.address, seen?.port, seen?.counters?.accepted], ['127.0.0.1', port, 1])
  await first.close(0)
  await assert.rejects(talk(port))
  await start()
  assert.equal(await talk(port), 'hello')
  assert.deepEqual(await call('readListener', made.id), made)
  await call('deleteListener', made.id)
  await assert.rejects(talk(port))
  assert.equal((await ask('/v1/readListener', [made.id])).body.value, undefined)
})

test('server: a new target serves as soon as its first check has passed', async (t) => {
  const { start, call } = await bed(t)
  await start()
  const target = await named(t, 'hello')
  const port = await freePort()
  const dead = { address: '127.0.0.1', port: await freePort() }
  const { id } = await call<LocalAddress>('createAddress', { name: 'web', tags: {} })
  const healthCheck = {
    protocol: 'TCP',
    intervalMs: 60_000,
    timeoutMs: 1000,
    healthyThreshold: 3,
    unhealthyThreshold: 3,
  }
  const { id: listener } = await call<LocalListener>('createListener', {
    ...wishOf(id, port, [target, dead]),
    healthCheck,
  })
  let health: Record<string, { healthy: boolean; reason: string }> = {}
  const looked = async (): Promise<boolean> => {
    health = await call('targetHealth', listener)
    return Object.values(health).every(({ reason }) => reason !== 'initial')
  }
  while (!(await looked()));
  assert.deepEqual(
    Object.entries(health).map(([name, { reason }]) => [name, reason]),
    [
      [`127.0.0.1:${target.port}`, 'passed'],
      [`127.0.0.1:${dead.port}`, 'refused'],
    ],
  )
  const { healthy } = await call<LocalListener>('readListener', listener)
  assert.deepEqual(healthy, [`127.0.0.1:${target.port}`])
  assert.equal(await talk(port), 'hello')
})

test('server: a port that another program has is told, and taken when it is free', async (t) => {
  const { start, call, told } = await bed(t)
  await start()
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { id } = await call<LocalAddress>('createAddress', { name: 'web', tags: {} })
  const made = await call<LocalListener>('createListener', wishOf(id, port, [await named(t, 'hello')]))
  assert.match(made.failure ?? '', /another program listens on TCP 127\.0\.0\.1/)
  other.close()
  await once(other, 'close')
  // Any write tries again; without one the server does, after a while.
  await call('updateAddress', id, {
    etag: (await call<LocalAddress>('readAddress', id)).etag,
    set: { tags: { a: 'b' } },
  })
  await until(() => told.includes('a listener is served now'), 'the listener')
  assert.equal((await call<LocalListener>('readListener', made.id)).failure, undefined)
  assert.equal(await talk(port), 'hello')
})

test('server: refusals keep their reason, and what is no call is told', async (t) => {
  const { start, ask, call } = await bed(t)
  await start()
  await call('createAddress', { name: 'web', tags: {} })
  const rows: readonly [path: string, body: unknown, status: number, says: RegExp][] = [
    ['/v1/createAddress', [{ name: 'other', tags: {} }], 507, /"exhausted".*held by web/],
    ['/v1/createAddress', [{ name: 'other', address: '127.0.0.1', tags: {} }], 409, /"taken"/],
    ['/v1/createAddress', [], 400, /must be an object/],
    ['/v1/updateAddress', ['address-x'], 400, /etag and set/],
    ['/v1/deleteAddress', ['address-x'], 404, /"notFound"/],
    ['/v1/deleteAddress', '{', 400, /no JSON/],
    ['/v1/deleteAddress', {}, 400, /JSON array/],
    ['/v1/deleteAddress', undefined, 405, /POST only/],
    ['/v1/dropAll', [], 404, /no \/v1\/dropAll; there are \/v1\/listAddresses/],
  ]
  for (const [path, body, status, says] of rows) {
    const answer = await ask(path, body)
    assert.equal(answer.status, status, path)
    assert.match(JSON.stringify(answer.body), says)
  }
})

test('server: two on one folder are refused, and the first goes on', async (t) => {
  const { start, call, folder } = await bed(t)
  await start()
  await assert.rejects(start(), (error: unknown) => {
    assert.ok(error instanceof FolderRefused)
    assert.match(error.message, /another local balancer serves .*; stop it, or name another folder/)
    assert.ok(error.message.includes(folder))
    return true
  })
  assert.deepEqual(await call('pools'), [{ name: 'home', ranges: ['127.0.0.1'], held: {} }])
})

test('server: nobody else may read its files; a key lies in one of them alone', async (t) => {
  const { start, call, folder, told } = await bed(t)
  await start()
  const { key, certificate } = selfSigned('web')
  await call('createCertificate', { name: 'web', key, certificate, tags: {} })
  const mode = async (name: string): Promise<string> =>
    ((await stat(join(folder, name))).mode & 0o777).toString(8)
  assert.deepEqual([await mode('.'), await mode('s'), await mode('state.json')], ['700', '600', '600'])
  assert.ok((await readFile(join(folder, 'state.json'), 'utf8')).includes(JSON.stringify(key)))
  assert.ok(!told.join(' ').includes('PRIVATE'))
})

test('server: a broken state file is told, and what is asked for next serves', async (t) => {
  const { start, call, folder, told } = await bed(t)
  await writeFile(join(folder, 'state.json'), '{"version":1,')
  await start()
  assert.match(told.join(' '), /state file cannot be read; it is kept aside/)
  assert.equal((await call<LocalAddress>('createAddress', { name: 'web', tags: {} })).address, '127.0.0.1')
})

test('server: what lies where its socket should be is not removed', async (t) => {
  const { start, folder } = await bed(t)
  await writeFile(join(folder, 's'), 'mine')
  await assert.rejects(start(), /is there and is no socket/)
  assert.equal(await readFile(join(folder, 's'), 'utf8'), 'mine')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalRefusal, type LocalApi, type LocalListenerWish } from '../../../../providers/local/api.ts'
import { createLocalApi } from '../../../../providers/local/server/in-process.ts'
import { Ledger } from '../../../../providers/local/server/ledger.ts'
import { parseRange, type Pool } from '../../../../providers/local/server/pools.ts'
import { emptyRecords } from '../../../../providers/local/server/records.ts'
import { selfSigned } from '../../../relay/certificate.ts'

const { signal } = new AbortController()
const web = selfSigned('web')

const pool = (name: string, text: string): Pool => {
  const range = parseRange(text)
  assert.ok(range.ok)
  return { name, ranges: [range.value] }
}

const apiOf = (...pools: Pool[]): LocalApi =>
  createLocalApi({ pools: pools.length > 0 ? pools : [pool('home', '10.0.0.0/29')], pageSize: 2 })

const wishOf = (addressId: string, change: Partial<LocalListenerWish> = {}): LocalListenerWish => ({
  addressId,
  protocol: 'TCP',
  port: 80,
  targets: [{ address: '10.1.0.1', port: 30080 }],
  scheduler: 'random',
  tags: { owner: 'a' },
  ...change,
})

const refused = (reason: LocalRefusal['reason'], says: RegExp, field?: string) => (error: unknown) => {
  assert.ok(error instanceof LocalRefusal, String(error))
  assert.equal(error.reason, reason)
  assert.match(error.message, says)
  if (field !== undefined) assert.equal(error.field, field)
  return true
}

interface Row {
  readonly name: string
  readonly run: (api: LocalApi) => Promise<unknown>
  readonly reason: LocalRefusal['reason']
  readonly says: RegExp
  readonly field?: string
}

const first = (api: LocalApi, name = 'web') => api.createAddress({ name, tags: {} }, signal)

const listener =
  (change: object, before?: (api: LocalApi) => Promise<unknown>) =>
  async (api: LocalApi): Promise<unknown> => {
    const { id } = await first(api)
    await before?.(api)
    return api.createListener({ ...wishOf(id), ...change }, signal)
  }

const refusals: readonly Row[] = [
  {
    name: 'an address of no pool',
    run: (api) => api.createAddress({ name: 'web', address: '10.9.0.1', tags: {} }, signal),
    reason: 'invalid',
    says: /10\.9\.0\.1 is in none of the pools: home \(10\.0\.0\.0\/29\)/,
    field: 'address',
  },
  {
    name: 'a pool that is not there',
    run: (api) => api.createAddress({ name: 'web', pool: 'away', tags: {} }, signal),
    reason: 'invalid',
    says: /no pool away; there are: home/,
    field: 'pool',
  },
  {
    name: 'an address that is held, with its holder',
    run: async (api) => {
      await first(api)
      return api.createAddress({ name: 'other', address: '10.0.0.1', tags: {} }, signal)
    },
    reason: 'taken',
    says: /10\.0\.0\.1 is held by web/,
    field: 'address',
  },
  {
    name: 'a full pool, with who holds it',
    run: async (api) => {
      for (const name of 'abcdef') await first(api, name)
      return first(api, 'g')
    },
    reason: 'exhausted',
    says: /pool home \(10\.0\.0\.0\/29\) is held by a, b, c, d, e and 1 more/,
    field: 'pool',
  },
  {
    name: 'a name with another wish',
    run: async (api) => {
      await first(api)
      return api.createAddress({ name: 'web', tags: { owner: 'b' } }, signal)
    },
    reason: 'exists',
    says: /another address with the name web/,
    field: 'name',
  },
  {
    name: 'a name with another pool',
    run: async (api) => {
      await first(api)
      return api.createAddress({ name: 'web', pool: 'away', tags: { owner: 'a' } }, signal)
    },
    reason: 'exists',
    says: /another address with the name web: 10\.0\.0\.1/,
    field: 'name',
  },
  {
    name: 'a name with another address',
    run: async (api) => {
      await first(api)
      return api.createAddress({ name: 'web', address: '10.0.0.2', tags: { owner: 'a' } }, signal)
    },
    reason: 'exists',
    says: /another address with the name web: 10\.0\.0\.1/,
    field: 'name',
  },
  {
    name: 'no name',
    run: (api) => api.createAddress({ tags: {} } as never, signal),
    reason: 'invalid',
    says: /^name is missing$/,
    field: 'name',
  },
  {
    name: 'no tags',
    run: (api) => api.createAddress({ name: 'web' } as never, signal),
    reason: 'invalid',
    says: /^tags is missing$/,
    field: 'tags',
  },
  {
    name: 'a field that every object has',
    run: (api) => api.createAddress({ name: 'web', tags: {}, constructor: 'red' } as never, signal),
    reason: 'invalid',
    says: /constructor is no field/,
    field: 'constructor',
  },
  {
    name: 'a field that does not exist',
    run: (api) => api.createAddress({ name: 'web', tags: {}, colour: 'red' } as never, signal),
    reason: 'invalid',
    says: /colour is no field; accepted: name, pool, address, tags/,
    field: 'colour',
  },
  {
    name: 'an address that has listeners',
    run: async (api) => {
      const { id } = await first(api)
      await api.createListener(wishOf(id), signal)
      return api.deleteAddress(id, signal)
    },
    reason: 'inUse',
    says: /web has listeners: TCP 80/,
  },
  {
    name: 'deleting what is gone',
    run: (api) => api.deleteListener('listener-0-9', signal),
    reason: 'notFound',
    says: /no listener listener-0-9/,
  },
  {
    name: 'a listener of no address',
    run: (api) => api.createListener(wishOf('address-0-9'), signal),
    reason: 'notFound',
    says: /no address address-0-9/,
  },
  {
    name: 'a port that is held',
    run: listener({ tags: { owner: 'b' } }, async (api) => {
      const { items } = await api.listAddresses(undefined, signal)
      await api.createListener(wishOf(items[0]?.id ?? ''), signal)
    }),
    reason: 'taken',
    says: /TCP 80 of address web is held by listener-/,
    field: 'port',
  },
  {
    name: 'port 0',
    run: listener({ port: 0 }),
    reason: 'invalid',
    says: /port is 0, not a whole number from 1/,
    field: 'port',
  },
  {
    name: 'a source range with host bits, never widened',
    run: listener({ sources: ['10.0.0.1/24'] }),
    reason: 'invalid',
    says: /sources \[0\] is "10\.0\.0\.1\/24"; write 10\.0\.0\.0\/24/,
    field: 'sources',
  },
  {
    name: 'a scheduler',
    run: listener({ scheduler: 'luck' }),
    reason: 'invalid',
    says: /accepted: random/,
    field: 'scheduler',
  },
  {
    name: 'a target without port',
    run: listener({ targets: [{ address: '10.1.0.1' }] }),
    reason: 'invalid',
    says: /targets \[0\] is wrong: port is missing/,
    field: 'targets',
  },
  {
    name: 'a health check without a slash',
    run: listener({
      healthCheck: {
        protocol: 'HTTP',
        path: 'x',
        intervalMs: 100,
        timeoutMs: 50,
        healthyThreshold: 1,
        unhealthyThreshold: 1,
      },
    }),
    reason: 'invalid',
    says: /path must begin with/,
    field: 'healthCheck',
  },
  {
    name: 'a PROXY header over UDP',
    run: listener({ protocol: 'UDP', proxyProtocol: 'v2' }),
    reason: 'invalid',
    says: /proxyProtocol is for TCP/,
    field: 'proxyProtocol',
  },
  {
    name: 'a certificate that is not there',
    run: listener({ certificateId: 'certificate-0-7' }),
    reason: 'invalid',
    says: /no certificate certificate-0-7/,
    field: 'certificateId',
  },
  {
    name: 'a field that cannot change',
    run: async (api) => {
      const { id } = await first(api)
      const made = await api.createListener(wishOf(id), signal)
      return api.updateListener(made.id, { etag: made.etag, set: { port: 81 } as never }, signal)
    },
    reason: 'invalid',
    says: /port cannot be changed/,
    field: 'port',
  },
  {
    name: 'taking away what is needed',
    run: async (api) => {
      const { id } = await first(api)
      const made = await api.createListener(wishOf(id), signal)
      return api.updateListener(made.id, { etag: made.etag, set: { targets: null } }, signal)
    },
    reason: 'invalid',
    says: /targets is missing/,
    field: 'targets',
  },
  {
    name: 'a key that is none, which is not repeated',
    run: (api) =>
      api.createCertificate({ name: 'web', certificate: web.certificate, key: 'SECRET', tags: {} }, signal),
    reason: 'invalid',
    says: /^(?!.*SECRET)key is no PEM/,
    field: 'key',
  },
  {
    name: 'a cursor of somebody else',
    run: (api) => api.listAddresses('x', signal),
    reason: 'invalid',
    says: /no cursor/,
    field: 'cursor',
  },
]

for (const { name, run, reason, says, field } of refusals)
  test(`refused: ${name}`, () => assert.rejects(run(apiOf()), refused(reason, says, field)))

test('the same wish again answers what is there', async () => {
  const api = apiOf()
  const address = await first(api)
  assert.deepEqual(await first(api), address)
  const { name, pool, tags } = address
  assert.deepEqual(await api.createAddress({ name, pool, address: address.address, tags }, signal), address)
  assert.deepEqual(
    await api.createListener(wishOf(address.id), signal),
    await api.createListener(wishOf(address.id), signal),
  )
  const wish = { name: 'web', ...web, tags: {} }
  assert.deepEqual(await api.createCertificate(wish, signal), await api.createCertificate(wish, signal))
})

test('addresses come from the pool that was named, else the first that has one', async () => {
  const api = apiOf(pool('small', '10.0.0.7'), pool('big', '10.0.1.0/24'))
  assert.equal((await first(api, 'a')).address, '10.0.0.7')
  assert.equal((await first(api, 'b')).address, '10.0.1.1')
  const asked = await api.createAddress({ name: 'c', address: '10.0.1.9', tags: {} }, signal)
  assert.deepEqual([asked.pool, asked.address], ['big', '10.0.1.9'])
  assert.deepEqual(await api.pools(signal), [
    { name: 'small', ranges: ['10.0.0.7'], held: { '10.0.0.7': 'a' } },
    { name: 'big', ranges: ['10.0.1.0/24'], held: { '10.0.1.1': 'b', '10.0.1.9': 'c' } },
  ])
})

test('an update changes what it names, takes away what is null, and makes another etag', async () => {
  const api = apiOf()
  const { id } = await first(api)
  const made = await api.createListener(wishOf(id, { maxConnections: 5, drainMs: 10 }), signal)
  const changed = await api.updateListener(
    made.id,
    { etag: made.etag, set: { targets: [], maxConnections: null, sources: [] } },
    signal,
  )
  const { maxConnections: _, ...rest } = made
  assert.deepEqual(changed, { ...rest, targets: [], sources: [], healthy: [], etag: changed.etag })
  assert.notEqual(changed.etag, made.etag)
  await assert.rejects(
    api.updateListener(made.id, { etag: made.etag, set: { targets: [] } }, signal),
    refused('stale', /read it again/),
  )
  assert.deepEqual(await api.readListener(made.id, signal), changed)
})

test('a list goes on where it was although its last item is gone', async () => {
  const api = apiOf()
  for (const name of ['a', 'b', 'c']) await first(api, name)
  const one = await api.listAddresses(undefined, signal)
  assert.deepEqual(
    one.items.map(({ name }) => name),
    ['a', 'b'],
  )
  await api.deleteAddress(one.items[1]?.id ?? '', signal)
  const two = await api.listAddresses(one.next, signal)
  assert.deepEqual(two, { items: [await api.readAddress(two.items[0]?.id ?? '', signal)] })
  assert.equal(two.items[0]?.name, 'c')
})

test('a key goes in and never comes out', async () => {
  const api = apiOf()
  const made = await api.createCertificate({ name: 'web', ...web, tags: {} }, signal)
  assert.match(made.fingerprint, /^[0-9a-f]{64}$/)
  const shown = JSON.stringify([
    made,
    await api.readCertificate(made.id, signal),
    await api.listCertificates(undefined, signal),
  ])
  assert.ok(!shown.includes('BEGIN'))
  const other = selfSigned('other')
  await assert.rejects(
    api.createCertificate({ name: 'x', certificate: other.certificate, key: web.key, tags: {} }, signal),
    refused('invalid', /key belongs to another certificate/),
  )
})

test('what cannot be kept is refused, and all that stood on it', async () => {
  let broken = true
  const kept: number[] = []
  const ledger = new Ledger(emptyRecords('0'), async ({ addresses }) => {
    await Promise.resolve()
    if (broken) throw new Error('disk full')
    kept.push(addresses.size)
  })
  const api = createLocalApi({ pools: [pool('home', '10.0.0.0/24')], ledger })
  const all = await Promise.allSettled(['a', 'b', 'c'].map((name) => first(api, name)))
  assert.deepEqual(
    all.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  )
  assert.deepEqual((await api.listAddresses(undefined, signal)).items, [])
  broken = false
  const again = await Promise.all(['a', 'b', 'c'].map((name) => first(api, name)))
  assert.deepEqual(
    again.map(({ address }) => address),
    ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
  )
  assert.deepEqual(kept, [3], 'written together')
})

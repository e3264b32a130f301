import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LocalListenerWish } from '../../../../providers/local/api.ts'
import { createAddress } from '../../../../providers/local/server/addresses.ts'
import { createCertificate } from '../../../../providers/local/server/certificates.ts'
import { frontendsOf, takersOf, type Standing } from '../../../../providers/local/server/frontends.ts'
import { createListener } from '../../../../providers/local/server/listeners.ts'
import { parsePools } from '../../../../providers/local/server/pools.ts'
import { emptyRecords, type Records } from '../../../../providers/local/server/records.ts'
import type { RelayFrontend } from '../../../../src/relay/frontend.ts'
import { selfSigned } from '../../../relay/certificate.ts'

const a = { address: '10.1.0.1', port: 30080 }
const b = { address: '10.1.0.2', port: 30080 }
const c = { address: '10.1.0.3', port: 30080 }

function recordsOf(change: Partial<LocalListenerWish>, before: Records = emptyRecords('0')): Records {
  const pools = parsePools(['home=10.0.0.0/24'])
  assert.ok(pools.ok)
  const { records, value } = createAddress(before, pools.value, { name: 'web', tags: {} })
  return createListener(records, {
    addressId: value.id,
    protocol: 'TCP',
    port: 80,
    targets: [a, b, c],
    scheduler: 'random',
    tags: {},
    ...change,
  }).records
}

const idle = (target: object): object => ({ ...target, weight: 0 })

interface Row {
  readonly name: string
  readonly wish?: Partial<LocalListenerWish>
  readonly standings?: readonly Standing[]
  readonly becomes: Partial<RelayFrontend>
}

const routes = (...targets: object[]) => [{ targets }] as RelayFrontend['routes']

const rows: readonly Row[] = [
  {
    name: 'a listener is a frontend that keeps the client',
    becomes: { protocol: 'TCP', address: '10.0.0.1', port: 80, dialFrom: 'client', scheduler: 'random' },
  },
  { name: 'all healthy', standings: ['healthy', 'healthy', 'healthy'], becomes: { routes: routes(a, b, c) } },
  {
    name: 'one that failed takes nothing new',
    standings: ['healthy', 'unhealthy', 'healthy'],
    becomes: { routes: routes(a, idle(b), c) },
  },
  {
    name: 'one that nobody knows waits while others are healthy',
    standings: ['healthy', 'unproven', 'unhealthy'],
    becomes: { routes: routes(a, idle(b), idle(c)) },
  },
  {
    name: 'where nobody is known to be healthy, those whom nobody knows take it',
    standings: ['unhealthy', 'unproven', 'unproven'],
    becomes: { routes: routes(idle(a), b, c) },
  },
  {
    name: 'all have failed: closed',
    standings: ['unhealthy', 'unhealthy', 'unhealthy'],
    becomes: { routes: routes(idle(a), idle(b), idle(c)) },
  },
  {
    name: 'weights stay, and 0 is no taker',
    wish: { targets: [{ ...a, weight: 3 }, { ...b, weight: 0 }, c] },
    standings: ['healthy', 'healthy', 'unproven'],
    becomes: { routes: routes({ ...a, weight: 3 }, idle(b), idle(c)) },
  },
  {
    name: 'nobody may come',
    wish: { sources: [] },
    becomes: { routes: [{ sources: [], targets: [a, b, c] }] },
  },
  {
    name: 'ranges',
    wish: { sources: ['10.0.0.0/8'] },
    becomes: { routes: [{ sources: ['10.0.0.0/8'], targets: [a, b, c] }] },
  },
  {
    name: 'all that limits',
    wish: {
      scheduler: 'least-connections',
      affinitySeconds: 60,
      proxyProtocol: 'v2',
      maxConnections: 7,
      connectTimeoutMs: 100,
      idleTimeoutMs: 200,
      drainMs: 300,
    },
    becomes: {
      scheduler: 'least-connections',
      affinitySeconds: 60,
      proxyProtocol: { send: 'v2' },
      maxConnections: 7,
      connectTimeoutMs: 100,
      idleTimeoutMs: 200,
      drainMs: 300,
    },
  },
]

for (const { name, wish = {}, standings, becomes } of rows)
  test(`frontend: ${name}`, () => {
    const records = recordsOf(wish)
    const [frontend, ...others] = frontendsOf(records, ({ targets }, target) => {
      return standings?.[targets.indexOf(target)] ?? 'healthy'
    })
    assert.deepEqual(others, [])
    assert.deepEqual({ ...frontend, ...becomes }, frontend)
  })

test('frontend: TLS ends with the certificate and its key', () => {
  const { certificate, key } = selfSigned('web')
  const made = createCertificate(emptyRecords('0'), { name: 'web', certificate, key, tags: {} })
  const records = recordsOf({ certificateId: made.value.id, minTlsVersion: 'TLSv1.3' }, made.records)
  const [frontend] = frontendsOf(records, () => 'healthy')
  assert.deepEqual(frontend?.tls, { certificate, key, minVersion: 'TLSv1.3' })
})

test('new connections go to the healthy ones', () => {
  const [listener] = recordsOf({}).listeners.values()
  assert.ok(listener)
  assert.deepEqual(
    takersOf(listener, (_, { address }) => (address === b.address ? 'healthy' : 'unproven')),
    [b],
  )
})

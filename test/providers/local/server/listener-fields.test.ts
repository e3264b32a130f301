import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalRefusal, type LocalListenerWish } from '../../../../providers/local/api.ts'
import { createAddress } from '../../../../providers/local/server/addresses.ts'
import { createListener } from '../../../../providers/local/server/listeners.ts'
import { parsePools } from '../../../../providers/local/server/pools.ts'
import { emptyRecords } from '../../../../providers/local/server/records.ts'

const pools = parsePools(['home=10.0.0.0/24'])
assert.ok(pools.ok)
const { records, value: web } = createAddress(emptyRecords('0'), pools.value, { name: 'web', tags: {} })

const healthCheck = {
  protocol: 'HTTP',
  path: '/',
  intervalMs: 100,
  timeoutMs: 50,
  healthyThreshold: 1,
  unhealthyThreshold: 1,
}
const target = { address: '10.1.0.1', port: 30080 }
const whole = {
  addressId: web.id,
  protocol: 'TCP',
  port: 80,
  targets: [target],
  scheduler: 'random',
  tags: {},
}

function refusal(wish: object): string | undefined {
  try {
    createListener(records, wish as LocalListenerWish)
    return undefined
  } catch (error) {
    assert.ok(error instanceof LocalRefusal, String(error))
    return `${error.reason} ${error.field}`
  }
}

const day = 86_400_000
/** Of numbers: the least and the most that are taken. */
const ranges: readonly (readonly [
  field: string,
  least: number,
  most: number,
  wish: (value: unknown) => object,
])[] = [
  ['port', 1, 65_535, (port) => ({ port })],
  ['targets', 1, 65_535, (port) => ({ targets: [{ ...target, port }] })],
  ['targets', 0, 65_535, (weight) => ({ targets: [{ ...target, weight }] })],
  ['affinitySeconds', 1, 86_400, (affinitySeconds) => ({ affinitySeconds })],
  ['maxConnections', 1, 1_000_000, (maxConnections) => ({ maxConnections })],
  ['connectTimeoutMs', 1, day, (connectTimeoutMs) => ({ connectTimeoutMs })],
  ['idleTimeoutMs', 1, 7 * day, (idleTimeoutMs) => ({ idleTimeoutMs })],
  ['drainMs', 0, day, (drainMs) => ({ drainMs })],
  ...(
    [
      ['port', 1, 65_535],
      ['intervalMs', 10, day],
      ['timeoutMs', 1, day],
      ['healthyThreshold', 1, 100],
      ['unhealthyThreshold', 1, 100],
    ] as const
  ).map(
    ([name, least, most]) =>
      [
        'healthCheck',
        least,
        most,
        (value: unknown) => ({ healthCheck: { ...healthCheck, [name]: value } }),
      ] as const,
  ),
]
for (const [field, least, most, wish] of ranges)
  test(`a listener's ${JSON.stringify(wish('N'))} is from ${least} to ${most}`, () => {
    const said = [least, most].map((value) => refusal({ ...whole, ...wish(value) }))
    assert.deepEqual(said, [undefined, undefined])
    const wrong = [least - 1, most + 1, least + 0.5, String(least), null]
    assert.deepEqual(
      wrong.map((value) => refusal({ ...whole, ...wish(value) })),
      wrong.map(() => `invalid ${field}`),
    )
  })

const needed = ['addressId', 'protocol', 'port', 'targets', 'scheduler', 'tags'] as const
for (const field of needed)
  test(`a listener without ${field}`, () =>
    assert.equal(refusal({ ...whole, [field]: undefined }), `invalid ${field}`))
for (const field of ['protocol', 'intervalMs', 'timeoutMs', 'healthyThreshold', 'unhealthyThreshold'])
  test(`a check without ${field}`, () => {
    const wish = { ...whole, healthCheck: { ...healthCheck, [field]: undefined } }
    assert.equal(refusal(wish), 'invalid healthCheck')
  })
for (const field of ['address', 'port'])
  test(`a target without ${field}`, () =>
    assert.equal(refusal({ ...whole, targets: [{ ...target, [field]: undefined }] }), 'invalid targets'))

const others: readonly (readonly [wish: object, said: string | undefined])[] = [
  [{ healthCheck }, undefined],
  [{ healthCheck: { ...healthCheck, protocol: 'TCP', path: undefined } }, undefined],
  [{ healthCheck: { ...healthCheck, path: 5 } }, 'invalid healthCheck'],
  [{ healthCheck: { ...healthCheck, protocol: 'UDP' } }, 'invalid healthCheck'],
  [{ targets: [] }, undefined],
  [{ targets: target }, 'invalid targets'],
  [{ targets: [{ ...target, address: '10.1.0.01' }] }, 'invalid targets'],
  [{ sources: ['10.0.0.0/8', 'fd00::/8'] }, undefined],
  [{ sources: ['10.0.0.1/8'] }, 'invalid sources'],
  [{ sources: '10.0.0.0/8' }, 'invalid sources'],
  [{ sources: [10] }, 'invalid sources'],
  [{ proxyProtocol: 'v2' }, undefined],
  [{ proxyProtocol: 'v3' }, 'invalid proxyProtocol'],
  [{ minTlsVersion: 'TLSv1.1' }, 'invalid minTlsVersion'],
  [{ certificateId: 'certificate-0-9' }, 'invalid certificateId'],
  [{ scheduler: 'luck' }, 'invalid scheduler'],
  [{ tags: { a: 1 } }, 'invalid tags'],
  ...['proxyProtocol', 'minTlsVersion', 'connectTimeoutMs'].map((field) => {
    const value = { proxyProtocol: 'v1', minTlsVersion: 'TLSv1.3', connectTimeoutMs: 5 }[field]
    return [{ protocol: 'UDP', [field]: value }, `invalid ${field}`] as const
  }),
]
for (const [wish, said] of others)
  test(`a listener with ${JSON.stringify(wish)}: ${said ?? 'taken'}`, () =>
    assert.equal(refusal({ ...whole, ...wish }), said))

test('an address has one listener of a protocol and port', () => {
  const again = createListener(records, whole as LocalListenerWish)
  const other = (wish: object) => {
    try {
      createListener(again.records, { ...whole, ...wish } as LocalListenerWish)
      return 'taken'
    } catch (error) {
      return (error as LocalRefusal).message
    }
  }
  assert.deepEqual([{}, { port: 81 }, { protocol: 'UDP' }, { targets: [] }].map(other), [
    'taken',
    'taken',
    'taken',
    `TCP 80 of address web is held by ${again.value.id}`,
  ])
})

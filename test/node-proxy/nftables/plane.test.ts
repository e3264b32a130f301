import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { NftablesPlane } from '../../../src/node-proxy/nftables/plane.ts'
import type { ProxyTable, Row } from '../../../src/node-proxy/table/row.ts'
import { endpoint, family, row, tableOf } from '../userspace/rows.ts'
import { arbitrarySettings, arbitrarySteps, keyOf } from './history.ts'
import { Kernel } from './kernel.ts'

const table = 'ip lb-controller-node-proxy'
const { signal } = new AbortController()

async function fresh(wanted: ProxyTable): Promise<Kernel> {
  const kernel = new Kernel()
  assert.deepEqual(await new NftablesPlane({ nft: kernel }).apply(wanted, 'all', signal), { failures: [] })
  return kernel
}

const small = (at: number) => row({ key: `small${at}`, clusterAddress: `10.96.2.${at}` })

test('any history of changes ends as a fresh load does', async () => {
  await fc.assert(
    fc.asyncProperty(arbitrarySteps, arbitrarySettings, async (steps, settings) => {
      const kernel = new Kernel()
      const plane = new NftablesPlane({ nft: kernel })
      const rows = new Map<string, Row>()
      const families = { IPv4: family(settings) }
      await plane.apply(tableOf([], families), 'all', signal)
      const pending = new Set<string>()
      for (const { put, remove, refused } of steps) {
        for (const number of remove) {
          const key = keyOf(number)
          if (rows.delete(key)) pending.add(key)
        }
        for (const one of put) {
          rows.set(one.key, one)
          pending.add(one.key)
        }
        kernel.refuse = refused ? 'element' : undefined
        const { failures } = await plane.apply(tableOf([...rows.values()], families), pending, signal)
        if (failures.length === 0) pending.clear()
      }
      kernel.refuse = undefined
      const wanted = tableOf([...rows.values()], families)
      assert.deepEqual(await plane.apply(wanted, pending, signal), { failures: [] })
      assert.deepEqual(kernel.meaning(table), (await fresh(wanted)).meaning(table))
    }),
    { numRuns: 120 },
  )
})

test('a row that is refused stops no other, and is named', async () => {
  const bad = row({ key: 'bad', clusterAddress: '10.96.0.99', nodePort: 30_999 })
  const good = Array.from({ length: 9 }, (_, at) =>
    row({ key: `good${at}`, clusterAddress: `10.96.1.${at}` }),
  )
  const kernel = new Kernel()
  kernel.refuse = '10.96.0.99'
  const plane = new NftablesPlane({ nft: kernel })
  const { failures } = await plane.apply(tableOf([bad, ...good]), 'all', signal)
  assert.deepEqual(
    failures.map(({ keys }) => keys),
    [['bad']],
  )
  assert.deepEqual(kernel.meaning(table), (await fresh(tableOf(good))).meaning(table))
  kernel.refuse = undefined
  assert.deepEqual(await plane.apply(tableOf([bad, ...good]), new Set(['bad']), signal), { failures: [] })
  assert.deepEqual(kernel.meaning(table), (await fresh(tableOf([bad, ...good]))).meaning(table))
})

test('where nothing at all is taken no row is to blame, and all is written anew', async () => {
  const kernel = new Kernel()
  const plane = new NftablesPlane({ nft: kernel })
  const [web, db] = [row(), row({ key: 'db', clusterAddress: '10.96.0.11' })]
  const families = { IPv4: family() }
  await plane.apply(tableOf([web, db], families), 'all', signal)
  const wanted = tableOf(
    [web, { ...db, port: 81 }, row({ key: 'x', clusterAddress: '10.96.0.12' })],
    families,
  )
  kernel.refuse = ' '
  const changed = new Set(['db', 'x'])
  assert.deepEqual(await plane.apply(wanted, changed, signal), {
    failures: [{ family: 'IPv4', message: 'refused' }],
  })
  kernel.refuse = undefined
  await kernel.run(`delete table ${table}\n`)
  assert.deepEqual(await plane.apply(wanted, changed, signal), { failures: [] })
  assert.deepEqual(kernel.meaning(table), (await fresh(wanted)).meaning(table))
})

test('a large table is loaded in parts, so that no child of nft grows large', async () => {
  const many = Array.from({ length: 17_000 }, (_, at) => endpoint(`10.1.${at >> 8}.${at & 255}`, 80))
  const large = row({ key: 'large', clusterAddress: '10.96.1.1', cluster: many, local: [] })
  const kernel = await fresh(tableOf([large, small(1), small(2)]))
  const loads = kernel.transactions.filter((text) => text.includes('services-g1 {\n'))
  assert.deepEqual(
    loads.map((text) => /services-g1 \{\n([^}]*)\}/.exec(text)?.[1]?.trim().split('\n').length),
    [1, 2],
  )
})

for (const carriedOut of [true, false])
  test(`nft is killed in the middle, and ${carriedOut ? 'all' : 'nothing'} was carried out: no row is blamed, all is written anew`, async () => {
    const kernel = new Kernel()
    const plane = new NftablesPlane({ nft: kernel })
    const before = [row(), row({ key: 'gone', clusterAddress: '10.96.0.98' })]
    await plane.apply(tableOf(before), 'all', signal)
    kernel.kill = { text: 'delete element', carriedOut }
    const after = tableOf([row({ cluster: [endpoint('10.200.3.5', 8080)] })])
    const { failures } = await plane.apply(after, new Set([row().key, 'gone']), signal)
    assert.deepEqual(failures, [{ family: 'IPv4', message: 'nft ended with SIGKILL' }])
    assert.equal(await plane.intact(signal), false)
    assert.deepEqual(await plane.apply(after, 'all', signal), { failures: [] })
    assert.deepEqual(kernel.meaning(table), (await fresh(after)).meaning(table))
  })

test('one element that somebody takes away is missed, wherever it is, within a few looks', async () => {
  const rows = Array.from({ length: 800 }, (_, at) =>
    row({ key: `row${at}`, clusterAddress: `10.96.${at >> 8}.${at & 255}` }),
  )
  const kernel = new Kernel()
  const plane = new NftablesPlane({ nft: kernel })
  await plane.apply(tableOf(rows), 'all', signal)
  const looks = async (): Promise<number> => {
    for (let look = 1; look <= 4; look++) if (!(await plane.intact(signal))) return look
    return 0
  }
  assert.equal(await looks(), 0)
  await kernel.run(`delete element ${table} services-g1 { 10.96.2.200 . tcp . 80 }`)
  assert.ok((await looks()) > 0)
  await plane.apply(tableOf(rows), 'all', signal)
  assert.equal(await looks(), 0)
})

test('what is no address never reaches nft', async () => {
  const bad = 'example.com }\nflush ruleset'
  for (const fields of [
    { clusterAddress: bad },
    { externalAddresses: [bad] },
    { loadBalancerAddresses: [bad] },
    { cluster: [endpoint(bad, 80)] },
    { internalLocal: true, local: [endpoint(bad, 80, true)] },
    { clusterAddress: 'fd00:96::1' },
  ]) {
    const kernel = new Kernel()
    const plane = new NftablesPlane({ nft: kernel })
    const { failures } = await plane.apply(tableOf([row(fields)]), 'all', signal)
    assert.match(failures[0]?.message ?? '', /is no IPv4 address/)
    assert.ok(kernel.transactions.every((text) => !/example.com|fd00/.test(text)))
  }
})

test('a load that was cut short leaves nothing behind once another one succeeds', async () => {
  const wanted = tableOf([row()])
  const kernel = await fresh(wanted)
  kernel.refuse = 'flush chain'
  const cut = await new NftablesPlane({ nft: kernel }).apply(wanted, 'all', signal)
  assert.equal(cut.failures.length, 1)
  kernel.refuse = undefined
  await new NftablesPlane({ nft: kernel }).apply(wanted, 'all', signal)
  const names = [...(kernel.table(table)?.sets.keys() ?? []), ...(kernel.table(table)?.chains.keys() ?? [])]
  assert.deepEqual(new Set(names.map((name) => /-g\d+$/.exec(name)?.[0])), new Set([undefined, '-g3']))
})

const harms = [
  { name: 'the table is gone', by: `delete table ${table}` },
  { name: 'a base chain was emptied', by: `flush chain ${table} prerouting` },
  { name: 'another base chain was emptied', by: `flush chain ${table} output` },
  { name: 'an element is gone', by: `delete element ${table} services-g1 {\n10.96.0.10 . tcp . 80\n}` },
  {
    name: 'an element leads elsewhere',
    by: `delete element ${table} services-g1 {\n10.96.0.10 . tcp . 80\n}\nadd element ${table} services-g1 {\n10.96.0.10 . tcp . 80 : 20:0\n}`,
    unseen: true,
  },
  { name: 'what dispatches is gone', by: `delete element ${table} dispatch-g1 {\n30:0\n}` },
]

for (const { name, by, unseen = false } of harms)
  test(`the table is looked after: ${name}`, async () => {
    const kernel = new Kernel()
    const plane = new NftablesPlane({ nft: kernel })
    assert.equal(await plane.intact(signal), false, 'before anything was written')
    const only = tableOf([row()], { IPv4: family() })
    await plane.apply(only, 'all', signal)
    assert.equal(await plane.intact(signal), true)
    await kernel.run(`${by}\n`)
    assert.equal(await plane.intact(signal), unseen)
    await plane.apply(only, 'all', signal)
    assert.equal(await plane.intact(signal), true, 'mended')
  })

test('an nft that tells of refusals in other words is asked for the base chains only', async () => {
  const kernel = new Kernel()
  const plane = new NftablesPlane({ nft: kernel })
  const only = tableOf([row()], { IPv4: family() })
  kernel.tellsRefusals = false
  await plane.apply(only, 'all', signal)
  kernel.tellsRefusals = true
  assert.equal(await plane.intact(signal), true)
  await kernel.run(`flush chain ${table} prerouting\n`)
  assert.equal(await plane.intact(signal), true, 'it cannot see that')
  await kernel.run(`delete table ${table}\n`)
  assert.equal(await plane.intact(signal), false)
})

test('a table that is gone before the first look blinds no later one', async () => {
  const kernel = new Kernel()
  const plane = new NftablesPlane({ nft: kernel })
  const only = tableOf([row()], { IPv4: family() })
  await plane.apply(only, 'all', signal)
  await kernel.run(`delete table ${table}\n`)
  assert.equal(await plane.intact(signal), false)
  await plane.apply(only, 'all', signal)
  await kernel.run(`flush chain ${table} prerouting\n`)
  assert.equal(await plane.intact(signal), false)
})

test('chains that nobody uses any more go, once there are some', async () => {
  const kernel = new Kernel()
  const plane = new NftablesPlane({ nft: kernel })
  const families = { IPv4: family() }
  await plane.apply(tableOf([row()], families), 'all', signal)
  const sizes = Array.from({ length: 60 }, (_, at) => (at % 40) + 1)
  for (const [at, size] of sizes.entries()) {
    const cluster = Array.from({ length: size }, (_, host) => endpoint(`10.200.3.${host}`, 80))
    const wanted = tableOf([row({ cluster, local: [] })], families)
    assert.deepEqual(await plane.apply(wanted, new Set([row().key]), signal), { failures: [] })
    const choices = [...(kernel.table(table)?.chains.keys() ?? [])].filter((name) => name.startsWith('pick-'))
    assert.ok(choices.length <= 17, `${choices.length} chains after change ${at}`)
    if (at % 20 === 19) assert.deepEqual(kernel.meaning(table), (await fresh(wanted)).meaning(table))
  }
})

test('replacing one endpoint of many writes one slot', async () => {
  const many = Array.from({ length: 500 }, (_, at) => endpoint(`10.200.${at >> 8}.${at & 255}`, 8080))
  const kernel = await fresh(tableOf([]))
  const plane = new NftablesPlane({ nft: kernel })
  const before = row({ cluster: many })
  await plane.apply(tableOf([before]), 'all', signal)
  const after = row({ cluster: [...many.slice(1), endpoint('10.201.0.1', 8080)] })
  await plane.apply(tableOf([after]), new Set([after.key]), signal)
  assert.equal(
    kernel.transactions.at(-1),
    `delete element ${table} slots-tcp-g2 {\n0:1 . 0\n}\nadd element ${table} slots-tcp-g2 {\n0:1 . 0 : 10.201.0.1 . 8080\n}\n`,
  )
})

test('nothing is written where nothing is different', async () => {
  const kernel = new Kernel()
  const plane = new NftablesPlane({ nft: kernel })
  await plane.apply(tableOf([row()]), 'all', signal)
  const { length } = kernel.transactions
  await plane.apply(tableOf([row({ healthy: true } as never)]), new Set([row().key]), signal)
  assert.equal(kernel.transactions.length, length)
})

test('rules that serve nobody and cannot be removed are counted, and stop nothing', async () => {
  const kernel = new Kernel()
  const first = tableOf([row({ key: 'a' })])
  const failed: string[] = []
  const plane = new NftablesPlane({ nft: kernel, onCleanupFailed: (family) => failed.push(family) })
  await plane.apply(first, 'all', signal)
  kernel.refuse = 'delete map'
  assert.deepEqual(await plane.apply(first, 'all', signal), { failures: [] })
  assert.deepEqual(failed, ['IPv4'])
  kernel.refuse = undefined
  assert.deepEqual(await plane.apply(first, 'all', signal), { failures: [] })
  assert.deepEqual([failed.length, kernel.meaning(table)], [1, (await fresh(first)).meaning(table)])
})

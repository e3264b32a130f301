import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import * as fc from 'fast-check'
import { nftProgram } from '../../src/node-proxy/nftables/nft.ts'
import { NftablesPlane } from '../../src/node-proxy/nftables/plane.ts'
import type { FamilySettings, ProxyTable, Row } from '../../src/node-proxy/table/row.ts'
import { arbitrarySettings, arbitrarySteps, keyOf } from '../node-proxy/nftables/history.ts'
import { meaningOf, type Table } from '../node-proxy/nftables/kernel.ts'
import { endpoint, family, row, tableOf } from '../node-proxy/userspace/rows.ts'
import { whySkipped } from './requirements.ts'

const namespace = `lbnft-${process.pid}`
const inside = ['ip', 'netns', 'exec', namespace]
const nft = nftProgram({ command: [...inside, 'nft'] })
const { signal } = new AbortController()
const run = (...command: string[]): string =>
  execFileSync('ip', ['netns', 'exec', namespace, ...command], { encoding: 'utf8', timeout: 60_000 })

/** What the kernel holds, as nft lists it. */
function held(word: 'ip' | 'ip6'): Table {
  const listing = run('nft', '-n', 'list', 'table', word, 'lb-controller-node-proxy')
  const table: Table = { sets: new Map(), chains: new Map() }
  for (const [, kind, name = '', body = ''] of listing.matchAll(
    /^\t(map|set|chain) (\S+) \{\n(.*?)^\t\}/gms,
  )) {
    if (kind === 'chain') table.chains.set(name, body.trim().split(/\n\s*/))
    else {
      const elements = /elements = \{(.*?)\}/s.exec(body)?.[1]?.split(',') ?? []
      table.sets.set(name, new Map(elements.map((one) => entry(one.trim().replaceAll(/\s+/g, ' ')))))
    }
  }
  return table
}

function entry(element: string): readonly [string, string] {
  const [key = '', value = ''] = element.split(' : ')
  return [key, value]
}

const skip = await whySkipped()

describe('nftables on the kernel itself', { skip }, () => {
  before(() => {
    execFileSync('ip', ['netns', 'add', namespace])
    run('ip', 'link', 'set', 'lo', 'up')
  })
  after(() => spawnSync('ip', ['netns', 'del', namespace]))

  test('any history of changes ends as a fresh load does', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps, arbitrarySettings, async (steps, settings) => {
        const families = { IPv4: family(settings) }
        const plane = new NftablesPlane({ nft })
        const rows = new Map<string, Row>()
        const apply = async (by: NftablesPlane, changed: ReadonlySet<string> | 'all') =>
          assert.deepEqual(await by.apply(tableOf([...rows.values()], families), changed, signal), {
            failures: [],
          })
        await apply(plane, 'all')
        for (const { put, remove } of steps) {
          const changed = new Set([...put.map(({ key }) => key), ...remove.map(keyOf)])
          for (const number of remove) rows.delete(keyOf(number))
          for (const one of put) rows.set(one.key, one)
          await apply(plane, changed)
        }
        assert.ok(await plane.intact(signal))
        const changed = meaningOf(held('ip'))
        await apply(new NftablesPlane({ nft }), 'all')
        assert.deepEqual(changed, meaningOf(held('ip')))
      }),
      { numRuns: 12 },
    )
  })

  const settings: FamilySettings = {
    nodePorts: { ranges: 'all', localhost: false },
    pods: { by: 'none' },
    serviceRanges: [],
    masqueradeAll: false,
    nodeAddresses: [],
  }
  const both = (rows: readonly Row[]): ProxyTable => tableOf(rows, { IPv4: settings, IPv6: settings })
  const removals = [
    'delete table ip lb-controller-node-proxy',
    'delete table ip6 lb-controller-node-proxy',
    'flush chain ip lb-controller-node-proxy prerouting',
    'flush chain ip6 lb-controller-node-proxy output',
    'flush chain ip lb-controller-node-proxy postrouting',
    'flush ruleset',
  ]
  for (const removal of removals)
    test(`noticed: ${removal}`, async () => {
      const plane = new NftablesPlane({ nft })
      assert.deepEqual(await plane.apply(both([row()]), 'all', signal), { failures: [] })
      assert.equal(await plane.intact(signal), true)
      run('nft', removal)
      assert.equal(await plane.intact(signal), false)
    })

  test('SCTP is loaded, in both families', async () => {
    const six = {
      key: 'six',
      family: 'IPv6',
      clusterAddress: 'fd00:96::1',
      local: [],
      cluster: [endpoint('fd00:1::2', 9, true)],
    } as const
    const rows = [row(), row(six)].map((one): Row => ({
      ...one,
      protocol: 'SCTP',
      affinitySeconds: 5,
      nodePort: 30_000,
    }))
    assert.deepEqual(await new NftablesPlane({ nft }).apply(both(rows), 'all', signal), { failures: [] })
    for (const word of ['ip', 'ip6'] as const) {
      const ids = [...held(word).sets].find(([name]) => name.startsWith('ids-sctp-'))?.[1]
      assert.equal(ids?.size, word === 'ip' ? 2 : 1)
    }
  })

  test('clean-up leaves what is not ours', async () => {
    run('nft', 'flush ruleset; add table ip other; add chain ip other kept')
    const plane = new NftablesPlane({ nft })
    await plane.apply(both([row()]), 'all', signal)
    await plane.cleanup(signal)
    await plane.cleanup(signal)
    assert.equal(run('nft', 'list', 'ruleset').trim(), 'table ip other {\n\tchain kept {\n\t}\n}')
  })

  const sides = [
    {
      name: 'IPv4',
      prefix: '10.77.',
      address: (kind: number, host: number) => `10.77.${kind}.${host + 1}`,
      bits: 32,
    },
    {
      name: 'IPv6',
      prefix: 'fd77::',
      address: (kind: number, host: number) => `fd77::${kind + 1}:${host + 1}`,
      bits: 128,
    },
  ] as const
  for (const { name, address, bits } of sides)
    test(`${name}: clients keep their endpoint, and choose anew when it is gone`, async () => {
      const [service, endpoints] = [address(9, 0), [0, 1, 2].map((host) => address(1, host))]
      const clients = Array.from({ length: 24 }, (_, host) => address(2, host))
      for (const one of [...endpoints, ...clients])
        run('ip', 'addr', 'replace', `${one}/${bits}`, 'dev', 'lo', ...(bits === 128 ? ['nodad'] : []))
      run(
        'ip',
        bits === 128 ? '-6' : '-4',
        'route',
        'replace',
        `${service}/${bits}`,
        'dev',
        'lo',
        'src',
        clients[0] ?? '',
      )
      const to = (count: number): Row =>
        row({
          key: name,
          family: name,
          clusterAddress: service,
          affinitySeconds: 600,
          local: [],
          cluster: endpoints.slice(0, count).map((one) => endpoint(one, 8080, true)),
        })
      const plane = new NftablesPlane({ nft })
      assert.deepEqual(await plane.apply(both([to(3)]), 'all', signal), { failures: [] })
      const first = connect(service, endpoints, clients)
      assert.ok(new Set(first).size > 1, 'clients are spread')
      assert.deepEqual(connect(service, endpoints, clients), first)
      // Another process takes over: the entries are still there.
      const next = new NftablesPlane({ nft })
      await next.apply(both([to(3)]), 'all', signal)
      assert.deepEqual(connect(service, endpoints, clients), first)
      await next.apply(both([to(2)]), new Set([name]), signal)
      const left = connect(service, endpoints, clients)
      for (const [at, was] of first.entries()) {
        if (was === endpoints[2]) assert.ok(endpoints.slice(0, 2).includes(left[at] ?? ''))
        else assert.equal(left[at], was)
      }
      assert.deepEqual(connect(service, endpoints, clients), left)
    })
})

/** Which endpoint each client reaches. */
function connect(
  service: string,
  endpoints: readonly string[],
  clients: readonly string[],
): readonly string[] {
  const script = `
    const net = require('net'), [service, endpoints, clients] = JSON.parse(process.argv[1])
    const listening = endpoints.map((address) => new Promise((resolve) =>
      net.createServer((s) => s.end(address)).listen(8080, address, resolve)))
    const ask = (localAddress) => new Promise((resolve) => {
      let said = ''
      net.connect({ host: service, port: 80, localAddress }).setTimeout(20000, function () { this.destroy() })
        .on('data', (d) => (said += d)).on('error', (e) => (said = e.code)).on('close', () => resolve(said))
    })
    Promise.all(listening).then(() => Promise.all(clients.map(ask))).then((answers) => {
      console.log(JSON.stringify(answers)); process.exit()
    })`
  return JSON.parse(
    run(process.execPath, '-e', script, JSON.stringify([service, endpoints, clients])),
  ) as string[]
}

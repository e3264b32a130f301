import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { NftablesPlane } from '../../../src/node-proxy/nftables/plane.ts'
import type { Row } from '../../../src/node-proxy/table/row.ts'
import { endpoint, family, row, tableOf } from '../userspace/rows.ts'
import { Kernel } from './kernel.ts'

const golden = new URL('golden/small.nft', import.meta.url)

const six = { family: 'IPv6', cluster: [endpoint('fd00:1::5', 8080, true)], local: [] } as const
const rows: readonly Row[] = [
  row({
    nodePort: 30_080,
    loadBalancerAddresses: ['203.0.113.9'],
    allowedSources: ['198.51.100.0/24', '192.0.2.0/28'],
    externalLocal: true,
  }),
  row({ key: 'sticky', clusterAddress: '10.96.0.11', affinitySeconds: 600, protocol: 'UDP' }),
  row({ key: 'empty', clusterAddress: '10.96.0.12', cluster: [], local: [], anywhere: false }),
  row({ key: 'elsewhere', clusterAddress: '10.96.0.13', internalLocal: true, local: [] }),
  row({ key: 'six', ...six, clusterAddress: 'fd00:96::1', affinitySeconds: 10 }),
]

test('a small table, as nft reads it', async () => {
  const kernel = new Kernel()
  const families = {
    IPv4: family(),
    IPv6: family({
      pods: { by: 'interface', prefix: 'veth' },
      nodePorts: { ranges: 'all', localhost: false },
    }),
  }
  const settings = { ...families, IPv6: { ...families.IPv6, serviceRanges: ['fd00:96::/112'] } }
  const { signal } = new AbortController()
  const applied = await new NftablesPlane({ nft: kernel }).apply(tableOf(rows, settings), 'all', signal)
  assert.deepEqual(applied, { failures: [] })
  const text = kernel.transactions.join('# next transaction\n')
  if (process.env.UPDATE === '1') writeFileSync(golden, text)
  assert.equal(text, readFileSync(golden, 'utf8'))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { FlowCleaner } from '../../../src/node-proxy/conntrack/cleaner.ts'
import type { FlowDelete } from '../../../src/node-proxy/conntrack/deletes.ts'
import type { FamilyFailure } from '../../../src/node-proxy/data-plane.ts'
import { FlowPlane } from '../../../src/node-proxy/conntrack/flow-plane.ts'
import { ConntrackMissing, conntrackTool } from '../../../src/node-proxy/conntrack/tool.ts'
import type { Row } from '../../../src/node-proxy/table/row.ts'
import { silentLog } from '../../../src/observe/log.ts'
import { TrackedFlows } from './tracked-flows.ts'
import { endpoint, row, tableOf, type RowFields } from '../userspace/rows.ts'

const a = endpoint('10.200.1.5', 5353, true)
const b = endpoint('10.200.2.5', 5353)
const dns = (fields: RowFields = {}): Row =>
  row({ key: 'kube-system/dns:dns/UDP/IPv4', protocol: 'UDP', port: 53, serving: [a, b], ...fields })
const other = (at: number, fields: RowFields = {}): Row =>
  dns({ key: `x/s${at}:dns/UDP/IPv4`, clusterAddress: `10.97.${at >> 8}.${at & 255}`, ...fields })

function bed() {
  const clock = new VirtualClock()
  const kernel = new TrackedFlows(clock)
  const warnings: string[] = []
  const passes: number[] = []
  const warn = (message: string, fields = {}) =>
    void warnings.push([message, ...Object.values(fields)].join(': '))
  const cleaner = new FlowCleaner({
    tool: kernel,
    clock,
    log: { ...silentLog, warn },
    onPass: ({ deleted }) => void passes.push(deleted),
    random: () => 0,
  })
  const stop = new AbortController()
  const ended = cleaner.run(stop.signal)
  const end = async () => {
    stop.abort()
    await ended
  }
  const write = (...rows: readonly Row[]) => cleaner.written(tableOf(rows), ['IPv4'])
  return { clock, kernel, warnings, passes, cleaner, write, end }
}

test('UDP clean-up: at the start it looks at service addresses and ends what is stale there', async () => {
  const { clock, kernel, passes, write, end } = bed()
  const good = '10.96.0.10#53 > 10.200.1.5#5353'
  const foreign = ['8.8.8.8#53 > 8.8.8.8#53', '10.200.1.5#5353 > 10.200.1.5#5353']
  kernel.flows = new Set([
    good,
    ...foreign,
    '10.96.0.10#53 > 10.200.9.9#5353 one',
    '10.96.0.10#53 > 10.200.9.9#5353 two',
    '10.96.0.10#53 > 10.96.0.10#53',
    '10.96.3.3#53 > 10.200.9.9#5353',
  ])
  write(dns())
  await clock.advance(10_000)
  assert.deepEqual(kernel.flows, new Set([good, ...foreign]))
  assert.deepEqual(kernel.walks, [
    'look 10.96.0.0/12',
    'end 10.96.0.10 53 10.200.9.9',
    'end 10.96.0.10 53 10.96.0.10',
    'end 10.96.3.3 53 *',
  ])
  assert.deepEqual(passes, [4])
  await clock.advance(3_600_000)
  assert.equal(kernel.walks.length, 4, 'and then not again')
  await end()
})

test('UDP clean-up: one walk for an endpoint that is gone, none where nothing is gone', async () => {
  const { clock, kernel, write, end } = bed()
  write(dns())
  await clock.advance(5_000)
  kernel.walks = []
  kernel.flows = new Set(['10.96.0.10#53 > 10.200.1.5#5353', '10.96.0.10#53 > 10.200.2.5#5353'])
  write(dns({ cluster: [] }))
  await clock.advance(5_000)
  assert.deepEqual(kernel.walks, [])
  write(dns({ serving: [b] }))
  await clock.advance(5_000)
  assert.deepEqual(kernel.walks, ['end 10.96.0.10 53 10.200.1.5'])
  assert.deepEqual(kernel.flows, new Set(['10.96.0.10#53 > 10.200.2.5#5353']))
  await end()
})

test('UDP clean-up: what fails is tried again, and said once', async () => {
  const { clock, kernel, warnings, write, end } = bed()
  write(dns())
  await clock.advance(5_000)
  kernel.flows = new Set(['10.96.0.10#53 > 10.200.1.5#5353'])
  kernel.broken.push(...Array.from({ length: 3 }, () => new Error('no buffer space')))
  write(dns({ serving: [b] }))
  await clock.advance(30_000)
  assert.equal(kernel.flows.size, 0)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /no buffer space/)
  await end()
})

test('UDP clean-up: the newest wish wins while a walk is under way', async () => {
  const { clock, kernel, write, end } = bed()
  write(dns(), other(1))
  await clock.advance(5_000)
  kernel.walks = []
  write(dns({ serving: [b] }), other(1))
  await clock.advance(100)
  write(dns({ serving: [b] }), other(1, { serving: [a] }))
  write(dns({ serving: [b] }), other(1))
  await clock.advance(5_000)
  assert.deepEqual(kernel.walks, ['end 10.96.0.10 53 10.200.1.5'])
  await end()
})

test('UDP clean-up: an endpoint that comes and goes again while its walk is under way is walked for again', async () => {
  const { clock, kernel, write, end } = bed()
  write(dns())
  await clock.advance(5_000)
  kernel.walks = []
  write(dns({ serving: [b] }))
  await clock.advance(100)
  write(dns())
  await clock.advance(100)
  write(dns({ serving: [b] }))
  await clock.advance(5_000)
  const walk = 'end 10.96.0.10 53 10.200.1.5'
  assert.deepEqual(kernel.walks, [walk, walk], 'the first may have passed where a flow began meanwhile')
  await end()
})

test('UDP clean-up: very many at once become one look, and one walk a pod that has flows', async () => {
  const { clock, kernel, write, end } = bed()
  const before = Array.from({ length: 100 }, (_, at) =>
    other(at, { serving: [endpoint(`10.201.0.${at}`, 5353), b] }),
  )
  write(...before)
  await clock.advance(5_000)
  kernel.walks = []
  kernel.flows = new Set(['10.97.0.7#53 > 10.201.0.7#5353', '10.97.0.7#53 > 10.200.2.5#5353'])
  write(...before.map((each) => ({ ...each, serving: [b] })))
  await clock.advance(60_000)
  assert.deepEqual(kernel.walks, ['look 10.96.0.0/12', 'end 10.97.0.7 53 10.201.0.7'])
  assert.deepEqual(kernel.flows, new Set(['10.97.0.7#53 > 10.200.2.5#5353']))
  await end()
})

test('UDP clean-up: many deleted Services with load balancer addresses are all remembered', async () => {
  const { clock, kernel, write, end } = bed()
  const rows = Array.from({ length: 40 }, (_, at) =>
    other(at, { loadBalancerAddresses: [`203.0.113.${at}`] }),
  )
  write(...rows)
  await clock.advance(60_000)
  kernel.flows = new Set([
    ...rows.map(({ loadBalancerAddresses: [at] }) => `${at}#53 > 10.200.1.5#5353`),
    ...rows.map(({ clusterAddress }) => `${clusterAddress}#53 > 10.200.1.5#5353`),
  ])
  write()
  await clock.advance(120_000)
  assert.equal(kernel.flows.size, 0)
  await end()
})

test('UDP clean-up: flows that come back as they are ended do not keep it busy for ever', async () => {
  const { clock, kernel, write, end } = bed()
  const stuck = Array.from({ length: 400 }, (_, at) => `10.99.${at >> 8}.${at & 255}#53 > 10.200.1.5#5353`)
  kernel.flows = new Set(stuck)
  kernel.end = async ({ address }) => {
    kernel.walks.push(`end ${address}`)
    return 0
  }
  write(dns())
  await clock.advance(3_600_000)
  assert.ok(kernel.walks.length < 300, `${kernel.walks.length} walks`)
  await end()
})

test('UDP clean-up: Services gone and back meanwhile are looked at, not swept clean', async () => {
  const { clock, kernel, write, end } = bed()
  write(dns(), other(1))
  await clock.advance(5_000)
  kernel.flows = new Set(['10.97.0.1#53 > 10.200.1.5#5353', '10.97.0.1#53 > 10.200.9.9#5353'])
  write(dns({ serving: [b] }), other(1))
  await clock.advance(100)
  write(dns({ serving: [b] }))
  write(dns({ serving: [b] }), other(1))
  await clock.advance(10_000)
  assert.deepEqual(kernel.flows, new Set(['10.97.0.1#53 > 10.200.1.5#5353']))
  await end()
})

test('UDP clean-up: without the program it says once what is lost, and rests', async () => {
  const { clock, kernel, warnings, cleaner, write, end } = bed()
  kernel.broken.push(new ConntrackMissing('conntrack'))
  write(dns())
  await clock.advance(5_000)
  write(dns({ serving: [] }))
  await cleaner.run(new AbortController().signal)
  assert.equal(kernel.walks.length, 1)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /install the package conntrack/)
  await end()
})

test('a program that is not there is told from one that fails', async () => {
  // Node itself takes none of these arguments.
  const signal = new AbortController().signal
  const flows: FlowDelete = { family: 'IPv4', port: 53, gone: [] }
  await assert.rejects(conntrackTool(['/nonexistent/conntrack']).end(flows, signal), ConntrackMissing)
  await assert.rejects(conntrackTool([process.execPath]).end(flows, signal), /conntrack: .*bad option/)
  await assert.rejects(
    conntrackTool([process.execPath]).look('IPv4', '10.0.0.0/8', () => {}, signal),
    /bad option/,
  )
})

test('UDP clean-up behind a data plane: a family that failed is told of when all of it was written again', async () => {
  const { clock, kernel, cleaner, end } = bed()
  const failures: FamilyFailure[][] = []
  const plane = new FlowPlane(
    {
      name: 'nftables',
      start: () => Promise.resolve(),
      apply: () => Promise.resolve({ failures: failures.shift() ?? [] }),
      intact: () => Promise.resolve(true),
      stop: () => Promise.resolve(),
      cleanup: () => Promise.resolve(),
    },
    cleaner,
  )
  const { signal } = new AbortController()
  const fewer = tableOf([dns({ serving: [b] })])
  await plane.apply(tableOf([dns()]), 'all', signal)
  await clock.advance(5_000)
  kernel.walks = []
  failures.push(
    [{ family: 'IPv4', message: 'refused' }],
    [],
    [{ family: 'IPv4', message: 'x', keys: ['x/y'] }],
  )
  await plane.apply(fewer, new Set([dns().key]), signal)
  await plane.apply(fewer, new Set(), signal)
  await clock.advance(5_000)
  assert.deepEqual(kernel.walks, [], 'the rules still lead to the pod')
  await plane.apply(fewer, 'all', signal)
  await clock.advance(5_000)
  assert.deepEqual(kernel.walks, ['end 10.96.0.10 53 10.200.1.5'])
  await end()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { FlowCleaner } from '../../../src/node-proxy/conntrack/cleaner.ts'
import type { ProxyEndpoint, Row } from '../../../src/node-proxy/table/row.ts'
import { silentLog } from '../../../src/observe/log.ts'
import { flow, TrackedFlows } from './tracked-flows.ts'
import { endpoint, row, tableOf } from '../userspace/rows.ts'

const pods = [1, 2, 3].map((n) => endpoint(`10.200.1.${n}`, 5353, true))

/** A Service as it can be written: which of its addresses it has, and which pods serve it. */
const serviceArbitrary = fc.option(
  fc.record({
    pods: fc.subarray(pods),
    balanced: fc.boolean(),
    onNode: fc.boolean(),
  }),
  { nil: undefined, freq: 4 },
)
type ServiceState = typeof serviceArbitrary extends fc.Arbitrary<infer T> ? T : never

const serviceCount = 3
const stepArbitrary = fc.record({
  service: fc.nat(serviceCount - 1),
  state: serviceArbitrary,
  waitMs: fc.constantFrom(0, 100, 700, 5_000),
  /** The next walk fails. */
  fails: fc.boolean(),
})

function rowIn(n: number, state: NonNullable<ServiceState>): Row {
  return row({
    key: `x/s${n}:dns/UDP/IPv4`,
    protocol: 'UDP',
    port: 53,
    clusterAddress: `10.96.0.${n}`,
    loadBalancerAddresses: state.balanced ? [`203.0.113.${n}`] : [],
    ...(state.onNode ? { nodePort: 30_000 + n } : {}),
    serving: state.pods,
    cluster: state.pods,
  })
}

const targetsOf = ({ clusterAddress = '', loadBalancerAddresses, nodePort }: Row): readonly string[] => [
  `${clusterAddress}#53`,
  ...loadBalancerAddresses.map((address) => `${address}#53`),
  ...(nodePort === undefined ? [] : [`192.0.2.1#${nodePort}`]),
]

/** Every pod that serves now gets a flow through every address. */
function clientsCome(kernel: TrackedFlows, rows: readonly Row[]): void {
  for (const each of rows)
    for (const target of targetsOf(each))
      for (const { address, port } of each.serving ?? []) kernel.flows.add(`${target} > ${address}#${port}`)
}

const servedAt = (rows: readonly Row[]): ReadonlyMap<string, readonly ProxyEndpoint[]> =>
  new Map(rows.flatMap((each) => targetsOf(each).map((target) => [target, each.serving ?? []] as const)))

test('UDP clean-up: after any history, with walks that fail, every flow left goes to a pod that serves there', () =>
  fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 12 }), async (steps) => {
      const clock = new VirtualClock()
      const kernel = new TrackedFlows(clock)
      const cleaner = new FlowCleaner({ tool: kernel, clock, log: silentLog, random: () => 0 })
      const stop = new AbortController()
      const ended = cleaner.run(stop.signal)
      const states: ServiceState[] = Array.from({ length: serviceCount }, () => undefined)
      // As long as nothing about a flow's Service changed for the worse, nothing may have ended it.
      const kept = new Set<string>()
      let rows: readonly Row[] = []
      for (const { service, state, waitMs, fails } of steps) {
        states[service] = state
        rows = states.flatMap((each, n) => {
          const before = rows.find(({ key }) => key === `x/s${n}:dns/UDP/IPv4`)
          if (each === undefined) return []
          return n === service || before === undefined ? [rowIn(n, each)] : [before]
        })
        const served = servedAt(rows)
        for (const text of kept) if (!isServed(text, served)) kept.delete(text)
        cleaner.written(tableOf(rows), ['IPv4'])
        clientsCome(kernel, rows)
        if (!kernel.walking) for (const text of kernel.flows) if (isServed(text, served)) kept.add(text)
        if (fails) kernel.broken.push(new Error('no buffer space'))
        await clock.advance(waitMs)
        for (const text of kept) assert.ok(kernel.flows.has(text), `${text} was ended and served`)
      }
      await clock.advance(3_600_000)
      const served = servedAt(rows)
      for (const text of kernel.flows) assert.ok(isServed(text, served), `${text} is stale`)
      for (const text of kept) assert.ok(kernel.flows.has(text), `${text} was ended and served`)
      stop.abort()
      await ended
    }),
    { numRuns: 60 },
  ))

function isServed(text: string, served: ReadonlyMap<string, readonly ProxyEndpoint[]>): boolean {
  const { to, by } = flow(text)
  const there = served.get(`${to.address}#${to.port}`) ?? []
  return there.some(({ address, port }) => address === by.address && port === by.port)
}

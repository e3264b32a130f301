/**
 * What the node proxy's table costs without a data plane: built fresh, then one endpoint replaced at a time, at 1,000,
 * 10,000 and 30,000 Services in turns, so that a slow moment of the machine hits all alike. Ends with 1 when a bar is
 * missed. `node --expose-gc bench/node-proxy-table.ts`
 */
import type { EndpointSliceObject, ServiceObject } from '../src/model/objects.ts'
import { readNodePortAddresses, type TableSettings } from '../src/node-proxy/table/settings.ts'
import { TableTracker } from '../src/node-proxy/table/tracker.ts'
import { trimService, trimSlice } from '../src/node-proxy/table/trim.ts'

const sizes = [1_000, 10_000, 30_000] as const
const rounds = 9
const events = 100
const bars = { eventMs: 1, ratio: 3, bytesPerService: 8_000 }

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const ip = (first: number, n: number): string => `10.${first + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`

/** Through JSON, as a watch brings it: texts are shared with nothing. */
const asWatched = <T>(object: T): T => JSON.parse(JSON.stringify(object)) as T

const serviceAt = (n: number): ServiceObject =>
  trimService(
    asWatched({
      metadata: {
        name: `service-${n}`,
        namespace: 'default',
        uid: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
        resourceVersion: String(n),
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: { app: `service-${n}` },
        managedFields: [{ manager: 'kubectl', operation: 'Update' }],
      },
      spec: {
        type: 'LoadBalancer',
        clusterIP: ip(10, n),
        clusterIPs: [ip(10, n)],
        selector: { app: `service-${n}` },
        ports: [{ name: 'http', port: 80, nodePort: 1_000 + n, protocol: 'TCP', targetPort: 8080 }],
      },
      status: { loadBalancer: { ingress: [{ ip: ip(50, n) }] } },
    }),
  )

const sliceAt = (n: number, version: number): EndpointSliceObject =>
  trimSlice(
    asWatched({
      metadata: {
        name: `service-${n}-abcde`,
        namespace: 'default',
        uid: `slice-${n}`,
        resourceVersion: String(version),
        labels: { 'kubernetes.io/service-name': `service-${n}` },
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: [ip(100, n), ip(150, n + version)].map((address, at) => ({
        addresses: [address],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: `node-${at}`,
        targetRef: { kind: 'Pod', name: `service-${n}-${at}` },
      })),
    }),
  )

const nodePorts = readNodePortAddresses([])
if (!nodePorts.ok) throw new Error(nodePorts.error)
const settings: TableSettings = {
  nodeName: 'node-0',
  families: ['IPv4', 'IPv6'],
  nodePortAddresses: nodePorts.value,
  pods: { by: 'node' },
  masqueradeAll: false,
  onlyLoadBalancer: false,
  ignoreExternalAddresses: false,
  serviceRanges: [],
}

class Subject {
  readonly size: number
  readonly tracker: TableTracker
  readonly freshMs: number
  readonly bytes: number
  readonly #slices = new Map<string, readonly EndpointSliceObject[]>()
  #version = 0

  constructor(size: number) {
    this.size = size
    const before = heap()
    const services = new Map<string, ServiceObject>()
    for (let n = 0; n < size; n++) {
      services.set(`default/service-${n}`, serviceAt(n))
      this.#slices.set(`default/service-${n}`, [sliceAt(n, 0)])
    }
    this.tracker = new TableTracker(
      {
        serviceKeys: () => services.keys(),
        service: (key) => services.get(key),
        slicesOf: (key) => this.#slices.get(key) ?? [],
        node: () => undefined,
        serviceCidrs: () => [],
      },
      settings,
    )
    const start = performance.now()
    this.tracker.flush()
    this.freshMs = performance.now() - start
    this.bytes = heap() - before
  }

  /** Milliseconds of each of some replaced endpoints. */
  replace(): readonly number[] {
    this.#version++
    return Array.from({ length: events }, (_, at) => {
      const n = (at * 7_919) % this.size
      const key = `default/service-${n}`
      this.#slices.set(key, [sliceAt(n, this.#version)])
      const start = performance.now()
      this.tracker.touch(key)
      const { changed } = this.tracker.flush()
      const ms = performance.now() - start
      if (changed === 'all' || changed.size !== 1) throw new Error(`one row should have changed at ${key}`)
      return ms
    })
  }
}

function heap(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const subjects = sizes.map((size) => new Subject(size))
const [smallest] = subjects
const ratios = new Map<Subject, number[]>(subjects.map((one) => [one, []]))
const times = new Map<Subject, number[]>(subjects.map((one) => [one, []]))
for (const one of subjects) one.replace()
for (let round = 0; round < rounds; round++) {
  const medians = new Map(subjects.map((one) => [one, median(one.replace())]))
  for (const [one, ms] of medians) {
    times.get(one)!.push(ms)
    ratios.get(one)!.push(ms / medians.get(smallest!)!)
  }
}
console.log(`${rounds} rounds of ${events} events, 2 endpoints per Service, Node ${process.versions.node}`)
console.log('Services  fresh  one endpoint replaced  against 1,000  stores and table, per Service')
for (const one of subjects) {
  const [ms, ratio] = [median(times.get(one)!), median(ratios.get(one)!)]
  const each = one.bytes / one.size
  console.log(
    [
      String(one.size).padStart(8),
      `${one.freshMs.toFixed(0)} ms`.padStart(8),
      `${ms.toFixed(3)} ms`.padStart(19),
      ratio.toFixed(2).padStart(13),
      `${each.toFixed(0)} bytes`.padStart(20),
    ].join(' '),
  )
  if (ms > bars.eventMs || ratio > bars.ratio || each > bars.bytesPerService) process.exitCode = 1
}

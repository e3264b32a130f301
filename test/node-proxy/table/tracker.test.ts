import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type {
  EndpointSliceObject,
  NodeObject,
  ServiceCidrObject,
  ServiceObject,
} from '../../../src/model/objects.ts'
import type { ProxyTable, Row } from '../../../src/node-proxy/table/row.ts'
import { type Flush, TableTracker, type World } from '../../../src/node-proxy/table/tracker.ts'
import { holdersIn, serviceOfSlice, tableOf } from '../../../src/node-proxy/table/table.ts'
import { endpoint, here, node, service, settings, slice } from '../objects.ts'

/** A cluster that can be changed, and the tracker that is told what a store would tell. */
class Cluster implements World {
  readonly services = new Map<string, ServiceObject>()
  readonly slices = new Map<string, EndpointSliceObject>()
  own: NodeObject = node()
  cidrs: readonly ServiceCidrObject[] = []
  readonly read: string[] = []
  readonly tracker: TableTracker = new TableTracker(this, settings())

  serviceKeys = () => this.services.keys()
  service = (key: string) => this.services.get(key)
  slicesOf = (key: string) => {
    this.read.push(key)
    return [...this.slices.values()].filter((one) => serviceOfSlice(one) === key)
  }
  node = () => this.own
  serviceCidrs = () => this.cidrs

  putService(object: ServiceObject): void {
    this.services.set(`default/${object.metadata.name}`, object)
    this.tracker.touch(`default/${object.metadata.name}`)
  }

  removeService(name: string): void {
    this.services.delete(`default/${name}`)
    this.tracker.touch(`default/${name}`)
  }

  putSlice(name: string, object: EndpointSliceObject | undefined): void {
    for (const one of [this.slices.get(name), object]) {
      const key = one === undefined ? undefined : serviceOfSlice(one)
      if (key !== undefined) this.tracker.touch(key)
    }
    if (object === undefined) this.slices.delete(name)
    else this.slices.set(name, { ...object, metadata: { ...object.metadata, name } })
  }

  putNode(object: NodeObject): void {
    this.own = object
    this.tracker.touchNode()
  }

  built(previous?: ProxyTable): ProxyTable {
    const objects = {
      services: [...this.services.values()].toReversed(),
      slices: [...this.slices.values()].toReversed(),
      node: this.own,
      serviceCidrs: this.cidrs,
    }
    return tableOf({ ...objects, ...(previous === undefined ? {} : { previous }) }, settings()).table
  }
}

const names = ['a', 'b', 'c', 'd'] as const

const serviceOf = fc.record({
  name: fc.constantFrom(...names),
  uid: fc.constantFrom('1', '2'),
  created: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
  type: fc.constantFrom('ClusterIP', 'LoadBalancer', 'LoadBalancer', 'ExternalName'),
  clusterIP: fc.constantFrom('10.96.0.1', '10.96.0.2', '10.96.0.3', '10.96.0.4'),
  externalIPs: fc.subarray(['198.51.100.1', '198.51.100.2']),
  nodePort: fc.constantFrom(undefined, 30001, 30002),
  port: fc.constantFrom('http', 'https'),
  internalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
  externalTrafficPolicy: fc.constantFrom('Cluster', 'Local'),
  healthCheckNodePort: fc.constantFrom(31001, 31002),
})

/** With texts and numbers of any value. */
interface Given {
  readonly name: string
  readonly uid: string
  readonly created: string
  readonly type: string
  readonly clusterIP: string
  readonly externalIPs: readonly string[]
  readonly nodePort: number | undefined
  readonly port: string
  readonly internalTrafficPolicy: string
  readonly externalTrafficPolicy: string
  readonly healthCheckNodePort: number
}

function objectOf({ name, uid, created, nodePort, port, ...spec }: Given): ServiceObject {
  const ports = [{ name: port, port: 80, ...(nodePort === undefined ? {} : { nodePort }) }]
  return service(spec, { name, uid: `${uid}-${name}`, created, ports })
}

const sliceOf = fc
  .record({
    of: fc.constantFrom(...names),
    port: fc.constantFrom('http', 'https'),
    endpoints: fc.uniqueArray(
      fc.tuple(
        fc.constantFrom('10.1.0.1', '10.1.0.2', '10.1.0.3'),
        fc.constantFrom('here', 'n2'),
        fc.constantFrom('ready', 'ready', 'ending', 'unready'),
        fc.constantFrom('', 'a', 'b', 'b'),
      ),
      { maxLength: 3, selector: ([address]) => address },
    ),
  })
  .map(({ of, port, endpoints }) =>
    slice(
      endpoints.map(([address, node, state, zone]) =>
        endpoint(`${address} ${node} ${state}`, zone === '' ? undefined : { forZones: [{ name: zone }] }),
      ),
      { of, ports: [{ name: port, port: 8080, protocol: 'TCP' }] },
    ),
  )

const sliceNames = ['s1', 's2', 's3'] as const

type Event = (cluster: Cluster) => void

const eventOf: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: serviceOf.map(
      (given): Event =>
        (cluster) =>
          cluster.putService(objectOf(given)),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...names).map(
      (name): Event =>
        (cluster) =>
          cluster.removeService(name),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constantFrom(...sliceNames), sliceOf).map(
      ([name, object]): Event =>
        (cluster) =>
          cluster.putSlice(name, object),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...sliceNames).map(
      (name): Event =>
        (cluster) =>
          cluster.putSlice(name, undefined),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(undefined, 'a', 'b').map(
      (zone): Event =>
        (cluster) =>
          cluster.putNode(node(zone === undefined ? {} : { zone })),
    ),
  },
)

/** Some events, then a flush. */
const batches = fc.array(fc.array(eventOf, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 })

/** What a Service wants to itself, said once more and without the code under test. */
function wantsOf({ spec }: ServiceObject): readonly string[] {
  const [port] = spec?.ports ?? []
  if (spec?.type === 'ExternalName' || port === undefined) return []
  const health = spec?.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
  return [
    ...[spec?.clusterIP, ...(spec?.externalIPs ?? [])].map((address) => `${address} TCP ${port.port}`),
    ...(port.nodePort === undefined ? [] : [`node port TCP ${port.nodePort}`]),
    ...(health ? [`node port TCP ${spec?.healthCheckNodePort}`] : []),
  ]
}

const age = ({ metadata }: ServiceObject): string => `${metadata.creationTimestamp} ${metadata.uid}`

/** Who holds each claim after a flush: the law itself. */
function lawOf(cluster: Cluster, before: ReadonlyMap<string, string>): Map<string, string> {
  const wanting = new Map<string, ServiceObject[]>()
  for (const object of cluster.services.values())
    for (const claim of new Set(wantsOf(object))) wanting.set(claim, [...(wanting.get(claim) ?? []), object])
  return new Map(
    [...wanting].map(([claim, all]) => {
      const kept = all.find(({ metadata }) => metadata.uid === before.get(claim))
      const oldest = all.toSorted((a, b) => (age(a) < age(b) ? -1 : 1))[0]
      return [claim, (kept ?? oldest)?.metadata.uid ?? '']
    }),
  )
}

const uidsOf = (table: ProxyTable, cluster: Cluster): Map<string, string> =>
  new Map(
    [...holdersIn(table)].map(([claim, key]) => [claim, cluster.service(key)?.metadata.uid ?? 'nobody']),
  )

const sorted = (map: ReadonlyMap<string, unknown>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))

function different(before: ReadonlyMap<string, Row>, now: ReadonlyMap<string, Row>): readonly string[] {
  const keys = new Set([...before.keys(), ...now.keys()])
  return [...keys].filter((key) => before.get(key) !== now.get(key)).toSorted()
}

test('tracker: after any history the table is that of a fresh build which is told who holds what', () => {
  fc.assert(
    fc.property(batches, (history) => {
      const cluster = new Cluster()
      let held = new Map<string, string>()
      for (const events of history) {
        for (const event of events) event(cluster)
        const { table } = cluster.tracker.flush()
        const fresh = cluster.built(table)
        assert.deepEqual(sorted(table.rows), sorted(fresh.rows))
        assert.deepEqual(sorted(table.healthChecks), sorted(fresh.healthChecks))
        assert.deepEqual(table.families, fresh.families)
        held = lawOf(cluster, held)
        assert.deepEqual(sorted(uidsOf(table, cluster)), sorted(held))
      }
    }),
    { numRuns: 150 },
  )
})

test('tracker: `changed` names exactly the rows that are other objects, and no equal row is another object', () => {
  fc.assert(
    fc.property(batches, (history) => {
      const cluster = new Cluster()
      cluster.tracker.flush()
      let before = new Map<string, Row>()
      for (const events of history) {
        for (const event of events) event(cluster)
        const { table, changed } = cluster.tracker.flush()
        const keys = different(before, table.rows)
        if (changed !== 'all') assert.deepEqual([...changed].toSorted(), keys)
        for (const key of keys) assert.notDeepEqual(before.get(key), table.rows.get(key))
        before = new Map(table.rows)
      }
    }),
    { numRuns: 100 },
  )
})

test('tracker: without conflicts history does not matter', () => {
  const apart = serviceOf.map((given) => {
    const at = names.indexOf(given.name)
    const own = {
      clusterIP: `10.96.1.${at}`,
      externalIPs: [`198.51.100.${at}`],
      healthCheckNodePort: 31000 + at,
    }
    return objectOf({ ...given, ...own, nodePort: 30000 + at })
  })
  const event = fc.oneof(
    eventOf,
    apart.map(
      (object): Event =>
        (cluster) =>
          cluster.putService(object),
    ),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), fc.array(apart, { maxLength: 4 }), (history, last) => {
      const cluster = new Cluster()
      for (const one of history) {
        one(cluster)
        cluster.tracker.flush()
      }
      for (const name of names) cluster.removeService(name)
      for (const object of last) cluster.putService(object)
      const { table } = cluster.tracker.flush()
      assert.deepEqual(sorted(table.rows), sorted(cluster.built().rows))
    }),
    { numRuns: 100 },
  )
})

function clusterWith(...services: readonly ServiceObject[]): { cluster: Cluster; first: Flush } {
  const cluster = new Cluster()
  for (const one of services) cluster.putService(one)
  return { cluster, first: cluster.tracker.flush() }
}

test('tracker: the first flush is of everything, the next of what was touched', () => {
  const { cluster, first } = clusterWith(service(), service({ clusterIP: '10.96.0.2' }, { name: 'other' }))
  assert.equal(first.changed, 'all')
  cluster.read.length = 0
  assert.deepEqual(cluster.tracker.flush().changed, new Set())
  cluster.putSlice('s', slice([endpoint('10.1.0.1 here')]))
  assert.deepEqual(cluster.tracker.flush().changed, new Set(['default/web:http/TCP/IPv4']))
  assert.deepEqual(cluster.read, ['default/web'], 'no other Service is read')
})

test('tracker: a node that only says it lives is no change; a zone or an address is, and everything is anew', () => {
  const { cluster } = clusterWith(service())
  cluster.putNode(node())
  assert.deepEqual(cluster.tracker.flush().changed, new Set())
  cluster.putNode(node({ zone: 'a' }))
  assert.equal(cluster.tracker.flush().changed, 'all')
  cluster.putNode(node({ zone: 'a', status: { addresses: [{ type: 'InternalIP', address: '192.0.2.7' }] } }))
  const { changed, table } = cluster.tracker.flush()
  assert.equal(changed, 'all')
  assert.deepEqual(table.families.IPv4?.nodePorts.ranges, ['192.0.2.7/32'])
})

const near = (zone: string) => ({ forZones: [{ name: zone }] })

test('tracker: another zone of the node changes the endpoints of rows that nothing else touched', () => {
  const { cluster } = clusterWith(service())
  cluster.putSlice('s', slice([endpoint('10.1.0.1 n2', near('a')), endpoint('10.1.0.2 n2', near('b'))]))
  cluster.tracker.flush()
  cluster.putNode(node({ zone: 'b' }))
  const [row] = cluster.tracker.flush().table.rows.values()
  assert.deepEqual(
    row?.cluster?.map(({ address }) => address),
    ['10.1.0.2'],
  )
})

test('tracker: another service range is everything anew', () => {
  const { cluster } = clusterWith(service())
  cluster.cidrs = [{ metadata: { name: 'x' }, spec: { cidrs: ['10.200.0.0/16'] } }]
  cluster.tracker.touchNode()
  const { changed, table } = cluster.tracker.flush()
  assert.equal(changed, 'all')
  assert.deepEqual(table.families.IPv4?.serviceRanges, ['10.200.0.0/16'])
})

const shared = (name: string, day: number, uid = `uid-${name}`) =>
  service(
    { clusterIP: `10.96.0.${name.charCodeAt(0)}`, externalIPs: ['198.51.100.5'] },
    { name, uid, created: `2026-01-0${day}T00:00:00Z` },
  )

const holderOf = ({ table }: Flush) =>
  [...table.rows.values()].filter((row) => row.externalAddresses.length > 0).map(({ name }) => name)

test('tracker: who holds an address keeps it against an older one; when it goes, the oldest that waits has it', () => {
  const { cluster, first } = clusterWith(shared('c', 3))
  assert.deepEqual(holderOf(first), ['c'])
  cluster.putService(shared('b', 2))
  cluster.putService(shared('a', 1))
  const second = cluster.tracker.flush()
  assert.deepEqual(holderOf(second), ['c'])
  assert.deepEqual(
    second.news.map(({ name, code }) => [name, code]),
    [
      ['b', 'LB_PROXY_ADDRESS_TAKEN'],
      ['a', 'LB_PROXY_ADDRESS_TAKEN'],
    ],
  )
  cluster.removeService('c')
  const third = cluster.tracker.flush()
  assert.deepEqual(holderOf(third), ['a'])
  assert.deepEqual(
    third.news.map(({ name, message }) => [name, /belongs to Service (\S+),/.exec(message)?.[1]]),
    [['b', 'default/a']],
    'who waits is told of the new holder',
  )
  cluster.putService(service({ clusterIP: '10.96.0.9' }, { name: 'a', created: '2026-01-01T00:00:00Z' }))
  assert.deepEqual(holderOf(cluster.tracker.flush()), ['b'], 'an edit lets go too')
})

test('tracker: a Service made again under its name inherits nothing', () => {
  const { cluster } = clusterWith(shared('b', 2))
  cluster.putService(shared('a', 1))
  cluster.tracker.flush()
  cluster.putService(shared('b', 4, 'another'))
  assert.deepEqual(holderOf(cluster.tracker.flush()), ['a'])
})

const codesIn = ({ news }: Flush) => news.map(({ code }) => code)

test('tracker: a note is told once, and again after it was mended', () => {
  const bad = service({ externalIPs: ['nonsense'] })
  const { cluster, first } = clusterWith(bad)
  assert.deepEqual(codesIn(first), ['LB_PROXY_ADDRESS_IGNORED'])
  cluster.putSlice('s', slice([endpoint('10.1.0.1 here')]))
  assert.deepEqual(codesIn(cluster.tracker.flush()), [])
  assert.equal(cluster.tracker.notes().length, 1)
  cluster.putService(service())
  cluster.tracker.flush()
  cluster.putService(bad)
  assert.deepEqual(codesIn(cluster.tracker.flush()), ['LB_PROXY_ADDRESS_IGNORED'])
})

test('tracker: health ports that changed are named', () => {
  const local = service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 })
  const { cluster, first } = clusterWith(local)
  assert.deepEqual(first.changedHealthChecks, new Set(['default/web']))
  cluster.putSlice('s', slice([endpoint('10.1.0.1 n2')]))
  assert.deepEqual(cluster.tracker.flush().changedHealthChecks, new Set())
  cluster.putSlice('s', slice([endpoint('10.1.0.1 here')]))
  const { changedHealthChecks, table } = cluster.tracker.flush()
  assert.deepEqual(changedHealthChecks, new Set(['default/web']))
  assert.equal(table.healthChecks.get('default/web')?.localEndpoints, 1)
  cluster.removeService('web')
  assert.equal(cluster.tracker.flush().table.healthChecks.size, 0)
})

test(`tracker: a name of this node is all that makes an endpoint local`, () => {
  const { cluster } = clusterWith(service())
  cluster.putSlice('s', slice([{ addresses: ['10.1.0.1'], nodeName: here }, { addresses: ['10.1.0.2'] }]))
  const [row] = cluster.tracker.flush().table.rows.values()
  assert.deepEqual(
    row?.cluster?.map(({ local }) => local),
    [true, false],
  )
})

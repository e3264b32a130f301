import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { test, type TestContext } from 'node:test'
import { UserspacePlane } from '../../../src/node-proxy/userspace/plane.ts'
import { LocalhostPlane } from '../../../src/node-proxy/userspace/localhost.ts'
import type { DataPlane } from '../../../src/node-proxy/data-plane.ts'
import { VirtualClock } from '../../../src/lib/clock.ts'
import { silentLog, type Fields } from '../../../src/observe/log.ts'
import type { FrontendFailure, Relay, RelayFrontend } from '../../../src/relay/frontend.ts'
import { LocalRelay } from '../../../src/relay/local-relay.ts'
import { endpoint, family, row, tableOf, type RowFields } from './rows.ts'
import { freePort } from '../../support/free-port.ts'

/** A relay that keeps what it was told, and refuses the addresses named. */
class ToldRelay implements Relay {
  readonly served = new Map<string, RelayFrontend>()
  calls: string[] = []
  readonly #refused: ReadonlyMap<string, FrontendFailure['reason']>

  constructor(refused: Readonly<Record<string, FrontendFailure['reason']>> = {}) {
    this.#refused = new Map(Object.entries(refused))
  }

  serve(frontends: readonly RelayFrontend[]): Promise<readonly FrontendFailure[]> {
    this.calls.push(`serve ${frontends.length}`)
    this.served.clear()
    return Promise.resolve(this.#put(frontends))
  }

  change(put: readonly RelayFrontend[], remove: readonly string[]): Promise<readonly FrontendFailure[]> {
    this.calls.push(`change +${put.length} -${remove.length}`)
    for (const id of remove) this.served.delete(id)
    return Promise.resolve(this.#put(put))
  }

  counters = () => Promise.resolve(new Map())
  drain = () => Promise.resolve()

  #put(frontends: readonly RelayFrontend[]): readonly FrontendFailure[] {
    return frontends.flatMap((frontend) => {
      const reason = this.#refused.get(frontend.address)
      if (reason !== undefined)
        return [{ id: frontend.id, reason, message: `${frontend.address}:${frontend.port} ${reason}` }]
      this.served.set(frontend.id, frontend)
      return []
    })
  }
}

const signal = new AbortController().signal
const other = (fields: RowFields) => row({ key: 'shop/db:sql/TCP/IPv4', name: 'db', ...fields })

function logged() {
  const lines: Fields[] = []
  const warn = (message: string, fields: Fields = {}) => void lines.push({ message, ...fields })
  return { lines, log: { ...silentLog, warn } }
}

const onLoopback = [
  { name: 'the whole cluster', row: { affinitySeconds: 9 }, to: ['10.200.1.5', '10.200.2.5'] },
  { name: 'policy Local: what runs here', row: { externalLocal: true }, to: ['10.200.1.5'] },
  { name: 'policy Local and nothing here: nobody listens', row: { externalLocal: true, local: [] } },
  { name: 'UDP is not forwarded', row: { protocol: 'UDP' as const } },
]

for (const { name, row: fields, to } of onLoopback)
  test(`node ports on loopback beside another plane: ${name}`, async () => {
    const asked = family({ nodePorts: { ranges: [], localhost: true } })
    const web = row({ nodePort: 30080, ...fields })
    const frontend = {
      id: 'shop/web:http/TCP/IPv4 127.0.0.1 30080',
      protocol: 'TCP',
      address: '127.0.0.1',
      port: 30080,
      routes: [{ targets: to?.map((address) => ({ address, port: 8080 })) }],
      scheduler: 'random',
      ...(fields.affinitySeconds === undefined ? {} : { affinitySeconds: fields.affinitySeconds }),
    }
    const relay = new ToldRelay()
    const counts = { listeners: () => {}, failed: () => {} }
    const inner = new UserspacePlane({ relay: new ToldRelay(), settings: {}, log: silentLog })
    await new LocalhostPlane(inner, { relay, log: silentLog, counts }).apply(
      tableOf([web], { IPv4: asked }),
      'all',
      signal,
    )
    assert.deepEqual([...relay.served.values()], to === undefined ? [] : [frontend])
  })

test('the userspace plane tells the relay only of rows that changed', async () => {
  const relay = new ToldRelay()
  const plane = new UserspacePlane({ relay, settings: {}, log: silentLog })
  const db = other({ clusterAddress: '10.96.0.11', nodePort: 30001 })
  await plane.apply(tableOf([row(), db]), new Set([row().key]))
  assert.deepEqual(
    [...relay.served.keys()],
    [
      'shop/web:http/TCP/IPv4 10.96.0.10 80',
      'shop/db:sql/TCP/IPv4 10.96.0.11 80',
      'shop/db:sql/TCP/IPv4 192.0.2.1 30001',
    ],
  )
  await plane.apply(tableOf([row(), { ...db, nodePort: 30002 }]), new Set([db.key]))
  await plane.apply(tableOf([row()]), new Set([db.key]))
  await plane.apply(tableOf([row()]), new Set(['shop/unknown:x/TCP/IPv4']))
  assert.deepEqual(relay.calls, ['serve 3', 'change +2 -1', 'change +0 -2'])
  assert.deepEqual([...relay.served.keys()], ['shop/web:http/TCP/IPv4 10.96.0.10 80'])
})

test('the userspace plane tells of a failure once, tries it again when due, and serves the rest', async () => {
  const relay = new ToldRelay({ '10.96.0.10': 'unavailable', '10.96.0.11': 'unavailable' })
  const { lines, log } = logged()
  const clock = new VirtualClock()
  const plane = new UserspacePlane({ relay, settings: {}, log, clock })
  const web = row({ nodePort: 30000 })
  const db = other({ clusterAddress: '10.96.0.11' })
  const both = new Set([web.key, db.key])
  const first = await plane.apply(tableOf([web, db]), 'all')
  assert.deepEqual(
    first.failures.map(({ family, keys }) => ({ family, keys })),
    [{ family: 'IPv4', keys: [web.key, db.key] }],
  )
  assert.equal(relay.served.size, 1)
  // As often as other rows change, it is asked for again only when due; a row that changed is asked for at once.
  await plane.apply(tableOf([web, db]), both)
  const changed = { ...db, port: 81 }
  assert.equal((await plane.apply(tableOf([web, changed]), both)).failures.length, 1)
  await clock.advance(5_000)
  const last = await plane.apply(tableOf([web, changed]), both)
  assert.deepEqual(last.failures[0]?.keys?.toSorted(), [db.key, web.key])
  assert.deepEqual(relay.calls, ['serve 3', 'change +1 -0', 'change +2 -1', 'change +3 -0'])
  assert.equal(lines.length, 1)
  assert.equal(lines[0]?.['mend'], 'ip -4 route add local 10.96.0.0/12 dev lo')
  assert.equal((await plane.apply(tableOf([]), 'all')).failures.length, 0)
  await plane.apply(tableOf([web, db]), 'all')
  assert.equal(lines.length, 2, 'it begins anew')
})

test('the userspace plane names SCTP rows, and the node port that holds a port of all addresses', async () => {
  const relay = new ToldRelay({ '10.96.0.11': 'in-use' })
  const plane = new UserspacePlane({ relay, settings: {}, log: silentLog })
  const all = { IPv4: family({ nodePorts: { ranges: 'all' as const, localhost: false } }) }
  const rows = [
    row({ nodePort: 30080 }),
    other({ clusterAddress: '10.96.0.11', port: 30080 }),
    row({ key: 'shop/sig:m3ua/SCTP/IPv4', protocol: 'SCTP' }),
  ]
  const { failures } = await plane.apply(tableOf(rows, all), 'all')
  assert.deepEqual(
    failures.map(({ keys }) => keys),
    [['shop/sig:m3ua/SCTP/IPv4'], ['shop/db:sql/TCP/IPv4']],
  )
  assert.match(failures[0]?.message ?? '', /SCTP is not served/)
  assert.match(failures[1]?.message ?? '', /node port of shop\/web:http\/TCP\/IPv4 holds TCP port 30080/)
})

test('the userspace plane says that it sees no interface', async () => {
  const { lines, log } = logged()
  const plane = new UserspacePlane({ relay: new ToldRelay(), settings: {}, log })
  const blind = { IPv4: family({ pods: { by: 'interface' as const, prefix: 'cali' } }) }
  await plane.apply(tableOf([], blind), 'all')
  await plane.apply(tableOf([], blind), 'all')
  assert.equal(lines.length, 1)
})

async function answering(t: TestContext, answer: string): Promise<number> {
  const server: Server = createServer((socket) => socket.end(answer))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** What the server says, or the code of the error. */
function ask(host: string, port: number, localAddress: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, localAddress })
    let said = ''
    socket.on('data', (chunk) => (said += String(chunk)))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    socket.on('close', () => resolve(said))
  })
}

test('the userspace plane on real sockets: policies by source, source ranges, refusal', async (t) => {
  const local = endpoint('127.0.0.1', await answering(t, 'here'), true)
  const remote = endpoint('127.0.0.1', await answering(t, 'there'))
  const nodePort = await freePort()
  const relay = new LocalRelay()
  const plane = new UserspacePlane({
    relay,
    settings: { bindAddresses: ['127.0.0.2', '::1'] },
    log: silentLog,
    drainMs: 0,
  })
  t.after(() => plane.stop())
  const balanced = row({
    clusterAddress: undefined,
    port: nodePort,
    nodePort,
    loadBalancerAddresses: ['127.0.0.3'],
    externalLocal: true,
    cluster: [remote],
    local: [local],
    allowedSources: ['127.0.0.9/32'],
  })
  // No loopback address is near here but those of the pods: or every client of this test were this node.
  const settings = family({ pods: { by: 'ranges', ranges: ['127.0.0.8/31'] }, nodeAddresses: [] })
  const table = tableOf([balanced], { IPv4: settings })
  assert.deepEqual((await plane.apply(table, 'all')).failures, [])
  assert.equal(
    await ask('127.0.0.3', nodePort, '127.0.0.9'),
    'there',
    'a pod that is allowed goes the short way',
  )
  assert.equal(await ask('127.0.0.3', nodePort, '127.0.0.8'), 'ECONNRESET', 'a pod that is not')
  assert.equal(await ask('127.0.0.2', nodePort, '127.0.0.7'), 'there', 'ranges do not hold for the node port')
  await plane.apply(
    tableOf([{ ...balanced, cluster: [], local: [] }], { IPv4: settings }),
    new Set([balanced.key]),
  )
  assert.equal(await ask('127.0.0.2', nodePort, '127.0.0.8'), 'ECONNREFUSED')
})

test('node ports on loopback beside another plane: TCP, only where asked for, counted', async (t) => {
  const to = endpoint('127.0.0.1', await answering(t, 'pod'), true)
  const nodePort = await freePort()
  const applied: string[] = []
  const inner: DataPlane = {
    name: 'nftables',
    start: () => Promise.resolve(),
    apply: (_table, changed) => {
      applied.push(changed === 'all' ? 'all' : [...changed].join(' '))
      return Promise.resolve({ failures: [] })
    },
    intact: () => Promise.resolve(true),
    stop: () => Promise.resolve(),
    cleanup: () => Promise.resolve(),
  }
  const counted: string[] = []
  const counts = {
    listeners: (count: number) => void counted.push(`${count} listen`),
    failed: (by: number) => void (by > 0 && counted.push(`${by} failed`)),
  }
  const { lines, log } = logged()
  const plane = new LocalhostPlane(inner, { relay: new LocalRelay(), log, counts, drainMs: 0 })
  t.after(() => plane.stop())
  const asked = { IPv4: family({ nodePorts: { ranges: [], localhost: true } }) }
  const web = row({ nodePort, cluster: [to], local: [to] })
  const taken = other({ nodePort: to.port, cluster: [to] })
  const udp = row({ key: 'shop/dns:dns/UDP/IPv4', protocol: 'UDP', nodePort: 30053 })
  await plane.apply(tableOf([web, taken, udp], asked), 'all', signal)
  assert.equal(await ask('127.0.0.1', nodePort, '127.0.0.1'), 'pod')
  assert.deepEqual(counted, ['1 failed', '1 listen'])
  await plane.apply(tableOf([web, taken], asked), 'all', signal)
  assert.equal(lines.length, 1)
  await plane.apply(
    tableOf([{ ...web, externalLocal: true, local: [] }], asked),
    new Set([web.key, taken.key]),
    signal,
  )
  assert.equal(await ask('127.0.0.1', nodePort, '127.0.0.1'), 'ECONNREFUSED')
  assert.equal(counted.at(-1), '0 listen')
  await plane.apply(tableOf([web]), 'all', signal)
  assert.equal(await ask('127.0.0.1', nodePort, '127.0.0.1'), 'ECONNREFUSED', 'not asked for')
  assert.deepEqual(applied, ['all', 'all', `${web.key} ${taken.key}`, 'all'])
})

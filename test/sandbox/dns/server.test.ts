import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import packet from 'dns-packet'
import { assert as check, nat, property, uint8Array } from 'fast-check'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'
import { silentLog } from '../../../src/observe/log.ts'
import { openDns } from '../../../src/sandbox/dns/dns.ts'
import { reply } from '../../../src/sandbox/dns/message.ts'
import { serveDns } from '../../../src/sandbox/dns/server.ts'
import { clusterApi } from '../../support/cluster-api.ts'
import { names } from './world.ts'

async function resolver(t: TestContext): Promise<{ readonly resolver: Resolver; readonly port: number }> {
  const server = await serveDns({ address: '127.0.0.1', port: 0 }, names)
  t.after(() => server.close())
  const resolver = new Resolver({ timeout: 10_000, tries: 2 })
  resolver.setServers([`127.0.0.1:${server.port}`])
  return { resolver, port: server.port }
}

const query = (more: Partial<packet.Packet> = {}): Buffer =>
  packet.encode({
    type: 'query',
    id: 7,
    flags: packet.RECURSION_DESIRED,
    questions: [{ type: 'A', name: 'web.default.svc.cluster.local' }],
    ...more,
  })

const edns = (more: object = {}): packet.Answer =>
  ({
    type: 'OPT',
    name: '.',
    udpPayloadSize: 4096,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    options: [],
    ...more,
  }) as unknown as packet.Answer

const crowd: packet.Packet = { questions: [{ type: 'A', name: 'crowd.default.svc.cluster.local' }] }
const codeOf = (message: Buffer | undefined): number => (message?.[3] ?? 0) & 0xf

test('dns server: a resolver finds addresses, ports, names of names, and what is not there', async (t) => {
  const { resolver: asking } = await resolver(t)
  assert.deepEqual(await asking.resolve4('web.default.svc.cluster.local', { ttl: true }), [
    { address: '127.16.192.5', ttl: 5 },
  ])
  const [srv, ...others] = await asking.resolveSrv('_http._tcp.web.default.svc.cluster.local')
  assert.deepEqual(others, [])
  assert.equal(`${srv?.name} ${srv?.port}`, 'web.default.svc.cluster.local 80')
  assert.deepEqual(await asking.resolveCname('away.default.svc.cluster.local'), ['example.com'])
  assert.deepEqual(await asking.reverse('127.16.192.5'), ['web.default.svc.cluster.local'])
  await assert.rejects(asking.resolve4('none.default.svc.cluster.local'), { code: 'ENOTFOUND' })
  await assert.rejects(asking.resolve6('web.default.svc.cluster.local'), { code: 'ENODATA' })
  await assert.rejects(asking.resolve4('example.com'), { code: 'EREFUSED' })
})

test('dns server: what no datagram holds comes over TCP', async (t) => {
  const { resolver: asking, port } = await resolver(t)
  assert.equal((await asking.resolve4('crowd.default.svc.cluster.local')).length, 40)
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  t.after(() => socket.close())
  socket.send(query(crowd), port, '127.0.0.1')
  const [message] = (await once(socket, 'message')) as [Buffer]
  const { flag_tc, answers } = packet.decode(message)
  assert.deepEqual({ flag_tc, answers }, { flag_tc: true, answers: [] })
  assert.ok(message.length <= 512)
})

test('dns server: several questions in a stream that comes in pieces', async (t) => {
  const { port } = await resolver(t)
  const client = connect(port, '127.0.0.1')
  t.after(() => client.destroy())
  const framed = [query({ id: 1 }), query({ id: 2, ...crowd })].map((one) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(one.length)
    return Buffer.concat([length, one])
  })
  const bytes = Buffer.concat(framed)
  client.setNoDelay(true)
  for (const part of [bytes.subarray(0, 1), bytes.subarray(1, 50), bytes.subarray(50)]) {
    client.write(part)
    await new Promise(setImmediate)
  }
  let had = Buffer.alloc(0)
  const ids: number[] = []
  for await (const chunk of client) {
    had = Buffer.concat([had, chunk as Buffer])
    while (had.length >= 2 && had.length >= 2 + had.readUInt16BE(0)) {
      ids.push(had.readUInt16BE(2))
      had = had.subarray(2 + had.readUInt16BE(0))
    }
    if (ids.length === 2) break
  }
  assert.deepEqual(ids, [1, 2])
})

const question = (name: string): packet.Question => ({ type: 'A', name })

const messages: readonly {
  readonly name: string
  readonly message: Buffer
  /** Undefined: none. */
  readonly code: number | undefined
}[] = [
  { name: 'a question', message: query(), code: 0 },
  { name: 'no question in it', message: query({ questions: [] }), code: 1 },
  { name: 'an answer', message: query({ type: 'response' }), code: undefined },
  { name: 'too short', message: Buffer.alloc(11), code: undefined },
  {
    name: 'garbage behind a header',
    message: Buffer.concat([query().subarray(0, 12), Buffer.alloc(3, 0xff)]),
    code: 1,
  },
  {
    name: 'a name that leads to itself',
    message: Buffer.concat([query().subarray(0, 12), Buffer.from([0xc0, 0x0c, 0, 1, 0, 1])]),
    code: 1,
  },
  {
    name: 'a label of 63 bytes that are no text',
    message: Buffer.from(query({ questions: [{ type: 'A', name: 'x'.repeat(63) }] })).fill(0xff, 13, 76),
    code: 1,
  },
  { name: 'two questions', message: query({ questions: [question('a'), question('b')] }), code: 1 },
  {
    name: 'a status request',
    message: Buffer.from(query().map((byte, at) => (at === 2 ? byte | 0x10 : byte))),
    code: 4,
  },
  {
    name: 'another class',
    message: query({ questions: [{ type: 'A', name: 'web.default.svc.cluster.local', class: 'CH' }] }),
    code: 5,
  },
  { name: 'a transfer', message: query({ questions: [{ type: 'AXFR', name: 'cluster.local' }] }), code: 5 },
  { name: 'a later EDNS', message: query({ additionals: [edns({ ednsVersion: 1 })] }), code: 0 },
]

for (const { name, message, code } of messages)
  test(`dns message: ${name}`, () => {
    const told = reply(message, 'udp', names)
    if (code === undefined) return assert.equal(told, undefined)
    assert.equal(codeOf(told), code)
    assert.equal(told?.readUInt16BE(0), message.readUInt16BE(0))
  })

test('dns message: as much is told as there is room for, to the byte', () => {
  const told = (size: number, more: Partial<packet.Packet>) =>
    reply(query({ ...more, additionals: [edns({ udpPayloadSize: size })] }), 'udp', names)!
  const whole = told(4096, crowd).length
  for (const [size, truncated] of [
    [whole, false],
    [whole - 1, true],
  ] as const)
    assert.equal(packet.decode(told(size, crowd)).flag_tc, truncated)
  const asked = packet.decode(reply(query({ flags: 0 }), 'udp', names)!)
  assert.deepEqual([asked.flag_rd, asked.flag_aa, asked.questions?.length], [false, true, 1])
})

test('dns message: EDNS is answered with EDNS, and what fits into its size is told whole', () => {
  const whole = packet.decode(reply(query({ ...crowd, additionals: [edns()] }), 'udp', names)!)
  assert.equal(whole.answers?.length, 40)
  const [opt] = whole.additionals as packet.OptAnswer[]
  assert.deepEqual({ type: opt?.type, version: opt?.ednsVersion }, { type: 'OPT', version: 0 })
  const small = packet.decode(
    reply(query({ ...crowd, additionals: [edns({ udpPayloadSize: 600 })] }), 'udp', names)!,
  )
  assert.equal(small.flag_tc, true)
  const later = packet.decode(reply(query({ additionals: [edns({ ednsVersion: 1 })] }), 'udp', names)!)
  const [told] = later.additionals as packet.OptAnswer[]
  assert.equal(told?.extendedRcode, 1)
  const none = packet.decode(reply(query(), 'udp', names)!)
  assert.deepEqual(none.additionals, [])
})

test('dns message: whatever comes, an answer is no longer than a datagram may be, and nothing is thrown', () => {
  check(
    property(uint8Array({ maxLength: 300 }), (bytes) => {
      const told = reply(Buffer.from(bytes), 'udp', names)
      assert.ok(told === undefined || told.length <= 512)
    }),
  )
  const valid = query({ additionals: [edns({ udpPayloadSize: 512 })] })
  check(
    property(nat(valid.length - 1), nat(255), (at, byte) => {
      const told = reply(Buffer.from(valid.map((old, place) => (place === at ? byte : old))), 'udp', names)
      assert.ok(told === undefined || told.length <= 4096)
    }),
  )
})

test('dns: follows the cluster, and listens at the next place where the first is refused', async (t) => {
  const state = new ClusterState()
  const dns = await openDns({
    api: clusterApi(state),
    log: silentLog,
    places: [
      { address: '192.0.2.1', port: 5353 },
      { address: '127.0.0.1', port: 0 },
    ],
  })
  t.after(() => dns.close())
  await dns.ready
  const asking = new Resolver({ timeout: 10_000, tries: 2 })
  asking.setServers([`${dns.address}:${dns.port}`])
  const name = 'late.default.svc.cluster.local'
  await assert.rejects(asking.resolve4(name), { code: 'ENOTFOUND' })
  state.create('services', {
    metadata: { name: 'late', namespace: 'default' },
    spec: { ports: [{ port: 80 }] },
  })
  const { spec } = state.get('services', { namespace: 'default', name: 'late' })
  assert.deepEqual(await asking.resolve4(name), [spec?.clusterIP])
})

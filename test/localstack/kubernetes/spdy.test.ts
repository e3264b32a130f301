import assert from 'node:assert/strict'
import { once } from 'node:events'
import { duplexPair, Readable, type Duplex } from 'node:stream'
import { test } from 'node:test'
import { constants, deflateSync } from 'node:zlib'
import * as fc from 'fast-check'
import { spdyDictionary } from '../../../localstack/kubernetes/streams/spdy-dictionary.ts'
import { dataFrame, framesOf } from '../../../localstack/kubernetes/streams/spdy-frames.ts'
import { headerReader, headerWriter } from '../../../localstack/kubernetes/streams/spdy-headers.ts'
import { serveSpdy } from '../../../localstack/kubernetes/streams/spdy-session.ts'
import { podPath, withPods } from './pod-streams-world.ts'
import { spdyClient, spdyWire } from './spdy-client.ts'

test('the words of the dictionary are those of every other SPDY/3.1', () => {
  let [a, b] = [1, 0]
  for (const byte of spdyDictionary) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  // What kubectl's first header block asks for (RFC 1950, DICTID).
  assert.equal(b * 65_536 + a, 0xe3c6a7c2)
})

test('headers of one connection are read as they were written', async () => {
  const [write, read] = [headerWriter(), headerReader()]
  for (const headers of [
    { streamtype: 'error', port: '80' },
    {},
    { streamtype: 'data', port: 'ü'.repeat(3000) },
  ])
    assert.deepEqual(await read(await write(headers)), headers)
})

const zipped = (bytes: Buffer) =>
  deflateSync(bytes, { dictionary: spdyDictionary, finishFlush: constants.Z_SYNC_FLUSH })

const blocks: readonly { readonly name: string; readonly block: Buffer; readonly says: RegExp }[] = [
  { name: 'not compressed', block: Buffer.from('streamtype'), says: /incorrect header check/ },
  { name: 'with nothing in it', block: zipped(Buffer.alloc(0)), says: /outside buffer bounds/ },
  { name: 'of more headers than there are', block: zipped(Buffer.alloc(4, 0xff)), says: /out of range/ },
  { name: 'that unpacks to 4 MiB', block: zipped(Buffer.alloc(4_194_304)), says: /more than 262144 bytes/ },
]

for (const { name, block, says } of blocks)
  test(`a block ${name} is no block of headers`, () => assert.rejects(headerReader()(block), says))

test('frames do not depend on how their bytes are cut', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 30 }),
      async (payloads, size) => {
        const bytes = Buffer.concat(payloads.map((one, at) => dataFrame(at, Buffer.from(one), at % 2 === 0)))
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        )
        const frames = await Readable.from(framesOf(Readable.from(pieces))).toArray()
        assert.deepEqual(
          frames,
          payloads.map((one, stream) => ({
            type: 'data',
            stream,
            fin: stream % 2 === 0,
            payload: Buffer.from(one),
          })),
        )
      },
    ),
    { numRuns: 50 },
  ))

for (const [name, bytes] of [
  ['of another version', Buffer.from('8002000100000000', 'hex')],
  ['too long', Buffer.from('0000000100ffffff', 'hex')],
] as const)
  test(`a frame ${name} is an error`, () =>
    assert.rejects(Readable.from(framesOf(Readable.from([bytes]))).toArray(), /frame/))

test('exec over SPDY, as kubectl before 1.31', () =>
  withPods(async ({ server }) => {
    const path = `${podPath('web')}/exec?command=cat&stdin=true&stdout=true`
    const wire = await spdyWire(server, path, 'v4.channel.k8s.io')
    const client = spdyClient(wire)
    const error = await client.open({ streamtype: 'error' })
    const stdin = await client.open({ streamtype: 'stdin' })
    const stdout = await client.open({ streamtype: 'stdout' })
    client.send(stdin, 'typed', true)
    await client.until(error)
    assert.equal(client.text(stdout), 'typed')
    assert.equal(JSON.parse(client.text(error)).status, 'Success')
    wire.destroy()
  }))

const ping = Buffer.from('800300060000000400000001', 'hex')

test('port-forward: bytes both ways, pings, and an error for a port that nobody has', () =>
  withPods(async ({ server }) => {
    const wire = await spdyWire(server, `${podPath('web')}/portforward`, 'portforward.k8s.io')
    const client = spdyClient(wire)
    const error = await client.open({ streamtype: 'error', port: '80', requestid: '0' })
    const data = await client.open({ streamtype: 'data', port: '80', requestid: '0' })
    client.send(error, '', true)
    client.send(data, 'there')
    await client.until(data, 'hello there')
    wire.write(ping)
    client.send(data, '', true)
    await client.until(error)
    assert.deepEqual([client.text(data), client.text(error)], ['hello there', ''])
    assert.deepEqual(client.pongs, [ping])
    const failed = await client.open({ streamtype: 'error', port: '81', requestid: '1' })
    await client.open({ streamtype: 'data', port: '81', requestid: '1' })
    await client.until(failed)
    assert.equal(client.text(failed), 'error forwarding port 81 to pod default/web: connect ECONNREFUSED :81')
    wire.destroy()
  }))

test('a connection that breaks while nobody reads its input is over', async () => {
  const [ours, theirs] = duplexPair()
  const client = spdyClient(theirs)
  const opened = new Promise<Duplex>((resolve) => {
    void serveSpdy(ours, (_headers, stream) => resolve(stream)).then(() => served.abort())
  })
  const served = new AbortController()
  const stdin = await client.open({ streamtype: 'stdin' })
  const stream = await opened
  for (let left = 4; left > 0; left--) client.send(stdin, 'x'.repeat(65_536))
  await once(stream, 'readable')
  ours.destroy()
  if (!served.signal.aborted) await once(served.signal, 'abort')
  assert.equal(stream.destroyed, true)
})

test('headers that are none end the connection, and nothing else', () =>
  withPods(async ({ server }) => {
    const wire = await spdyWire(server, `${podPath('web')}/portforward`, 'portforward.k8s.io')
    wire.on('error', () => {})
    const block = zipped(Buffer.alloc(4, 0xff))
    const frame = Buffer.alloc(18)
    frame.writeUInt32BE(0x80030001, 0)
    frame.writeUIntBE(10 + block.length, 5, 3)
    wire.write(Buffer.concat([frame, block]))
    wire.resume()
    await once(wire, 'close')
  }))

test('what is not SPDY ends the connection', () =>
  withPods(async ({ server }) => {
    const wire = await spdyWire(server, `${podPath('web')}/portforward`, 'portforward.k8s.io')
    wire.on('error', () => {})
    wire.write('GET / HTTP/1.1\r\n\r\n'.repeat(9) + '\u00ff'.repeat(90))
    wire.resume()
    await once(wire, 'close')
  }))

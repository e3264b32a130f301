import { EventEmitter, once } from 'node:events'
import { request } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ApiServer } from '../../../localstack/kubernetes/server.ts'
import { dataFrame, framesOf } from '../../../localstack/kubernetes/streams/spdy-frames.ts'
import { headerWriter, type Headers } from '../../../localstack/kubernetes/streams/spdy-headers.ts'

/** A connection that speaks SPDY after an upgrade. */
export async function spdyWire({ url }: ApiServer, path: string, protocol: string): Promise<Duplex> {
  const asking = request(url + path, {
    method: 'POST',
    headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': protocol },
  }).end()
  const [, wire] = (await once(asking, 'upgrade')) as [unknown, Duplex]
  return wire
}

/** The client's side of a session: streams by number, and what came on each. */
export function spdyClient(wire: Duplex) {
  const write = headerWriter()
  const got = new Map<number, string>()
  const ended = new Set<number>()
  const arrived = new EventEmitter()
  const pongs: Buffer[] = []
  void (async () => {
    for await (const frame of framesOf(wire)) {
      if (frame.type === 'data')
        got.set(frame.stream, (got.get(frame.stream) ?? '') + frame.payload.toString())
      if (frame.type === 'data' && frame.fin) ended.add(frame.stream)
      if (frame.type === 'ping') pongs.push(frame.frame)
      arrived.emit('frame')
    }
  })().catch(() => {})
  let next = 1
  return {
    pongs,
    text: (stream: number) => got.get(stream) ?? '',
    async open(headers: Headers): Promise<number> {
      const stream = next
      next += 2
      const block = await write(headers)
      const frame = Buffer.alloc(18)
      frame.writeUInt32BE(0x80030001, 0)
      frame.writeUIntBE(10 + block.length, 5, 3)
      frame.writeUInt32BE(stream, 8)
      wire.write(Buffer.concat([frame, block]))
      return stream
    },
    send: (stream: number, text: string, fin = false) =>
      wire.write(dataFrame(stream, Buffer.from(text), fin)),
    /** Resolves when the other side has ended the stream, or shown this. */
    async until(stream: number, text?: string): Promise<void> {
      const isThere = () =>
        ended.has(stream) || (text !== undefined && got.get(stream)?.includes(text) === true)
      while (!isThere()) await once(arrived, 'frame')
    },
  }
}

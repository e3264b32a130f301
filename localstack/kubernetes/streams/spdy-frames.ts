/** Frames of SPDY/3.1, as far as kubectl sends them. Other frames are read over, as the real server does. */
export type Frame =
  | { readonly type: 'syn-stream'; readonly stream: number; readonly fin: boolean; readonly headers: Buffer }
  | { readonly type: 'data'; readonly stream: number; readonly fin: boolean; readonly payload: Buffer }
  | { readonly type: 'reset'; readonly stream: number }
  | { readonly type: 'ping'; readonly frame: Buffer }
  | { readonly type: 'go-away' }
  | { readonly type: 'other' }

const control = 0x8003
const kinds = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7 } as const
const fin = 1
const headSize = 8
/** What a length can say is 16 MiB; no client comes near. */
const largest = 1024 * 1024

/** Cuts a stream of bytes into frames; throws on what cannot be SPDY/3.1. */
export async function* framesOf(wire: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let waiting: Buffer[] = []
  let size = 0
  let wanted = headSize
  for await (const chunk of wire) {
    waiting.push(chunk)
    size += chunk.length
    if (size < wanted) continue
    let bytes = Buffer.concat(waiting)
    for (wanted = neededFor(bytes); bytes.length >= wanted; wanted = neededFor(bytes)) {
      yield frameOf(bytes.subarray(0, wanted))
      bytes = bytes.subarray(wanted)
    }
    waiting = [bytes]
    size = bytes.length
  }
}

function neededFor(bytes: Buffer): number {
  if (bytes.length < headSize) return headSize
  const length = bytes.readUIntBE(5, 3)
  if (length > largest) throw new Error(`a frame of ${length} bytes is more than ${largest}`)
  return headSize + length
}

function frameOf(frame: Buffer): Frame {
  const first = frame.readUInt16BE(0)
  const ends = ((frame[4] ?? 0) & fin) !== 0
  if (first < 0x8000)
    return { type: 'data', stream: frame.readUInt32BE(0), fin: ends, payload: frame.subarray(headSize) }
  if (first !== control) throw new Error(`not a frame of SPDY/3.1: it begins with ${first.toString(16)}`)
  const stream = () => frame.readUInt32BE(headSize) & 0x7fffffff
  switch (frame.readUInt16BE(2)) {
    case kinds.synStream:
      return { type: 'syn-stream', stream: stream(), fin: ends, headers: frame.subarray(headSize + 10) }
    case kinds.reset:
      return { type: 'reset', stream: stream() }
    case kinds.ping:
      return { type: 'ping', frame }
    case kinds.goAway:
      return { type: 'go-away' }
    default:
      return { type: 'other' }
  }
}

function controlFrame(kind: number, body: Buffer): Buffer {
  const head = Buffer.alloc(headSize)
  head.writeUInt16BE(control, 0)
  head.writeUInt16BE(kind, 2)
  head.writeUIntBE(body.length, 5, 3)
  return Buffer.concat([head, body])
}

const number = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export const replyFrame = (stream: number, headers: Buffer) =>
  controlFrame(kinds.synReply, Buffer.concat([number(stream), headers]))

/** 5 is CANCEL. */
export const resetFrame = (stream: number) =>
  controlFrame(kinds.reset, Buffer.concat([number(stream), number(5)]))

export function dataFrame(stream: number, payload: Buffer, ends = false): Buffer {
  const head = Buffer.alloc(headSize)
  head.writeUInt32BE(stream, 0)
  head[4] = ends ? fin : 0
  head.writeUIntBE(payload.length, 5, 3)
  return Buffer.concat([head, payload])
}

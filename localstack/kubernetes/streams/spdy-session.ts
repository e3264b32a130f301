import { Duplex } from 'node:stream'
import { writePatiently } from '../../../src/lib/patient-write.ts'
import { dataFrame, framesOf, replyFrame, resetFrame } from './spdy-frames.ts'
import { headerReader, headerWriter, type Headers } from './spdy-headers.ts'

/** How much of a stream goes into one frame. */
const pieceSize = 32 * 1024

class SpdyStream extends Duplex {
  readonly #wire: Duplex
  readonly #id: number
  #drained: (() => void) | undefined

  constructor(wire: Duplex, id: number) {
    super({ allowHalfOpen: true, highWaterMark: 64 * 1024 })
    this.#wire = wire
    this.#id = id
    this.on('error', () => {})
  }

  /** Resolves when more can be taken. */
  async receive(payload: Buffer): Promise<void> {
    if (this.destroyed || this.push(payload)) return
    await new Promise<void>((resolve) => {
      this.#drained = resolve
    })
  }

  override _read(): void {
    this.#drained?.()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (let at = 0; at < chunk.length; at += pieceSize) {
      const piece = chunk.subarray(at, at + pieceSize)
      this.#send(dataFrame(this.#id, piece), at + pieceSize < chunk.length ? undefined : done)
    }
    if (chunk.length === 0) done()
  }

  override _final(done: () => void): void {
    this.#send(dataFrame(this.#id, Buffer.alloc(0), true), done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.writableFinished || !this.readableEnded) this.#send(resetFrame(this.#id))
    this.#drained?.()
    done(error)
  }

  #send(frame: Buffer, done?: () => void): void {
    if (this.#wire.writable) this.#wire.write(frame, () => done?.())
    else done?.()
  }
}

/**
 * Serves the client's streams until the connection ends, which the promise waits for. There are no windows: kubectl keeps
 * none. A stream that is not read holds up the connection.
 */
export async function serveSpdy(
  wire: Duplex,
  onStream: (headers: Headers, stream: Duplex) => void,
): Promise<void> {
  const streams = new Map<number, SpdyStream>()
  const read = headerReader()
  const write = headerWriter()
  const endAll = () => {
    for (const stream of streams.values()) stream.destroy()
  }
  wire.on('error', () => {})
  // Where a stream that nobody reads holds up the frames, the loop below does not see that the client has gone.
  wire.once('close', endAll)
  try {
    for await (const frame of framesOf(wire)) {
      if (frame.type === 'go-away') break
      if (frame.type === 'ping') await writePatiently(wire, frame.frame)
      if (frame.type === 'syn-stream') {
        const stream = new SpdyStream(wire, frame.stream)
        const headers = await read(frame.headers)
        streams.set(frame.stream, stream)
        stream.once('close', () => streams.delete(frame.stream))
        await writePatiently(wire, replyFrame(frame.stream, await write({})))
        onStream(headers, stream)
        if (frame.fin) stream.push(null)
      }
      if (frame.type === 'data') {
        const stream = streams.get(frame.stream)
        if (frame.payload.length > 0) await stream?.receive(frame.payload)
        if (frame.fin && stream?.destroyed === false) stream.push(null)
      }
      if (frame.type === 'reset') streams.get(frame.stream)?.destroy()
    }
  } catch {
    // What is not SPDY, or breaks in the middle, ends the connection.
  } finally {
    endAll()
    wire.destroy()
  }
}

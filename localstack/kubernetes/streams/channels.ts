import { Readable, Writable } from 'node:stream'
import type { WebSocket } from 'ws'
import type { TerminalSize } from '../pod-runtime.ts'
import { sizeOf, type Remote } from './remote.ts'
import type { StreamsAsked } from './stream-query.ts'

/** The newest first. With v4 a client has no way to say that its input is over. */
export const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const

/** The first byte of every message. */
const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const

/** Several streams in one WebSocket. A stream that nobody reads holds up the whole connection, as with the real server. */
export function channelsOf(socket: WebSocket, asked: StreamsAsked): Remote {
  const gone = new AbortController()
  const resized: ((size: TerminalSize) => void)[] = []
  let size: TerminalSize | undefined
  const stdin = asked.stdin ? new Readable({ read: () => socket.resume() }) : undefined
  // A command that ended leaves its input unread.
  stdin?.on('close', () => socket.resume())
  const takeInput = (payload: Buffer) => {
    if (stdin === undefined || stdin.destroyed || payload.length === 0) return
    if (!stdin.push(payload)) socket.pause()
  }
  socket.on('message', (data: Buffer) => {
    const payload = data.subarray(1)
    if (data[0] === channel.stdin) takeInput(payload)
    else if (data[0] === channel.close && payload[0] === channel.stdin) stdin?.push(null)
    else if (data[0] === channel.resize) {
      size = sizeOf(payload.toString()) ?? size
      if (size !== undefined) for (const listener of resized) listener(size)
    }
  })
  socket.on('error', () => {})
  socket.once('close', () => {
    gone.abort()
    stdin?.destroy()
  })
  return {
    io: {
      tty: asked.tty,
      stdin,
      stdout: asked.stdout ? outputOf(socket, channel.stdout) : undefined,
      stderr: asked.stderr ? outputOf(socket, channel.stderr) : undefined,
      onResize(listener) {
        resized.push(listener)
        if (size !== undefined) listener(size)
      },
    },
    signal: gone.signal,
    finish(status) {
      stdin?.destroy()
      socket.send(message(channel.status, Buffer.from(JSON.stringify(status))), () => {})
      socket.close(1000)
      socket.resume()
    },
  }
}

const message = (number: number, payload: Buffer) => Buffer.concat([Buffer.of(number), payload])

/** Takes no more than the connection does. What is written after the other side went is dropped: that is no error of the writer. */
const outputOf = (socket: WebSocket, number: number) =>
  new Writable({
    highWaterMark: 64 * 1024,
    write(chunk: Buffer, _encoding, done) {
      if (socket.readyState === socket.OPEN) socket.send(message(number, chunk), () => done())
      else done()
    },
  })

import type { Duplex } from 'node:stream'
import type { TerminalSize } from '../pod-runtime.ts'
import { sizeOf, type Remote } from './remote.ts'
import { serveSpdy } from './spdy-session.ts'
import type { StreamsAsked } from './stream-query.ts'

/** Waits until the client has opened a stream for all that it asked for; rejects when it goes before. */
export function spdyRemote(wire: Duplex, asked: StreamsAsked): Promise<Remote> {
  const gone = new AbortController()
  const resized: ((size: TerminalSize) => void)[] = []
  const streams = new Map<string, Duplex>()
  let size: TerminalSize | undefined
  const wanted = [
    'error',
    ...(['stdin', 'stdout', 'stderr'] as const).filter((name) => asked[name]),
    ...(asked.tty ? ['resize'] : []),
  ]
  const listen = (stream: Duplex) => {
    stream.on('data', (chunk: Buffer) => {
      // Sizes come one after the other, each as a line of JSON.
      size = sizeOf(chunk.toString().trim().split('\n').at(-1) ?? '') ?? size
      if (size !== undefined) for (const listener of resized) listener(size)
    })
  }
  return new Promise((resolve, reject) => {
    const served = serveSpdy(wire, (headers, stream) => {
      const type = headers['streamtype'] ?? ''
      streams.set(type, stream)
      if (type === 'resize') listen(stream)
      else if (type !== 'stdin') stream.resume()
      if (wanted.every((name) => streams.has(name))) resolve(remote())
    })
    void served.then(() => {
      gone.abort()
      reject(new Error('the client left before all of its streams were open'))
    })
  })

  function remote(): Remote {
    return {
      io: {
        tty: asked.tty,
        stdin: streams.get('stdin'),
        stdout: asked.stdout ? streams.get('stdout') : undefined,
        stderr: asked.stderr ? streams.get('stderr') : undefined,
        onResize(listener) {
          resized.push(listener)
          if (size !== undefined) listener(size)
        },
      },
      signal: gone.signal,
      finish: (status) =>
        streams.get('error')?.end(JSON.stringify(status), () => {
          // The client closes after it has read this. One that does not is not waited for.
          setTimeout(() => wire.destroy(), 1000).unref()
        }),
    }
  }
}

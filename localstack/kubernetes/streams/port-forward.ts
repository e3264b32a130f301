import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PodRef, PodRuntime } from '../pod-runtime.ts'
import type { Headers } from './spdy-headers.ts'
import { serveSpdy } from './spdy-session.ts'

export const forwardProtocol = 'portforward.k8s.io'

/** Each connection of the user is a stream of data and one for errors, of the same request. */
export async function forwardPorts(
  wire: Duplex,
  runtime: PodRuntime,
  pod: PodRef,
  signal: AbortSignal,
): Promise<void> {
  const errors = new Map<string, Duplex>()
  await serveSpdy(wire, (headers, stream) => {
    const request = headers['requestid'] ?? headers['port'] ?? ''
    if (headers['streamtype'] === 'error') {
      errors.set(request, stream)
      stream.resume()
      stream.once('close', () => errors.delete(request))
    } else if (headers['streamtype'] === 'data') {
      const failed = errors.get(request)
      void connect(stream, headers, runtime, pod, signal).then((message) => failed?.end(message))
    } else stream.destroy()
  })
}

/** Answers what went wrong, for the user. */
async function connect(
  stream: Duplex,
  headers: Headers,
  runtime: PodRuntime,
  pod: PodRef,
  signal: AbortSignal,
): Promise<string | undefined> {
  const port = Number(headers['port'])
  let dialled: Duplex | undefined
  try {
    dialled = await runtime.dial(pod, port, signal)
    const gone = dialled
    stream.once('close', () => gone.destroy())
    await Promise.all([pipeline(stream, dialled), pipeline(dialled, stream)])
    return undefined
  } catch (error) {
    const userLeft = dialled !== undefined && stream.destroyed
    dialled?.destroy()
    stream.destroy()
    if (userLeft || signal.aborted) return undefined
    return `error forwarding port ${headers['port']} to pod ${pod.namespace}/${pod.name}: ${(error as Error).message}`
  }
}

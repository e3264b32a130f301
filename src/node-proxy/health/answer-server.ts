import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Answer {
  readonly code: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface ListenAt {
  /** Undefined: all addresses, of both families. */
  readonly host?: string
  readonly port: number
  /** Whoever asks for the port so may have it too: a process and the one that takes over from it. Linux. */
  readonly reusePort?: boolean
}

export interface AnswerServer {
  readonly port: number
  /** Ends at once, whoever is connected. */
  close(): Promise<void>
}

/** Who asks holds no connection for long: there may be a prober per node of a large cluster. */
const idleMs = 15_000

/**
 * Answers every method at every path, as load balancers of any make may ask. Rejects with the system's error when the
 * address cannot be taken.
 */
export async function serveAnswers(at: ListenAt, answer: (path: string) => Answer): Promise<AnswerServer> {
  const server = createServer({ keepAliveTimeout: idleMs, requestTimeout: idleMs }, (request, response) => {
    const { code, body, headers } = answer(pathOf(request))
    response.writeHead(code, {
      'Content-Type': 'application/json',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
      'Content-Length': Buffer.byteLength(body),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
    request.resume()
  })
  // Node gives these to whoever wants to tunnel, and closes the connection when nobody does.
  server.on('connect', (request, socket) => {
    const { code, body } = answer(pathOf(request))
    socket.on('error', () => {})
    socket.end(
      `HTTP/1.1 ${code} \r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...at }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // What a single connection fails at is that connection's matter.
  server.on('error', () => {})
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] ?? '/'

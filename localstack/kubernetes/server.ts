import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { requestUrl } from '../../src/lib/request-url.ts'
import { denial, unauthorized } from './http/access.ts'
import { isReview, reviewAccess } from './http/access-review.ts'
import { discoveryDocument } from './http/discovery.ts'
import { send, sendFault, type Exchange } from './http/exchange.ts'
import { ApiFault, badRequest } from './fault.ts'
import { handlerOf } from './http/handlers.ts'
import { kubeconfigOf } from './http/kubeconfig.ts'
import { faultOf, Mishaps } from './http/mishaps.ts'
import { openapiDocument } from './http/openapi.ts'
import { targetOf, verbOf } from './http/route.ts'
import { upgradeOf, type Upgrade } from './http/upgrade.ts'
import type { PodRuntime } from './pod-runtime.ts'
import { ClusterState } from './state.ts'

export interface ServerOptions {
  /** The cluster to serve. Default: a new one. */
  readonly state?: ClusterState
  /** Default 0: any free port. */
  readonly port?: number
  /** Default 127.0.0.1. Whoever reaches another address may do everything there: only for a network made for a test. */
  readonly host?: string
  /** Runs the pods: logs, exec, attach. Default: nobody, and such calls are refused. */
  readonly pods?: PodRuntime
  /** Asks every request for this bearer token. Default: none. */
  readonly token?: string
  /** PEM. Default: no TLS. kubectl hands a token on only where there is TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string }
}

/** An API server, on the loopback interface unless asked. Requests are served in the order they come in. */
export interface ApiServer {
  readonly url: string
  readonly state: ClusterState
  readonly mishaps: Mishaps
  kubeconfig(): string
  /** Breaks every watch; clients have to come back. */
  dropWatches(): void
  /** Breaks all connections and takes no new ones, until called with false. */
  refuseConnections(refuse?: boolean): void
  /** Ends all at once, watches too. */
  close(): Promise<void>
}

/** So long the real one keeps a connection that nobody asks anything over. */
const idleMs = 90_000

/** Empty details, as a real server has them: kubectl debug takes for granted that there are some. */
const notServed = () => new ApiFault(404, 'NotFound', 'the server could not find the requested resource', {})
const badMethod = () =>
  new ApiFault(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')

export async function startServer(options: ServerOptions = {}): Promise<ApiServer> {
  const state = options.state ?? new ClusterState()
  const mishaps = new Mishaps()
  const sockets = new Set<Socket>()
  const watches = new Set<ServerResponse>()
  const closing = new AbortController()
  let refusing = false

  const resource = async (exchange: Exchange) => {
    const { request, response, url } = exchange
    const target = targetOf(url.pathname)
    if (target === undefined) throw notServed()
    const verb = verbOf(request.method ?? '', target, url.searchParams)
    const handle = verb === undefined ? undefined : handlerOf(target, verb)
    if (verb === undefined || handle === undefined) throw badMethod()
    const mishap = mishaps.draw(verb, target)
    const wait = mishaps.latency + (mishap?.delay ?? 0)
    if (wait > 0) await state.clock.sleep(wait, closing.signal)
    if (mishap?.cut === 'before') request.socket.destroy()
    if (mishap?.cut === 'before' || closing.signal.aborted) return
    if (mishap?.code !== undefined) throw faultOf(mishap)
    if (mishaps.denies(verb, target)) throw denial(verb, target)
    // The request does its work, and its answer goes nowhere.
    if (mishap?.cut === 'after') Object.assign(response, { write: () => true, end: () => response })
    if (verb === 'watch') watches.add(response)
    response.once('close', () => watches.delete(response))
    await handle({ ...exchange, state, target, pods: options.pods })
    if (mishap?.cut === 'after') request.socket.destroy()
  }

  const serve = async (request: IncomingMessage, response: ServerResponse, upgrade?: Upgrade) => {
    try {
      const url = requestUrl(request.url)
      if (options.token !== undefined && request.headers.authorization !== `Bearer ${options.token}`)
        throw unauthorized()
      if (url === undefined) throw badRequest(`${JSON.stringify(request.url)} is no path`)
      const document = discoveryDocument(url.pathname) ?? openapiDocument(url.pathname)
      if (/^\/(healthz|livez|readyz)/.test(url.pathname)) send(response, 200, 'ok')
      else if (document !== undefined) send(response, 200, document)
      else if (isReview({ request, response, url })) await reviewAccess({ request, response, url }, mishaps)
      else await resource({ request, response, url, upgrade })
    } catch (error) {
      if (response.headersSent) response.destroy()
      else sendFault(response, error instanceof ApiFault ? error : unexpected(error))
    }
  }

  const listener = (request: IncomingMessage, response: ServerResponse) => void serve(request, response)
  const { tls } = options
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer({ cert: tls.certificate, key: tls.key }, listener)
  server.keepAliveTimeout = idleMs
  server.on('upgrade', (request, socket: Socket, head) => {
    const { response, upgrade } = upgradeOf(request, socket, head)
    void serve(request, response, upgrade)
  })
  server.on('connection', (socket) => {
    if (refusing) socket.destroy()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const at = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1')
  const url = `${tls === undefined ? 'http' : 'https'}://${at}`
  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url,
    state,
    mishaps,
    kubeconfig: () => kubeconfigOf(url, options.token),
    dropWatches() {
      for (const response of watches) response.destroy()
    },
    refuseConnections(refuse = true) {
      refusing = refuse
      if (refuse) breakAll()
    },
    close: () =>
      new Promise((resolve) => {
        closing.abort()
        server.close(() => resolve())
        breakAll()
      }),
  }
}

/** A mistake of ours. It is answered like one of the real server's, with the reason for whoever reads the test. */
const unexpected = (error: unknown) =>
  new ApiFault(
    500,
    'InternalError',
    `Internal error occurred: ${error instanceof Error ? error.stack : 'unknown'}`,
  )

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(`${host}:${(server.address() as AddressInfo).port}`)
    })
  })
}

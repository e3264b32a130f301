import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers undefined when all is well, else what is not. */
export interface Check {
  readonly name: string
  readonly check: () => string | undefined
}

export interface ObserveOptions {
  /** `host:port`, `:port` for all addresses, `[::1]:port`; port 0 takes a free one. */
  readonly bind: string
  /** /healthz: a failure asks for a restart. */
  readonly health?: readonly Check[]
  /** /readyz: a failure asks for patience. */
  readonly ready?: readonly Check[]
  /** /metrics; 404 when absent. */
  readonly metrics?: () => Promise<{ readonly contentType: string; readonly body: string }>
  /** Other pages, as plain text; asked first. Undefined: there is none at this path. */
  readonly texts?: (path: string) => string | undefined
  /** Other pages, as JSON. Undefined: there is none at this path. */
  readonly pages?: (path: string) => unknown
}

export interface ObserveServer {
  readonly host: string
  readonly port: number
  /** Ends at once, whoever is connected. */
  close(): Promise<void>
}

export interface Bind {
  /** Undefined: all addresses, of both families. */
  readonly host?: string
  readonly port: number
}

/** Throws `RangeError` with what is accepted. */
export function parseBind(bind: string): Bind {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(bind)
  const port = Number(match?.[3])
  if (match === null || port > 65_535)
    throw new RangeError(
      `${JSON.stringify(bind)} is no address to listen on: use host:port, :port or [IPv6]:port`,
    )
  const host = match[1] ?? match[2] ?? ''
  return host === '' ? { port } : { host, port }
}

interface Answer {
  readonly code: number
  readonly body: string
  readonly contentType?: string
}

/** Liveness, readiness and metrics. Rejects when the address cannot be taken. */
export async function serveObserve(opts: ObserveOptions): Promise<ObserveServer> {
  const server = createServer((request, response) => {
    void answer(opts, request)
      .catch((): Answer => ({ code: 500, body: 'internal error\n' }))
      .then((given) => send(request, response, given))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...parseBind(opts.bind) }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { address, port } = server.address() as AddressInfo
  return {
    host: address,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(opts: ObserveOptions, request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '/').split('?')[0]
  const known =
    path === '/healthz' || path === '/readyz' || (path === '/metrics' && opts.metrics !== undefined)
  const text = known || path === undefined ? undefined : opts.texts?.(path)
  const page = known || path === undefined || text !== undefined ? undefined : opts.pages?.(path)
  if (!known && text === undefined && page === undefined)
    return { code: 404, body: 'not found: try /healthz, /readyz or /metrics\n' }
  if (request.method !== 'GET' && request.method !== 'HEAD') return { code: 405, body: 'only GET and HEAD\n' }
  if (text !== undefined) return { code: 200, body: text }
  if (page !== undefined)
    return { code: 200, body: `${JSON.stringify(page)}\n`, contentType: 'application/json' }
  if (path === '/healthz') return report(opts.health ?? [])
  if (path === '/readyz') return report(opts.ready ?? [])
  return { code: 200, ...(await opts.metrics!()) }
}

/** `ok` alone, or each check on a line: `[-]` and why for one that fails. */
function report(checks: readonly Check[]): Answer {
  const results = checks.map(({ name, check }) => ({ name, why: ask(check) }))
  if (results.every(({ why }) => why === undefined)) return { code: 200, body: 'ok\n' }
  const lines = results.map(({ name, why }) => (why === undefined ? `[+] ${name}` : `[-] ${name}: ${why}`))
  return { code: 503, body: `${lines.join('\n')}\n` }
}

function ask(check: Check['check']): string | undefined {
  try {
    return check()
  } catch {
    return 'the check failed'
  }
}

function send(request: IncomingMessage, response: ServerResponse, given: Answer): void {
  response.writeHead(given.code, {
    'content-type': given.contentType ?? 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(given.body),
    'x-content-type-options': 'nosniff',
    ...(given.code === 405 ? { allow: 'GET, HEAD' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : given.body)
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hash } from '../lib/hash.ts'
import type { Clock } from '../lib/clock.ts'
import { requestUrl } from '../lib/request-url.ts'
import { parseBind } from '../observe/http.ts'
import { Answers } from './answers.ts'
import { pageAssets } from './assets.ts'
import { documentOf, type Document } from './document.ts'
import { Feed } from './feed.ts'
import { refusalOf } from './guard.ts'
import { jsonText } from './json-text.ts'
import type { PageSource } from './source.ts'
import { stream } from './stream.ts'

/** Readers of news at a time. */
const mostReaders = 64

export interface PageOptions {
  readonly source: PageSource
  readonly clock: Clock
  /** `host:port`, `:port` for all addresses, `[::1]:port`; port 0 takes a free one. */
  readonly bind: string
  /** Names under which it answers beside those of loopback. */
  readonly hosts?: readonly string[]
}

export interface PageServer {
  readonly host: string
  readonly port: number
  readonly url: string
  /** Ends at once, whoever is connected. */
  close(): Promise<void>
}

/** Serves the page, which only reads. Rejects when the address cannot be taken. */
export async function servePage({ source, clock, bind, hosts = [] }: PageOptions): Promise<PageServer> {
  const feed = new Feed(source, clock)
  const answers = new Answers(source, clock)
  const open = new Set<ServerResponse>()
  let page: Document | undefined
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = refusalOf(request, hosts)
    if (refusal !== undefined) return send(request, response, { ...refusal, type: plain })
    const url = requestUrl(request.url)
    if (url === undefined) return send(request, response, { code: 404, text: unknown, type: plain })
    if (url.pathname === '/') {
      page ??= documentOf(pageAssets())
      return send(request, response, { code: 200, text: page.html, type: html, policy: page.policy })
    }
    if (url.pathname === '/api/news') {
      if (open.size >= mostReaders) return send(request, response, { code: 503, text: full, type: plain })
      response.writeHead(200, { ...common, 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      if (request.method === 'HEAD') return void response.end()
      open.add(response)
      response.on('close', () => open.delete(response))
      const header = request.headers['last-event-id']
      const after = typeof header === 'string' ? header : (url.searchParams.get('after') ?? undefined)
      return stream({ feed, clock, lack: () => source.lack(), after, response })
    }
    const found = await answers.at(url.pathname, feed)
    if (found === undefined) return send(request, response, { code: 404, text: unknown, type: plain })
    return send(request, response, { code: 200, text: `${jsonText(found)}\n`, type: json })
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy()
      else send(request, response, { code: 500, text: 'internal error\n', type: plain })
    })
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ ...parseBind(bind) }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    feed.close()
    throw error
  }
  const { address, port } = server.address() as AddressInfo
  return {
    host: address,
    port,
    url: `http://${urlHost(address)}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        feed.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** One that a browser on this machine can open. */
function urlHost(address: string): string {
  if (address === '::' || address === '0.0.0.0') return 'localhost'
  return address.includes(':') ? `[${address}]` : address
}

const [plain, html, json] = [
  'text/plain; charset=utf-8',
  'text/html; charset=utf-8',
  'application/json; charset=utf-8',
]
const unknown = 'not found: there are /, /api/services, /api/services/NAMESPACE/NAME and /api/news\n'
const full = `${mostReaders} readers follow the news already: close one of these pages\n`

const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
}

interface Answer {
  readonly code: number
  readonly text: string
  readonly type: string
  readonly policy?: string
}

/** Asked again each time, and not sent again when it is the same. */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  { code, text, type, policy }: Answer,
): void {
  const etag = `"${hash([text], 20)}"`
  const headers = {
    ...common,
    'content-security-policy': policy ?? "default-src 'none'; frame-ancestors 'none'",
    'cache-control': code === 200 ? 'no-cache' : 'no-store',
    ...(code === 200 ? { etag } : {}),
    ...(code === 405 ? { allow: 'GET, HEAD' } : {}),
    ...(code === 503 ? { 'retry-after': '10' } : {}),
  }
  if (code === 200 && (request.headers['if-none-match'] ?? '').includes(etag)) {
    response.writeHead(304, headers).end()
    return
  }
  response.writeHead(code, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(request.method === 'HEAD' ? undefined : text)
}

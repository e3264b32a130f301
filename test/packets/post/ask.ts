import { Agent, request } from 'node:http'
import type { AskOrder, AskReport } from '../orders.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 8 })

/** One HTTP request from inside the namespace. */
export function ask(order: AskOrder): Promise<AskReport> {
  const { url, method = 'GET', body } = order
  return new Promise((resolve, reject) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const outgoing = request(url, {
      method,
      agent,
      timeout: 30_000,
      ...(body === undefined ? {} : { headers: { 'content-type': type } }),
    })
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      // The server had closed a connection that was kept: it never saw the request.
      if (outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) resolve(ask(order))
      else reject(error)
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within 30 s: ${method} ${url}`)))
    outgoing.once('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (part: string) => (text += part))
      incoming.once('error', reject)
      incoming.once('end', () => {
        const headers = Object.fromEntries(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        )
        resolve({ code: incoming.statusCode ?? 0, headers, body: text })
      })
    })
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

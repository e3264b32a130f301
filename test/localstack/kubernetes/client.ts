import { request as httpRequest, type IncomingMessage } from 'node:http'
import { startServer, type ApiServer, type ServerOptions } from '../../../localstack/kubernetes/server.ts'
import { ClusterState } from '../../../localstack/kubernetes/state.ts'

/** A server for the time of one test. */
export async function serving(run: (server: ApiServer) => Promise<void>, options: ServerOptions = {}) {
  const server = await startServer({ state: new ClusterState(), ...options })
  try {
    await run(server)
  } finally {
    await server.close()
  }
}

export interface Reply {
  readonly code: number
  readonly headers: IncomingMessage['headers']
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever JSON comes back
  readonly body: any
}

export interface Ask {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/** One request on a connection of its own. */
export function call(
  server: ApiServer,
  path: string,
  { method = 'GET', body, headers }: Ask = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(server.url + path, { method, agent: false, headers: { ...headers } })
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      let text = ''
      incoming.on('data', (chunk: Buffer) => (text += chunk.toString()))
      incoming.once('error', reject)
      incoming.once('end', () =>
        resolve({ code: incoming.statusCode ?? 0, headers: incoming.headers, body: parsed(text) }),
      )
    })
    outgoing.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The lines of a watch as they come, and an end to it. */
export function follow(server: ApiServer, path: string, headers: Record<string, string> = {}) {
  const lines: { type: string; object: Reply['body'] }[] = []
  let wake: (() => void) | undefined
  let ended = false
  const outgoing = httpRequest(server.url + path, { agent: false, headers })
  const end = () => {
    ended = true
    wake?.()
  }
  outgoing.on('error', end)
  outgoing.once('response', (incoming) => {
    let rest = ''
    incoming.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts.map((part) => JSON.parse(part) as (typeof lines)[number]))
      wake?.()
    })
    incoming.on('error', end)
    incoming.on('close', end)
  })
  outgoing.end()
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise<void>((resolve) => (wake = resolve))
  }
  return {
    lines,
    /** Resolves when there are so many lines, or no more can come. */
    count: (wanted: number) => until(() => ended || lines.length >= wanted),
    ended: () => until(() => ended),
    stop: () => outgoing.destroy(),
  }
}

import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isObject } from '../../../src/lib/json.ts'
import { LocalRefusal, type LocalApi } from '../api.ts'
import { localCalls, pathOf, refusalStatus, type LocalCall, type LocalRefused } from '../wire.ts'

/** An import would read all that the module offers, and so load an HTTP client that costs 12 MB. */
const { createServer } = process.getBuiltinModule('node:http')

/** More is no wish of anybody: a listener of 5,000 targets has a tenth of it. */
const mostBytes = 8 * 1024 * 1024

export interface LocalHttpOptions {
  readonly api: LocalApi
  /** Resolves when what was written is served: answers wait for it, so that they tell what failed. */
  readonly settled: () => Promise<void>
  /** What `GET PATH` answers. */
  readonly pages: Readonly<Record<string, () => Promise<unknown>>>
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** Serves the API on a unix socket, for this user alone. Rejects when the path cannot be taken. */
export async function serveLocalApi(path: string, options: LocalHttpOptions): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    void answer(options, request)
      .catch(failed)
      .then((given) => send(response, given))
  })
  server.listen(path)
  await once(server, 'listening')
  // The folder is this user's own; this is for one that was named from elsewhere.
  chmodSync(path, 0o600)
  return async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeIdleConnections()
    await closed
    rmSync(path, { force: true })
  }
}

const calls: ReadonlyMap<string, LocalCall> = new Map(localCalls.map((call) => [pathOf(call), call]))

async function answer(options: LocalHttpOptions, request: IncomingMessage): Promise<Answer> {
  const path = request.url ?? '/'
  const page = options.pages[path]
  if (page !== undefined)
    return request.method === 'GET'
      ? { status: 200, body: await page() }
      : wrong(405, `${path} takes GET only`)
  const call = calls.get(path)
  if (call === undefined)
    return wrong(
      404,
      `there is no ${path}; there are ${[...calls.keys(), ...Object.keys(options.pages)].join(', ')}`,
    )
  if (request.method !== 'POST') return wrong(405, `${path} takes POST only`)
  const given = await readArguments(request)
  if (!Array.isArray(given)) return wrong(400, 'the body must be a JSON array of the arguments')
  return carryOut(options, call, given)
}

/** A call that has begun is carried out although its asker has gone: asking again finds what it made. */
async function carryOut(
  { api, settled }: LocalHttpOptions,
  call: LocalCall,
  given: readonly unknown[],
): Promise<Answer> {
  const { signal } = new AbortController()
  const value = await ask(api, call, given, signal)
  if (!ofListeners.has(call)) return { status: 200, body: { value } }
  await settled()
  const { id } = (value ?? {}) as { readonly id?: string }
  const now = id === undefined ? undefined : await api.readListener(id, signal)
  return { status: 200, body: { value: now ?? value } }
}

/** These change what is served. */
const ofListeners: ReadonlySet<LocalCall> = new Set(['createListener', 'updateListener', 'deleteListener'])

function ask(
  api: LocalApi,
  call: LocalCall,
  [first, second]: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  if (call === 'pools') return api.pools(signal)
  if (call === 'updateAddress' || call === 'updateListener') {
    if (!isObject(second) || !isObject(second.set))
      throw new LocalRefusal('invalid', 'a change must be an object with etag and set')
    return api[call](String(first), second as never, signal)
  }
  return (api[call] as (argument: unknown, signal: AbortSignal) => Promise<unknown>)(
    first ?? undefined,
    signal,
  )
}

async function readArguments(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new LocalRefusal('invalid', `the body is longer than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new LocalRefusal('invalid', 'the body is no JSON')
  }
}

const wrong = (status: number, message: string): Answer => ({
  status,
  body: { reason: 'invalid', message } satisfies LocalRefused,
})

function failed(error: unknown): Answer {
  if (error instanceof LocalRefusal) {
    const { reason, message, field } = error
    const body: LocalRefused = { reason, message, ...(field === undefined ? {} : { field }) }
    return { status: refusalStatus[reason], body }
  }
  return wrong(500, error instanceof Error ? error.message : String(error))
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = `${JSON.stringify(isObject(body) || Array.isArray(body) ? body : {})}\n`
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

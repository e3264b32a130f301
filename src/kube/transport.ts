import type * as undici from './undici-library.ts'
import type { Dispatcher } from 'undici'
import type { Clock } from '../lib/clock.ts'
import { deadline, type Deadline } from '../lib/deadline.ts'
import { errorOfCredentials, errorOfStatus, errorOfThrown, KubeError } from './errors.ts'
import type { Credentials, Identity } from './identity.ts'
import { Pools } from './pools.ts'
import type { ResourceType } from './port.ts'

type Undici = typeof undici
type Body = Dispatcher.ResponseData['body']

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch'

export interface Call {
  readonly verb: Verb
  readonly resource: ResourceType
  readonly url: URL
  readonly contentType?: string
  readonly body?: unknown
}

export interface RequestReport {
  readonly verb: Verb
  /** The plural name. */
  readonly resource: string
  /** The HTTP status, 0 when there was no answer. */
  readonly code: number
  readonly ms: number
}

export interface TransportOptions {
  readonly undici: Undici
  readonly identity: Identity
  /** Finds out anew who we are. */
  readonly find: () => Promise<Identity>
  readonly clock: Clock
  readonly timeoutMs: number
  readonly userAgent: string
  readonly onRequest?: (request: RequestReport) => void
}

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
} as const
const reloadEveryMs = 10_000

/** Sends requests as the user of the kubeconfig, over pooled connections, each with a time limit. */
export class Transport {
  readonly #opts: TransportOptions
  readonly #pools: Pools
  #identity: Identity
  #loadedAt: number

  constructor(opts: TransportOptions) {
    this.#opts = opts
    this.#pools = new Pools(opts.undici)
    this.#identity = opts.identity
    this.#loadedAt = opts.clock.now()
  }

  get server(): string {
    return this.#identity.server
  }

  close(): Promise<void> {
    return this.#pools.close()
  }

  /** The parsed answer. Rejects with `KubeError`. */
  async json(call: Call, signal: AbortSignal): Promise<unknown> {
    const limit = deadline(this.#opts.clock, this.#opts.timeoutMs, signal)
    try {
      const body = await this.#open(call, limit, signal)
      const parsed = parse(await body.text())
      if (parsed === undefined) throw new KubeError(0, 'Reset', 'the API server sent what is no JSON')
      return parsed
    } catch (error) {
      throw explain(error, limit, signal)
    } finally {
      limit.clear()
    }
  }

  /** Reads an answer of unknown length, piece by piece; only its beginning is limited in time. */
  async stream(call: Call, onPiece: (piece: Uint8Array) => boolean, signal: AbortSignal): Promise<void> {
    const limit = deadline(this.#opts.clock, this.#opts.timeoutMs, signal)
    try {
      const body = await this.#open(call, limit, signal)
      limit.lift()
      for await (const piece of body) if (!onPiece(piece as Uint8Array)) break
    } catch (error) {
      throw explain(error, limit, signal)
    } finally {
      limit.clear()
    }
  }

  async #open(call: Call, limit: Deadline, signal: AbortSignal): Promise<Body> {
    try {
      return await this.#once(call, limit, signal)
    } catch (error) {
      // A token or certificate may have been replaced since it was read. A 401 did nothing: any verb may go again.
      if (!(error instanceof KubeError) || error.code !== 401 || !(await this.#reload(limit.signal)))
        throw error
      return this.#once(call, limit, signal)
    }
  }

  async #reload(signal: AbortSignal): Promise<boolean> {
    const now = this.#opts.clock.now()
    if (now - this.#loadedAt < reloadEveryMs) return false
    this.#loadedAt = now
    this.#identity = await within(signal, this.#opts.find())
    return true
  }

  async #credentials(): Promise<Credentials> {
    try {
      return await this.#identity.credentials()
    } catch (error) {
      throw errorOfCredentials(error)
    }
  }

  async #once(call: Call, limit: Deadline, signal: AbortSignal): Promise<Body> {
    const { clock, undici, userAgent, onRequest } = this.#opts
    const began = clock.now()
    let code = 0
    try {
      const { headers, connection } = await within(limit.signal, this.#credentials())
      const response = await undici.request(call.url, {
        method: methods[call.verb],
        headers: {
          accept: 'application/json',
          'user-agent': userAgent,
          ...(call.contentType === undefined ? {} : { 'content-type': call.contentType }),
          ...headers,
        },
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        dispatcher: this.#pools.for(connection),
        signal: limit.signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      code = response.statusCode
      if (code < 400) return response.body
      const retryAfter = response.headers['retry-after']
      throw errorOfStatus(code, parse(await response.body.text()), retryAfter?.toString())
    } catch (error) {
      throw explain(error, limit, signal)
    } finally {
      onRequest?.({ verb: call.verb, resource: call.resource.plural, code, ms: clock.now() - began })
    }
  }
}

/** An exec plugin that hangs must not hang us. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stopped = Promise.withResolvers<never>()
  const stop = () => stopped.reject(new KubeError(0, 'Aborted', 'stopped'))
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, stopped.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function explain(thrown: unknown, limit: Deadline, signal: AbortSignal): KubeError {
  if (thrown instanceof KubeError && thrown.reason !== 'Aborted') return thrown
  if (signal.aborted) return new KubeError(0, 'Aborted', 'the request was stopped')
  if (limit.expired) return new KubeError(0, 'Timeout', 'the API server did not answer in time')
  return errorOfThrown(thrown)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

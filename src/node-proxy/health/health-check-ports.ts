import { Backoff } from '../../lib/backoff.ts'
import type { Clock } from '../../lib/clock.ts'
import { serveAnswers, type Answer, type AnswerServer, type ListenAt } from './answer-server.ts'
import type { HealthCheckPort } from '../table/row.ts'

export interface HealthCheckPortsOptions {
  readonly clock: Clock
  /** As `ListenAt.reusePort`. */
  readonly sharePorts?: boolean
  /** Of the whole proxy. */
  readonly isHealthy: () => boolean
  /** Told of each listener that could not be opened, each time it is tried. */
  readonly onFailure: (service: HealthCheckPort, error: unknown) => void
  readonly serve?: (at: ListenAt, answer: (path: string) => Answer) => Promise<AnswerServer>
}

interface Listener {
  readonly key: string
  readonly service: string
  readonly at: ListenAt
}

/** Retries of a port that another program holds. */
const retry = { baseMs: 1_000, maxMs: 30_000 }

/**
 * Answers load balancers that ask a healthCheckNodePort how many endpoints of a Service are on this node. What it says
 * changes only by `sync`, which the caller calls when packets meet the new table, and not before.
 */
export class HealthCheckPorts {
  readonly #opts: HealthCheckPortsOptions
  readonly #backoff = new Backoff(retry)
  readonly #open = new Map<string, AnswerServer>()
  #services: ReadonlyMap<string, HealthCheckPort> = new Map()
  #wanted: readonly Listener[] = []
  #work: Promise<void> = Promise.resolve()
  #cancelRetry = () => {}
  #closed = false

  constructor(opts: HealthCheckPortsOptions) {
    this.#opts = opts
  }

  /** All of them, by `namespace/name`. A host that is undefined: every address of the machine. */
  sync(services: ReadonlyMap<string, HealthCheckPort>, hosts: readonly ListenAt['host'][]): Promise<void> {
    this.#services = services
    this.#wanted = [...services].flatMap(([service, { port }]) =>
      hosts.map((host) => ({
        key: `${service} ${host ?? ''} ${port}`,
        service,
        at: {
          port,
          ...(host === undefined ? {} : { host }),
          ...(this.#opts.sharePorts === true ? { reusePort: true } : {}),
        },
      })),
    )
    return this.#catchUp()
  }

  get counts(): { readonly open: number; readonly failed: number } {
    return { open: this.#open.size, failed: Math.max(0, this.#wanted.length - this.#open.size) }
  }

  close(): Promise<void> {
    this.#closed = true
    this.#wanted = []
    return this.#catchUp()
  }

  /** One after the other: two that open the same port would blame each other. */
  #catchUp(): Promise<void> {
    this.#cancelRetry()
    this.#work = this.#work.then(() => this.#openAndClose())
    return this.#work
  }

  async #openAndClose(): Promise<void> {
    const wanted = this.#wanted
    const keys = new Set(wanted.map(({ key }) => key))
    const gone = [...this.#open].filter(([key]) => !keys.has(key))
    for (const [key] of gone) this.#open.delete(key)
    await Promise.all(gone.map(([, server]) => server.close()))
    const missing = wanted.filter(({ key }) => !this.#open.has(key))
    const opened = await Promise.all(missing.map((listener) => this.#listen(listener)))
    if (opened.every(Boolean)) this.#backoff.succeeded('')
    else if (!this.#closed)
      this.#cancelRetry = this.#opts.clock.after(this.#backoff.failed(''), () => void this.#catchUp())
  }

  async #listen({ key, service, at }: Listener): Promise<boolean> {
    const { serve = serveAnswers, onFailure } = this.#opts
    try {
      this.#open.set(key, await serve(at, () => this.#answer(service)))
      return true
    } catch (error) {
      const now = this.#services.get(service)
      if (now !== undefined) onFailure(now, error)
      return false
    }
  }

  #answer(key: string): Answer {
    const [namespace = '', name = ''] = key.split('/')
    const localEndpoints = this.#services.get(key)?.localEndpoints ?? 0
    const serviceProxyHealthy = this.#opts.isHealthy()
    const body = { service: { namespace, name }, localEndpoints, serviceProxyHealthy }
    return {
      code: localEndpoints > 0 && serviceProxyHealthy ? 200 : 503,
      body: JSON.stringify(body, null, '\t'),
      headers: { 'X-Load-Balancing-Endpoint-Weight': String(localEndpoints) },
    }
  }
}

import type { Clock } from '../lib/clock.ts'
import { deadline } from '../lib/deadline.ts'
import type { Feed } from './feed.ts'
import { detailOf } from './service-detail.ts'
import { rowOf } from './service-row.ts'
import type { PageSource, TrafficPath } from './source.ts'
import type { Detail, ListAnswer } from './wire.ts'

/** A path is asked for once in this time, however many look at it, and given up after the other. */
const pathEveryMs = 500
const pathPatienceMs = 1_500

interface Asked {
  readonly at: number
  readonly path: Promise<TrafficPath | undefined>
}

/** What is asked of the page's server beside the page and its news. */
export class Answers {
  readonly #source: PageSource
  readonly #clock: Clock
  readonly #paths = new Map<string, Asked>()

  constructor(source: PageSource, clock: Clock) {
    this.#source = source
    this.#clock = clock
  }

  /** Undefined: there is nothing at this path. */
  async at(path: string, feed: Pick<Feed, 'position' | 'told'>): Promise<ListAnswer | Detail | undefined> {
    if (path === '/api/services') return this.#list(feed)
    const [, namespace = '', name = ''] = /^\/api\/services\/([^/]+)\/([^/]+)$/.exec(path) ?? []
    return name === '' ? undefined : this.#detail(decoded(namespace), decoded(name))
  }

  #list({ position, told }: Pick<Feed, 'position' | 'told'>): ListAnswer {
    const lack = this.#source.lack()
    return {
      about: Object.entries(this.#source.about),
      ...(lack === undefined ? {} : { lack }),
      rows: this.#source.services().map(rowOf),
      told,
      position,
    }
  }

  async #detail(namespace: string, name: string): Promise<Detail | undefined> {
    const source = this.#source
    if (source.service(namespace, name) === undefined) return undefined
    const path = await this.#path(namespace, name)
    const service = source.service(namespace, name)
    if (service === undefined) return undefined
    return detailOf({
      service,
      report: source.report(namespace, name),
      past: source.past(namespace, name),
      path,
      now: this.#clock.now(),
    })
  }

  #path(namespace: string, name: string): Promise<TrafficPath | undefined> {
    const now = this.#clock.now()
    for (const [key, { at }] of this.#paths) if (now - at >= pathEveryMs) this.#paths.delete(key)
    const key = `${namespace}/${name}`
    const asked = this.#paths.get(key) ?? { at: now, path: this.#ask(namespace, name) }
    this.#paths.set(key, asked)
    return asked.path
  }

  /** Undefined when it is not known, in time or at all: the rest is worth showing without it. */
  async #ask(namespace: string, name: string): Promise<TrafficPath | undefined> {
    const limit = deadline(this.#clock, pathPatienceMs, new AbortController().signal)
    try {
      const late = new Promise<undefined>((resolve) =>
        limit.signal.addEventListener('abort', () => resolve(undefined), { once: true }),
      )
      return await Promise.race([this.#source.path(namespace, name, limit.signal), late])
    } catch {
      return undefined
    } finally {
      limit.clear()
    }
  }
}

/** As it stands where it is no such code: then it is the name of nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

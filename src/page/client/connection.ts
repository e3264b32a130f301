import { beatMs, type News, type NewsTypes } from '../wire.ts'

export interface ConnectionParts {
  /** Reads the list; answers where the news that are not in it begin. Rejects when nobody answers. */
  readonly read: () => Promise<string>
  readonly take: (news: News) => void
  readonly changed: (state: ConnectionState) => void
}

export type ConnectionState =
  | { readonly is: 'connecting' }
  | { readonly is: 'live' }
  /** Clock ms: what is shown was true then, and when it is tried again. */
  | { readonly is: 'lost'; readonly since: number; readonly againAt: number }

const firstWaitMs = 500
const longestWaitMs = 15_000

/** How long to wait after so many tries that failed, between half of it and all. */
export const waitMs = (failures: number, random: number): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 10)) * (0.5 + random / 2)

/** The list and then its news, until the page goes: begins again, with patience, whenever it breaks. */
export class Connection {
  readonly #parts: ConnectionParts
  #events: EventSource | undefined
  /** Of the last news that were read; undefined: the list must be read first. */
  #position: string | undefined
  #failures = 0
  #heardAt = Date.now()
  #lostSince: number | undefined
  #timer: number | undefined

  constructor(parts: ConnectionParts) {
    this.#parts = parts
    // One that is cut without a word looks like one where nothing happens, but for the beats.
    window.setInterval(() => {
      if (this.#events !== undefined && Date.now() - this.#heardAt > 2.5 * beatMs) this.#lose()
    }, 1_000)
    window.addEventListener('online', () => this.now())
    // A page that is put aside must not keep the server waiting, nor may it come back with an old connection.
    window.addEventListener('pagehide', () => this.#close())
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) this.now()
    })
  }

  /** Tries at once, unless it is live. */
  now(): void {
    window.clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#events === undefined) void this.#open()
  }

  async #open(): Promise<void> {
    try {
      this.#position ??= await this.#parts.read()
    } catch {
      return this.#lose()
    }
    if (this.#events !== undefined) return
    const events = new EventSource(`/api/news?after=${encodeURIComponent(this.#position)}`)
    this.#events = events
    this.#heardAt = Date.now()
    const on = (type: keyof NewsTypes): void =>
      events.addEventListener(type, (event: MessageEvent<string>) => {
        this.#heard(event.lastEventId)
        this.#parts.take({ type, data: JSON.parse(event.data) })
      })
    on('beat')
    on('rows')
    on('told')
    on('traffic')
    events.addEventListener('reset', () => {
      this.#close()
      this.#position = undefined
      void this.#open()
    })
    events.addEventListener('error', () => this.#lose())
  }

  #heard(position: string): void {
    this.#position = position
    this.#heardAt = Date.now()
    if (this.#failures > 0 || this.#lostSince !== undefined) this.#failures = 0
    this.#lostSince = undefined
    this.#parts.changed({ is: 'live' })
  }

  #close(): void {
    this.#events?.close()
    this.#events = undefined
  }

  #lose(): void {
    this.#close()
    this.#lostSince ??= this.#heardAt
    const wait = waitMs(this.#failures++, Math.random())
    window.clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => this.now(), wait)
    this.#parts.changed({ is: 'lost', since: this.#lostSince, againAt: Date.now() + wait })
  }
}

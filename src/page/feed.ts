import { randomUUID } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { rowOf } from './service-row.ts'
import type { PageNews, PageSource } from './source.ts'
import { mostTold, type News, type Row, type ToldEvent } from './wire.ts'

/** What follows within this time goes out together: a storm is a few messages. */
const joinMs = 40
/** Counters move all the time. */
const trafficEveryMs = 1_000
/** News that a reader who comes back may have missed. */
const mostKept = 2_000

interface Kept {
  readonly number: number
  readonly key: string
  readonly event?: ToldEvent
}

/** What a batch or a gap holds, before its lines are made of what holds now. */
interface Batch {
  readonly keys: ReadonlySet<string>
  readonly events: readonly ToldEvent[]
}

/**
 * The news of a source, numbered and in batches. Of a Service only the key is kept: whoever comes back gets its newest
 * line, however often it changed meanwhile.
 */
export class Feed {
  readonly #source: PageSource
  readonly #clock: Clock
  /** Numbers of another process mean nothing here. */
  readonly #epoch = randomUUID().slice(0, 8)
  readonly #readers = new Set<(position: string, messages: readonly News[]) => void>()
  readonly #unfollow: () => void
  #number = 0
  #kept: Kept[] = []
  /** The first number that is not in a batch yet. */
  #unsent = 1
  #sending: (() => void) | undefined
  readonly #moved = new Set<string>()
  #telling: (() => void) | undefined

  constructor(source: PageSource, clock: Clock) {
    this.#source = source
    this.#clock = clock
    this.#unfollow = source.follow((news) => this.#take(news))
  }

  /** Where the news that went out so far end. */
  get position(): string {
    return `${this.#epoch}.${this.#unsent - 1}`
  }

  /** The last events that went out so far, the newest first. */
  get told(): readonly ToldEvent[] {
    const told: ToldEvent[] = []
    for (const { number, event } of this.#kept.toReversed()) {
      if (told.length === mostTold) break
      if (event !== undefined && number < this.#unsent) told.push(event)
    }
    return told
  }

  /** Calls back with each batch from now on. */
  read(reader: (position: string, messages: readonly News[]) => void): () => void {
    this.#readers.add(reader)
    return () => this.#readers.delete(reader)
  }

  /** What went out after a position; one `reset` when that is not known any more. */
  since(position: string): readonly News[] {
    const [epoch, number] = position.split('.')
    const after = Number(number)
    const first = this.#kept[0]?.number ?? this.#number + 1
    if (epoch !== this.#epoch || !Number.isInteger(after) || after > this.#number || after + 1 < first)
      return [{ type: 'reset', data: { position: this.position } }]
    return this.#messages(batchOf(this.#kept.filter(({ number }) => number > after && number < this.#unsent)))
  }

  close(): void {
    this.#unfollow()
    this.#sending?.()
    this.#telling?.()
    this.#readers.clear()
  }

  #take(news: PageNews): void {
    if (news.type === 'traffic') {
      for (const key of news.keys) this.#moved.add(key)
      this.#telling ??= this.#clock.after(trafficEveryMs, () => this.#tellTraffic())
      return
    }
    const { type, ...event } = news
    this.#kept.push({
      number: ++this.#number,
      key: news.key,
      ...(type === 'event' ? { event: event as Kept['event'] & object } : {}),
    })
    if (this.#kept.length > 2 * mostKept) this.#kept = this.#kept.slice(-mostKept)
    this.#sending ??= this.#clock.after(joinMs, () => this.#send())
  }

  #send(): void {
    this.#sending = undefined
    const before = this.position
    this.#unsent = this.#number + 1
    if (this.#readers.size > 0) this.#tell(this.since(before))
  }

  #tellTraffic(): void {
    this.#telling = undefined
    const keys = [...this.#moved]
    this.#moved.clear()
    this.#tell([{ type: 'traffic', data: { keys } }])
  }

  #tell(messages: readonly News[]): void {
    for (const reader of this.#readers) reader(this.position, messages)
  }

  #messages({ keys, events }: Batch): readonly News[] {
    const rows: Row[] = []
    const gone: string[] = []
    for (const key of keys) {
      const at = key.indexOf('/')
      const service = this.#source.service(key.slice(0, at), key.slice(at + 1))
      if (service === undefined) gone.push(key)
      else rows.push(rowOf(service))
    }
    return [
      ...(keys.size === 0 ? [] : [{ type: 'rows', data: { rows, gone } } as const]),
      ...(events.length === 0 ? [] : [{ type: 'told', data: events } as const]),
    ]
  }
}

const batchOf = (kept: readonly Kept[]): Batch => ({
  keys: new Set(kept.map(({ key }) => key)),
  events: kept.flatMap(({ event }) => (event === undefined ? [] : [event])),
})

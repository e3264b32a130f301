import type { Clock } from '../../lib/clock.ts'
import { LogRing } from './log-ring.ts'

/** Of one container, for this run and the one before. */
const mostLogBytes = 1 << 20

/** What a container writes: kept as its log, and handed to whoever is attached. */
export class Output {
  readonly #clock: Clock
  readonly #listeners = new Set<(stream: 'stdout' | 'stderr', bytes: Buffer) => void>()
  current = new LogRing(mostLogBytes)
  previous: LogRing | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A new run begins. */
  renew(): void {
    this.current.close()
    this.previous = this.current
    this.current = new LogRing(mostLogBytes)
  }

  write(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    this.current.write(bytes, this.#clock.now())
    for (const listener of this.#listeners) listener(stream, bytes)
  }

  line(text: string): void {
    this.write('stdout', Buffer.from(`${text}\n`))
  }

  attach(listener: (stream: 'stdout' | 'stderr', bytes: Buffer) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

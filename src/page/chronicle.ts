import type { Executed } from '../engine/execute.ts'
import type { EventSink, EventType } from '../kube/events.ts'
import { keyOf } from '../kube/store.ts'
import type { Clock } from '../lib/clock.ts'
import type { KubeObject } from '../model/objects.ts'
import type { PageNews, Past, PastEvent, PastStep } from './source.ts'

/** Of one Service. */
const mostSteps = 30
const mostEvents = 50
/** What is remembered of others goes first when there are more. */
const mostServices = 2_000
/** Shared objects name all their owners; of a step more than these are not told. */
const mostOwners = 200

export interface ChronicleParts {
  readonly clock: Clock
  /** Where events go on to. */
  readonly to: EventSink
}

interface Pages {
  readonly steps: PastStep[]
  readonly events: PastEvent[]
}

/**
 * Remembers what was done for each Service and told of it, for as long as the process lives. Stands between the
 * controller and its recorder of events, and takes its steps.
 */
export class Chronicle implements EventSink {
  readonly #parts: ChronicleParts
  /** `NAMESPACE/NAME` -> what is remembered, the one that was told of last at the end */
  readonly #services = new Map<string, Pages>()
  readonly #listeners = new Set<(news: PageNews) => void>()

  constructor(parts: ChronicleParts) {
    this.#parts = parts
  }

  record(about: KubeObject, type: EventType, reason: string, message: string, action?: string): void {
    this.#parts.to.record(about, type, reason, message, action)
    this.note(keyOf(about), { at: this.#parts.clock.now(), reason, message, severity: type })
  }

  /** An event that somebody else told of a Service or of its pods. What came last and comes again moves up in time. */
  note(key: string, event: PastEvent): void {
    const { events } = this.#pages(key)
    const [last] = events
    if (last?.reason === event.reason && last.message === event.message) events.shift()
    events.unshift(event)
    if (events.length > mostEvents) events.pop()
    this.#tell({ type: 'event', key, ...event })
  }

  /** For `onStep` of the controller. */
  readonly stepped = ({ step, ms, outcome }: Executed): void => {
    const past: PastStep = {
      at: this.#parts.clock.now(),
      ms,
      action: step.action,
      kind: step.kind,
      key: step.key,
      why: step.why,
      outcome: typeof outcome === 'string' ? outcome : `${outcome.code}: ${outcome.message}`,
    }
    for (const { name } of step.owners.slice(0, mostOwners)) {
      const { steps } = this.#pages(name)
      steps.unshift(past)
      if (steps.length > mostSteps) steps.pop()
      this.#tell({ type: 'service', key: name })
    }
  }

  past(key: string): Past {
    const { steps = [], events = [] } = this.#services.get(key) ?? {}
    return { steps: [...steps], events: [...events] }
  }

  follow(listener: (news: PageNews) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #pages(key: string): Pages {
    const pages = this.#services.get(key) ?? { steps: [], events: [] }
    this.#services.delete(key)
    this.#services.set(key, pages)
    if (this.#services.size > mostServices) this.#services.delete(this.#services.keys().next().value!)
    return pages
  }

  #tell(news: PageNews): void {
    for (const listener of this.#listeners) listener(news)
  }
}

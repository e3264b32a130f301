import type { Clock } from '../lib/clock.ts'
import { hash } from '../lib/hash.ts'
import type { KubeObject } from '../model/objects.ts'
import { silentLog, type Log } from '../observe/log.ts'
import { deadline } from '../lib/deadline.ts'
import { isNotFound } from './errors.ts'
import { apiVersionOf, events, type KubeApi } from './port.ts'
import { Bucket } from './rate.ts'
import { microTime } from './time.ts'

export type EventType = 'Normal' | 'Warning'

/** Where the controller says what it did. A test keeps a list. */
export interface EventSink {
  /** Never throws and never waits. `action`: what was tried; the reason where none is given. */
  record(about: KubeObject, type: EventType, reason: string, message: string, action?: string): void
}

export interface EventRecorderOptions {
  readonly api: KubeApi
  readonly clock: Clock
  /** This process, for `reportingInstance`. */
  readonly instance: string
  readonly log?: Log
  /** `reportingController`. Default `service-controller`: what users and alerts look for. */
  readonly component?: string
  /** An unchanged state is told again after this. Default 1 h, the time an API server keeps an event. */
  readonly repeatMs?: number
  readonly requestTimeoutMs?: number
}

/** What the API allows for `note`, `reason` and `action`. */
const longestNote = 1024
const longestWord = 128
/** Objects whose last event we remember, and events that wait to be written. */
const mostObjects = 20_000
const mostWaiting = 1_000
/** Per object, as client-go's spam filter does, only stricter; over all, so that a broken cloud floods nobody. */
const perObject = { burst: 20, everyMs: 60_000 }
const overall = { burst: 100, everyMs: 200 }

interface Written {
  readonly name: string
  readonly namespace: string
  readonly at: number
  count: number
}

interface About {
  readonly bucket: Bucket
  /** The last state told, as a signature. */
  last: string
  lastAt: number
  /** signature -> the event it was written as */
  readonly written: Map<string, Written>
}

/**
 * Writes events of `events.k8s.io/v1`. The same thing about the same object is not written again until a different one
 * happened or `repeatMs` passed, so a retry adds nothing. What does come again within that time counts up the `series`
 * of the event that is there already.
 */
export class EventRecorder implements EventSink {
  readonly #opts: Required<EventRecorderOptions>
  /** uid -> what was told about it, oldest first */
  readonly #objects = new Map<string, About>()
  readonly #overall: Bucket
  #waiting = 0
  #queue: Promise<void> = Promise.resolve()

  constructor(opts: EventRecorderOptions) {
    this.#opts = {
      log: silentLog,
      component: 'service-controller',
      repeatMs: 3_600_000,
      requestTimeoutMs: 8_000,
      ...opts,
    }
    this.#overall = new Bucket(opts.clock, overall.burst, overall.everyMs)
  }

  record(about: KubeObject, type: EventType, reason: string, message: string, action = reason): void {
    const { clock, repeatMs, log } = this.#opts
    const state = this.#about(about)
    const signature = hash([type, reason, message], 32)
    if (state.last === signature && clock.now() - state.lastAt < repeatMs) return
    if (this.#waiting >= mostWaiting || !state.bucket.take() || !this.#overall.take()) {
      log.debug('an event was dropped', { object: about.metadata.name, reason })
      return
    }
    state.last = signature
    state.lastAt = clock.now()
    this.#waiting++
    this.#queue = this.#queue.then(async () => {
      await this.#write(about, state, signature, { type, reason, message, action })
      this.#waiting--
    })
  }

  /** Nothing will be told about this object any more. */
  forget(uid: string): void {
    this.#objects.delete(uid)
  }

  /** Resolves when all that was recorded until now is written or given up. */
  drained(): Promise<void> {
    return this.#queue
  }

  #about(object: KubeObject): About {
    const { uid = object.metadata.name } = object.metadata
    const { clock } = this.#opts
    const bucket = () => new Bucket(clock, perObject.burst, perObject.everyMs)
    const about = this.#objects.get(uid) ?? { bucket: bucket(), last: '', lastAt: 0, written: new Map() }
    this.#objects.delete(uid)
    this.#objects.set(uid, about)
    if (this.#objects.size > mostObjects) this.#objects.delete(this.#objects.keys().next().value!)
    return about
  }

  async #write(about: KubeObject, state: About, signature: string, event: Told): Promise<void> {
    const { clock, repeatMs, requestTimeoutMs, log } = this.#opts
    const limit = deadline(clock, requestTimeoutMs, new AbortController().signal)
    try {
      for (const [key, { at }] of state.written) if (clock.now() - at > repeatMs) state.written.delete(key)
      const written = state.written.get(signature)
      if (written !== undefined && (await this.#countUp(written, limit.signal))) return
      state.written.set(signature, await this.#create(about, event, limit.signal))
    } catch (error) {
      // The next retry may tell it.
      if (state.last === signature) state.last = ''
      log.warn('an event was not written', { object: about.metadata.name, reason: event.reason, error })
    } finally {
      limit.clear()
    }
  }

  /** False when the event is gone. */
  async #countUp(written: Written, signal: AbortSignal): Promise<boolean> {
    const { api, clock } = this.#opts
    const { namespace, name } = written
    const series = { count: written.count + 1, lastObservedTime: microTime(clock.now()) }
    try {
      await api.patch(events, { namespace, name }, { type: 'merge', body: { series } }, signal)
      written.count++
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  async #create(about: KubeObject, event: Told, signal: AbortSignal): Promise<Written> {
    const { api, clock, component, instance } = this.#opts
    const { name: object, namespace = 'default', uid, resourceVersion } = about.metadata
    const at = clock.now()
    const name = `${object.slice(0, 230)}.${hash([uid, event, at, instance], 16)}`
    await api.create(
      events,
      {
        apiVersion: apiVersionOf(events),
        kind: events.kind,
        metadata: { namespace, name },
        eventTime: microTime(at),
        reportingController: component,
        reportingInstance: instance.slice(0, longestWord),
        type: event.type,
        reason: event.reason.slice(0, longestWord),
        action: event.action.slice(0, longestWord),
        note: fit(event.message),
        regarding: {
          ...(about.apiVersion === undefined ? {} : { apiVersion: about.apiVersion }),
          ...(about.kind === undefined ? {} : { kind: about.kind }),
          ...(about.metadata.namespace === undefined ? {} : { namespace }),
          name: object,
          ...(uid === undefined ? {} : { uid }),
          ...(resourceVersion === undefined ? {} : { resourceVersion }),
        },
      } as KubeObject,
      signal,
    )
    return { name, namespace, at, count: 1 }
  }
}

interface Told {
  readonly type: EventType
  readonly reason: string
  readonly message: string
  readonly action: string
}

/** The API counts bytes. */
function fit(message: string): string {
  if (Buffer.byteLength(message) <= longestNote) return message
  const cut = Buffer.from(message).subarray(0, longestNote - 3)
  return `${cut.toString().replace(/\uFFFD+$/, '')}…`
}

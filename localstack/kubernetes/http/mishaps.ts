import { ApiFault } from '../fault.ts'
import type { Target, Verb } from './route.ts'

/** A kind of request. A field that is left out fits anything. */
export interface RequestKind {
  readonly verb?: Verb
  readonly resource?: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
}

export interface Mishap extends RequestKind {
  /** How many requests it befalls. Default: every one until it is taken back. */
  readonly times?: number
  /** The answer in place of the real one. */
  readonly code?: 403 | 409 | 429 | 500 | 503 | 504
  readonly message?: string
  /** Seconds, sent as Retry-After. */
  readonly retryAfter?: number
  /** Breaks the connection: `before` the request has any effect, or `after` it, so that only the answer is lost. */
  readonly cut?: 'before' | 'after'
  /** Holds the answer back, in milliseconds. */
  readonly delay?: number
}

const words = {
  403: ['Forbidden', 'forbidden'],
  409: [
    'Conflict',
    'the object has been modified; please apply your changes to the latest version and try again',
  ],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  500: ['InternalError', 'Internal error occurred: etcdserver: request timed out'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted'],
} as const

export function faultOf({ code = 500, message, retryAfter }: Mishap): ApiFault {
  const [reason, text] = words[code]
  const details = retryAfter === undefined ? undefined : { retryAfterSeconds: retryAfter }
  return new ApiFault(code, reason, message ?? text, details)
}

const fits = (kind: RequestKind, verb: Verb, target: Target) =>
  (kind.verb ?? verb) === verb &&
  (kind.resource ?? target.resource.plural) === target.resource.plural &&
  (kind.subresource ?? target.subresource ?? '') === (target.subresource ?? '') &&
  (kind.namespace ?? target.namespace) === target.namespace &&
  (kind.name ?? target.name) === target.name

/** What goes wrong, by plan of a test. The latest entry that fits decides. */
export class Mishaps {
  #planned: { readonly mishap: Mishap; left: number }[] = []
  /** Requests that are answered with 403. */
  deny: readonly RequestKind[] = []
  /** Milliseconds added to every answer. */
  latency = 0

  /** Plans a mishap; the answer takes it back. */
  plan(mishap: Mishap): () => void {
    const entry = { mishap, left: mishap.times ?? Infinity }
    this.#planned.push(entry)
    return () => {
      this.#planned = this.#planned.filter((other) => other !== entry)
    }
  }

  clear(): void {
    this.#planned = []
    this.deny = []
    this.latency = 0
  }

  denies(verb: Verb, target: Target): boolean {
    return this.deny.some((kind) => fits(kind, verb, target))
  }

  /** The mishap of this request, if it has one. */
  draw(verb: Verb, target: Target): Mishap | undefined {
    const entry = this.#planned.findLast((one) => one.left > 0 && fits(one.mishap, verb, target))
    if (entry !== undefined) entry.left -= 1
    return entry?.mishap
  }
}

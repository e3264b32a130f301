import type { Clock } from '../../src/lib/clock.ts'
import { BrokenConnection, fault } from './fault.ts'
import { createRandom } from './random.ts'
import type { Service, Switches } from './switches.ts'
import { classOf, createThrottle, isMutating } from './throttle.ts'

/** Where a connection breaks: at the `call`-th mutating call from now, before or after it takes effect. */
export interface Cut {
  readonly call: number
  readonly effect: 'before' | 'after'
}

/** Everything that can befall a call on its way, apart from what the services themselves decide. */
export interface Trouble {
  wait(): Promise<void>
  /** Throws what the caller gets instead of an answer; the call has no effect. */
  before(service: Service, action: string): void
  /** Throws when the answer is lost on its way back. */
  after(): void
  deny(action: string): void
  allow(action: string): void
  cutAt(cut: Cut | undefined): void
}

export function createTrouble(clock: Clock, switches: Switches, seed: number): Trouble {
  const random = createRandom(seed)
  const passes = createThrottle(clock, switches)
  const denied = new Set<string>()
  let cut: Cut | undefined
  let mutations = 0
  let losesAnswer = false

  function refuse(service: Service, action: string): void {
    const ec2 = service === 'ec2'
    if (switches.credentialsRefused)
      throw ec2
        ? fault('AuthFailure', 'AWS was not able to validate the provided access credentials', 401)
        : fault('InvalidClientTokenId', 'The security token included in the request is invalid.', 403)
    const crowded = switches.throttleShare > 0 && random() < switches.throttleShare
    if (crowded || !passes(classOf(service, action)))
      throw ec2
        ? fault('RequestLimitExceeded', 'Request limit exceeded.', 503)
        : fault('Throttling', 'Rate exceeded')
    if (switches.failureShare > 0 && random() < switches.failureShare)
      throw ec2
        ? fault('Unavailable', 'The server is overloaded and can not handle the request.', 503)
        : fault('ServiceUnavailable', 'Service is unable to handle request.', 503)
    if (denied.has(action) || denied.has(`${service}:${action}`))
      throw ec2
        ? fault('UnauthorizedOperation', 'You are not authorized to perform this operation.', 403)
        : fault('AccessDenied', `Not authorized to perform: elasticloadbalancing:${action}`, 403)
  }

  return {
    async wait() {
      const { min, max } = switches.latencyMs
      const ms = min + (max > min ? random() * (max - min) : 0)
      if (ms > 0) await clock.sleep(ms)
    },
    before(service, action) {
      losesAnswer = false
      if (cut !== undefined && isMutating(action) && ++mutations === cut.call) {
        losesAnswer = cut.effect === 'after'
        cut = undefined
        if (!losesAnswer) throw new BrokenConnection('before')
      }
      refuse(service, action)
    },
    after() {
      if (losesAnswer) throw new BrokenConnection('after')
    },
    deny: (action) => void denied.add(action),
    allow: (action) => void denied.delete(action),
    cutAt(next) {
      cut = next
      mutations = 0
    },
  }
}

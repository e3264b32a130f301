import { hash } from '../../../src/lib/hash.ts'

export interface Ids {
  /** "sg-0" and sixteen hex digits, as EC2 writes ids today. */
  resource(prefix: string): string
  /** The sixteen hex digits at the end of a load balancer's, listener's or target group's ARN. */
  suffix(): string
  /** A number that is never given twice. */
  count(): number
}

/** Counters dressed up: the same calls in the same order give the same ids, run after run. */
export function createIds(): Ids {
  let used = 0
  return {
    resource: (prefix) => `${prefix}-0${hash([prefix, ++used], 16)}`,
    suffix: () => hash(['arn', ++used], 16),
    count: () => ++used,
  }
}

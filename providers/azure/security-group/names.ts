import { digest } from '../../../src/lib/hash.ts'
import type { Family, Protocol } from '../../../src/model/load-balancer.ts'

const prefix = 'k8s-azure-lb'

/** Ours are the priorities from 500 to 4096; whoever wants rules of his own before or after them has the others. */
const lowest = 500
const highest = 4096

/** What a security group calls a protocol; it has no word for SCTP alone. */
export const wireProtocol: Readonly<Record<Protocol, string>> = { TCP: 'Tcp', UDP: 'Udp', SCTP: '*' }

interface RuleIdentity {
  readonly protocol: string
  readonly family: Family
  /** Sorted. */
  readonly sources: readonly string[]
  /** Sorted as text. */
  readonly ports: readonly string[]
}

/**
 * The name that cloud-provider-azure gives the same rule, so that a cluster that comes from there keeps its rules: it
 * holds all but the destinations, which Services share. MD5 is a fingerprint here, not a protection.
 */
export function allowName({ protocol, family, sources, ports }: RuleIdentity): string {
  const text = [protocol, sources.join(','), ports.join(',')].join('_')
  return `${prefix}_allow_${family}_${digest(text, 'md5').toString('hex')}`
}

export const denyName = (family: Family): string => `${prefix}_deny-all_${family}`

/** Everything else in the group is somebody else's. */
export const isOurs = (name: string, priority: number): boolean =>
  name.startsWith(prefix) && priority >= lowest && priority <= highest

/** Allowing rules come first from the front, denying ones from the back, each where nobody is yet. */
export class Priorities {
  readonly #taken: Set<number>
  #front = lowest
  #back = highest - 1

  constructor(taken: Iterable<number>) {
    this.#taken = new Set(taken)
  }

  next(access: 'Allow' | 'Deny'): number {
    const priority = access === 'Allow' ? this.#fromFront() : this.#fromBack()
    this.#taken.add(priority)
    return priority
  }

  #fromFront(): number {
    while (this.#taken.has(this.#front)) this.#front++
    return this.#front
  }

  #fromBack(): number {
    while (this.#taken.has(this.#back)) this.#back--
    return this.#back
  }
}

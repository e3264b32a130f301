import type { ServiceWish, RowWish } from './wish.ts'

/** Of two Services that want one address, the older gets it, then the one whose uid comes first. */
export interface Age {
  /** RFC 3339, in which the order of texts is that of times. */
  readonly created: string
  readonly uid: string
  readonly service: string
}

export const isOlder = (a: Age, b: Age): boolean =>
  a.created !== b.created ? a.created < b.created : a.uid !== b.uid ? a.uid < b.uid : a.service < b.service

type Where = Pick<RowWish, 'protocol' | 'port'>

export const addressClaim = (address: string, { protocol, port }: Where): string =>
  `${address} ${protocol} ${port}`

/** A NodePort is one number for all families and all addresses of the node; health ports are such numbers too. */
export const nodePortClaim = (protocol: string, port: number): string => `node port ${protocol} ${port}`

/** Everything that a Service wants to itself. */
export function claimsOf({ rows, healthPort }: ServiceWish): ReadonlySet<string> {
  const claims = new Set<string>()
  for (const row of rows) {
    if (row.clusterAddress !== undefined) claims.add(addressClaim(row.clusterAddress, row))
    for (const address of row.externalAddresses) claims.add(addressClaim(address, row))
    for (const address of row.loadBalancerAddresses) claims.add(addressClaim(address, row))
    if (row.nodePort !== undefined) claims.add(nodePortClaim(row.protocol, row.nodePort))
  }
  if (healthPort !== undefined) claims.add(nodePortClaim('TCP', healthPort))
  return claims
}

/**
 * Who holds what. A claim stays with its holder for as long as that one wants it; then the oldest that waits gets it.
 * All is by key, so a change costs as much as the Service that changed has claims.
 */
export class Claims {
  readonly #holders = new Map<string, string>()
  readonly #waiting = new Map<string, Set<string>>()
  readonly #wanted = new Map<string, { readonly age: Age; readonly claims: ReadonlySet<string> }>()
  readonly #freed = new Set<string>()

  holderOf(claim: string): string | undefined {
    return this.#holders.get(claim)
  }

  /** What a Service wants from now on; undefined: nothing. Takes effect when settled. */
  want(service: string, age: Age, claims: ReadonlySet<string> | undefined): void {
    const before = this.#wanted.get(service)
    // Another Service of the same name inherits nothing.
    const same = before?.age.uid === age.uid
    for (const claim of before?.claims ?? []) {
      if (same && claims?.has(claim) === true) continue
      if (this.#holders.get(claim) === service) {
        this.#holders.delete(claim)
        this.#freed.add(claim)
      } else this.#stopWaiting(claim, service)
    }
    for (const claim of claims ?? []) {
      const holder = this.#holders.get(claim)
      if (holder === service) continue
      if (holder === undefined) this.#freed.add(claim)
      const waiting = this.#waiting.get(claim)
      if (waiting === undefined) this.#waiting.set(claim, new Set([service]))
      else waiting.add(service)
    }
    if (claims === undefined) this.#wanted.delete(service)
    else this.#wanted.set(service, { age, claims })
  }

  /**
   * Gives what is free to the oldest that wants it, or to whom `before` names. Answers all Services that wanted any of
   * it: those that got nothing have another holder to tell of.
   */
  settle(before?: ReadonlyMap<string, string>): ReadonlySet<string> {
    const concerned = new Set<string>()
    for (const claim of this.#freed) {
      const waiting = this.#waiting.get(claim)
      if (waiting === undefined) continue
      for (const service of waiting) concerned.add(service)
      const winner = this.#winnerOf(waiting, before?.get(claim))
      this.#holders.set(claim, winner)
      this.#stopWaiting(claim, winner)
    }
    this.#freed.clear()
    return concerned
  }

  #winnerOf(waiting: ReadonlySet<string>, held: string | undefined): string {
    if (held !== undefined && waiting.has(held)) return held
    const ages = [...waiting].map((service) => this.#wanted.get(service)!.age)
    return ages.reduce((best, one) => (isOlder(one, best) ? one : best)).service
  }

  #stopWaiting(claim: string, service: string): void {
    const waiting = this.#waiting.get(claim)
    if (waiting?.delete(service) === true && waiting.size === 0) this.#waiting.delete(claim)
  }
}

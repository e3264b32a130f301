import { addressPool, type AddressPool } from '../service/address-pool.ts'

/** Which pod holds which addresses of its node's ranges. */
export interface AddressBook {
  /** One of each range; none when a range is used up. */
  readonly assign: (uid: string, ranges: readonly string[]) => readonly string[]
  readonly release: (uid: string) => void
}

export function podAddresses(): AddressBook {
  const pools = new Map<string, AddressPool>()
  const taken = new Set<string>()
  const held = new Map<string, readonly string[]>()
  const poolOf = (range: string): AddressPool => {
    const pool = pools.get(range) ?? addressPool(range)
    pools.set(range, pool)
    return pool
  }
  return {
    assign(uid, ranges) {
      const before = held.get(uid)
      if (before !== undefined) return before
      const picked = ranges.map((range) => poolOf(range).pick(taken))
      if (picked.includes(undefined)) return []
      const addresses = picked as readonly string[]
      for (const address of addresses) taken.add(address)
      held.set(uid, addresses)
      return addresses
    },
    release(uid) {
      for (const address of held.get(uid) ?? []) taken.delete(address)
      held.delete(uid)
    },
  }
}

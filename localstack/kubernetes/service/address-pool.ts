import ipaddr from 'ipaddr.js'

/** The addresses of one service CIDR. Which of them are taken is the caller's to know. */
export interface AddressPool {
  readonly cidr: string
  readonly family: 'IPv4' | 'IPv6'
  readonly has: (address: string) => boolean
  /** The next address that is not taken, or undefined when there is none. */
  readonly pick: (taken: ReadonlySet<string>) => string | undefined
}

const numberOf = (address: ipaddr.IPv4 | ipaddr.IPv6) =>
  address.toByteArray().reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)

function textOf(value: bigint, bytes: number): string {
  const parts = Array.from({ length: bytes }, (_, index) =>
    Number((value >> BigInt(8 * (bytes - 1 - index))) & 255n),
  )
  return ipaddr.fromByteArray(parts).toString()
}

/**
 * The low part of a range is left to those who choose an address themselves, as the API server does: a chosen
 * address is then rarely one that somebody else has been given.
 */
export function addressPool(cidr: string): AddressPool {
  const [base, prefix] = ipaddr.parseCIDR(cidr)
  const bytes = base.toByteArray().length
  const first = numberOf(base)
  const size = 1n << BigInt(bytes * 8 - prefix)
  const reserved = Math.min(Math.max(16, Number(size / 16n)), 256)
  let next = BigInt(reserved)
  return {
    cidr,
    family: bytes === 4 ? 'IPv4' : 'IPv6',
    has(address) {
      const value = numberOf(ipaddr.parse(address))
      return ipaddr.parse(address).kind() === base.kind() && value > first && value < first + size - 1n
    },
    pick(taken) {
      for (let tried = 0n; tried < size; tried++) {
        const offset = (next + tried) % size
        const text = textOf(first + offset, bytes)
        if (offset === 0n || offset === size - 1n || taken.has(text)) continue
        next = offset + 1n
        return text
      }
      return undefined
    },
  }
}

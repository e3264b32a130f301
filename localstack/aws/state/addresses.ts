import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** "10.1.2.3/8" -> "10.0.0.0/8", as EC2 stores it; undefined when it is no CIDR of that family. */
export function maskedCidr(text: string, family: 'ipv4' | 'ipv6'): string | undefined {
  try {
    if (isIP(text.split('/')[0] ?? '') !== (family === 'ipv4' ? 4 : 6)) return undefined
    const [address, bits] = ipaddr.parseCIDR(text)
    const network =
      family === 'ipv4'
        ? ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits}`)
        : ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${bits}`)
    return `${network.toString()}/${bits}`
  } catch {
    return undefined
  }
}

export function inCidr(address: string, cidr: string | undefined): boolean {
  if (cidr === undefined || isIP(address) === 0) return false
  const parsed = ipaddr.parse(address)
  const [network, bits] = ipaddr.parseCIDR(cidr)
  return parsed.kind() === network.kind() && parsed.match([network, bits] as [ipaddr.IPv4, number])
}

const reservedByAws = 4

/** The first address of an IPv4 block that is not taken; a block that is full gives its addresses again. */
export function freeAddress(cidr: string, taken: ReadonlySet<string>): string {
  const [network, bits] = ipaddr.parseCIDR(cidr)
  const first = network.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0) + reservedByAws
  const size = 2 ** (32 - bits) - reservedByAws - 1
  for (let index = 0; index < size; index++) {
    const address = dotted(first + index)
    if (!taken.has(address)) return address
  }
  return dotted(first + (taken.size % size))
}

const dotted = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')

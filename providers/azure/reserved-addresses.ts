import { contains, parseAddress, parseCidr } from '../../src/lib/ip.ts'

const ranges: readonly (readonly [range: string, what: string])[] = [
  ['0.0.0.0/8', 'no address of a host'],
  ['10.0.0.0/8', 'a private address'],
  ['172.16.0.0/12', 'a private address'],
  ['192.168.0.0/16', 'a private address'],
  ['100.64.0.0/10', 'an address that providers share'],
  ['127.0.0.0/8', 'an address of the host itself'],
  ['169.254.0.0/16', 'a link-local address'],
  ['168.63.129.16/32', "the address of Azure's own platform"],
  ['192.0.0.0/24', 'a reserved address'],
  ['198.18.0.0/15', 'an address for benchmarks'],
  ['224.0.0.0/4', 'a multicast address'],
  ['240.0.0.0/4', 'a reserved address'],
  ['::/128', 'no address of a host'],
  ['::1/128', 'an address of the host itself'],
  ['fc00::/7', 'a private address'],
  ['fe80::/10', 'a link-local address'],
  ['ff00::/8', 'a multicast address'],
]

const parsed = ranges.flatMap(([text, what]) => {
  const range = parseCidr(text)
  return range.ok ? [{ range: range.value, what }] : []
})

/** Why an address can belong to no public IP of Azure; undefined where it can. */
export function whyNotPublic(text: string): string | undefined {
  const address = parseAddress(text)
  if (!address.ok) return 'no IP address'
  return parsed.find(({ range }) => contains(range, address.value))?.what
}

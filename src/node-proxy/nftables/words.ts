import type { IpFamily } from '../../lib/ip.ts'

/** One table per family holds everything of ours. Every version of this program uses this name, so that each can remove it. */
export const tableName = 'lb-controller-node-proxy'

/** nft's word for a family: of tables and of header fields alike. */
export const word = (family: IpFamily): 'ip' | 'ip6' => (family === 'IPv4' ? 'ip' : 'ip6')

export const tableOf = (family: IpFamily): string => `${word(family)} ${tableName}`

export const loopback = (family: IpFamily): string => (family === 'IPv4' ? '127.0.0.0/8' : '::1')

/** The mask of a prefix length, as nft writes an address. */
export function mask(family: IpFamily, prefix: number): string {
  if (family === 'IPv4')
    return [0, 8, 16, 24].map((at) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - at)))).join('.')
  const groups = Array.from({ length: 8 }, (_, at) =>
    (0x10000 - 2 ** (16 - Math.min(16, Math.max(0, prefix - at * 16)))).toString(16),
  )
  return prefix > 112 ? groups.join(':') : `${groups.slice(0, Math.ceil(prefix / 16)).join(':')}::`
}

import { type Cidr, type IpFamily, parseAddress, parseCidr } from '../../lib/ip.ts'

export interface IpText {
  readonly family: IpFamily
  /** Canonical. */
  readonly text: string
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const canonicalIpv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

/**
 * As kube-proxy reads addresses: blanks around them and zeros before a number mean nothing, so `010.1.2.3` is 10.1.2.3.
 * Old objects hold such texts, and the API server gave them out by that meaning. Undefined: no address.
 */
export function readAddress(raw: string): IpText | undefined {
  if (canonicalIpv4.test(raw)) return { family: 'IPv4', text: raw }
  const read = parseAddress(unpadded(raw.trim()))
  return read.ok ? { family: read.value.family, text: read.value.text } : undefined
}

/** The same leniency for a range. An address without a prefix is none. */
export function readRange(raw: string): Cidr | undefined {
  const [address = '', prefix, ...more] = raw.trim().split('/')
  if (prefix === undefined || more.length > 0) return undefined
  const read = parseCidr(`${unpadded(address)}/${prefix.replace(/^0+(?=\d)/, '')}`)
  return read.ok ? read.value : undefined
}

const unpadded = (text: string): string => (text.includes(':') ? text : text.replace(/(^|\.)0+(?=\d)/g, '$1'))

/** The range that holds one address. */
export const rangeOf = ({ family, text }: IpText): string => `${text}/${family === 'IPv4' ? 32 : 128}`

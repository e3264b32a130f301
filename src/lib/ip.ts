import ipaddr from 'ipaddr.js'
import { fail, ok, type Result } from './result.ts'

export type IpFamily = 'IPv4' | 'IPv6'

export interface Address {
  readonly family: IpFamily
  /** Canonical: RFC 5952 for IPv6. */
  readonly text: string
  readonly bytes: readonly number[]
}

export interface Cidr extends Address {
  /** Canonical `address/prefix`, host bits cleared. */
  readonly text: string
  readonly prefix: number
  /** Whether the text had bits set beyond its prefix: `10.0.0.5/8` is read as `10.0.0.0/8`. */
  readonly hadHostBits: boolean
}

/** Why a text is no address or range, and what its author may have meant. */
export interface IpRefusal {
  readonly message: string
  readonly hint?: string
}

const padded = /(^|\.)0\d+(\.|$)/

/**
 * Strict, as Kubernetes has become: no zero-padded octets (read as octal by some), no zone, no IPv4 inside IPv6 (which
 * some programs treat as the one family and some as the other).
 */
export function parseAddress(text: string): Result<Address, IpRefusal> {
  if (text.includes('%'))
    return fail({ message: `${quote(text)} carries a zone`, hint: `leave out the part from '%'` })
  if (!text.includes(':')) {
    if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ok(v4(text))
    if (padded.test(text)) {
      const bare = text.replace(/(^|\.)0+(?=\d)/g, '$1')
      const hint = ipaddr.IPv4.isValidFourPartDecimal(bare) ? { hint: `did you mean ${bare}?` } : {}
      return fail({ message: `${quote(text)} has an octet with a leading zero`, ...hint })
    }
    return fail({ message: `${quote(text)} is not an IP address` })
  }
  if (!ipaddr.IPv6.isValid(text)) return fail({ message: `${quote(text)} is not an IPv6 address` })
  if (text.includes('.') || ipaddr.IPv6.parse(text).isIPv4MappedAddress()) {
    const inner = text.slice(text.lastIndexOf(':') + 1)
    const hint = ipaddr.IPv4.isValidFourPartDecimal(inner)
      ? { hint: `write the IPv4 address itself: ${inner}` }
      : {}
    return fail({ message: `${quote(text)} hides an IPv4 address in an IPv6 one`, ...hint })
  }
  const address = ipaddr.IPv6.parse(text)
  return ok({ family: 'IPv6', text: address.toRFC5952String(), bytes: address.toByteArray() })
}

/** A range needs its prefix: an address alone is an error, and the hint names the range that holds only it. */
export function parseCidr(text: string): Result<Cidr, IpRefusal> {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (!address.ok) {
    const { hint } = address.error
    const kept = slash < 0 ? '' : text.slice(slash)
    return fail(
      hint === undefined
        ? { message: `${quote(text)} is not a CIDR range` }
        : { ...address.error, hint: hint.replace(/\?$|$/, (end) => `${kept}${end}`) },
    )
  }
  const bits = address.value.bytes.length * 8
  if (slash < 0)
    return fail({
      message: `${quote(text)} is an address, not a range`,
      hint: `write ${address.value.text}/${bits} for this one address`,
    })
  const digits = text.slice(slash + 1)
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > bits)
    return fail({
      message: `${quote(text)} has no valid prefix length`,
      hint: `the part after '/' is a number from 0 to ${bits}`,
    })
  return ok(cidrOf(address.value, Number(digits)))
}

export function contains(outer: Cidr, inner: Cidr | Address): boolean {
  if (outer.family !== inner.family) return false
  if ('prefix' in inner && inner.prefix < outer.prefix) return false
  return masked(inner.bytes, outer.prefix).every((byte, at) => byte === outer.bytes[at])
}

/** Two ranges share an address only if one holds the other. */
export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, b) || contains(b, a)

function v4(text: string): Address {
  const address = ipaddr.IPv4.parse(text)
  return { family: 'IPv4', text: address.toString(), bytes: address.toByteArray() }
}

function cidrOf(address: Address, prefix: number): Cidr {
  const bytes = masked(address.bytes, prefix)
  const { family } = address
  const network =
    family === 'IPv4' ? new ipaddr.IPv4([...bytes]).toString() : new ipaddr.IPv6([...bytes]).toRFC5952String()
  const hadHostBits = bytes.some((byte, at) => byte !== address.bytes[at])
  return { family, text: `${network}/${prefix}`, bytes, prefix, hadHostBits }
}

function masked(bytes: readonly number[], prefix: number): readonly number[] {
  return bytes.map((byte, at) => {
    const kept = Math.min(8, Math.max(0, prefix - at * 8))
    return byte & (0xff << (8 - kept)) & 0xff
  })
}

const quote = (text: string): string => JSON.stringify(text)

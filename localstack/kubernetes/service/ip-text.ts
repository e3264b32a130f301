import { isIP } from 'node:net'
import { invalidValue } from '../cause.ts'
import type { Cause } from '../fault.ts'

/** Addresses and ranges as text, with the API server's complaints about them. */
export const checkIP = (field: string, value: string): Cause[] =>
  isIP(value) > 0
    ? []
    : [invalidValue(field, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]

export function checkCIDR(field: string, value: string): Cause[] {
  const [address = '', prefix = '', ...more] = value.split('/')
  const bits = isIP(address) === 4 ? 32 : 128
  if (isIP(address) > 0 && more.length === 0 && /^\d+$/.test(prefix) && Number(prefix) <= bits) return []
  return [invalidValue(field, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
}

const special: readonly (readonly [RegExp, string])[] = [
  [/^(0\.0\.0\.0|::)$/, 'may not be unspecified (0.0.0.0 or ::)'],
  [/^(127\.|::1$)/, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [/^(169\.254\.|fe[89ab])/i, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [/^(224\.0\.0\.|ff02)/i, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
]

/** An address that packets from outside can carry as their destination. */
export function checkOrdinaryIP(field: string, value: string): Cause[] {
  const malformed = checkIP(field, value)
  if (malformed.length > 0) return malformed
  return special.flatMap(([range, why]) => (range.test(value) ? [invalidValue(field, value, why)] : []))
}

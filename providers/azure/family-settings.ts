import type { Family } from '../../src/model/load-balancer.ts'

interface Pair<T> {
  readonly plain: T | undefined
  readonly ipv6: T | undefined
}

/** Of a key and its twin for IPv6, the one that counts: a Service with IPv6 alone may use either. */
export function forFamily<T>(
  { plain, ipv6 }: Pair<T>,
  family: Family,
  families: readonly Family[],
): T | undefined {
  if (!families.includes(family)) return undefined
  if (family === 'IPv4') return plain
  return families.length > 1 ? ipv6 : (ipv6 ?? plain)
}

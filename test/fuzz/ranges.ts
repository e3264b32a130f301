/** Ranges of addresses, read apart from the code that is tested. */
import { isIPv4, isIPv6 } from 'node:net'

export interface Range {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
}

/** A CIDR range as Kubernetes takes it; undefined where it takes none. */
export function readRange(text: string): Range | undefined {
  const [address = '', prefix = '', ...more] = text.trim().split('/')
  if (more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return undefined
  const family = isIPv4(address) ? 4 : isIPv6(address) && !/[%.]/.test(address) ? 6 : undefined
  if (family === undefined) return undefined
  const bits = family === 4 ? 32 : 128
  const length = Number(prefix)
  const value = family === 4 ? readIPv4(address) : readIPv6(address)
  if (length > bits || (family === 6 && value >> 32n === 0xffffn)) return undefined
  const host = (1n << BigInt(bits - length)) - 1n
  return { family, first: value & ~host, last: value | host }
}

const readIPv4 = (text: string): bigint =>
  text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)

const words = (part: string): string[] => (part === '' ? [] : part.split(':'))

function readIPv6(text: string): bigint {
  const [left = '', right] = text.split('::')
  const [head, tail] = [words(left), words(right ?? '')]
  const fill = Array.from({ length: right === undefined ? 0 : 8 - head.length - tail.length }, () => '0')
  return [...head, ...fill, ...tail].reduce((sum, word) => sum * 65_536n + BigInt(`0x${word}`), 0n)
}

/** Whether every address of `inner` is in one of `outer`, which may touch each other. */
export function covered(inner: Range, outer: readonly Range[]): boolean {
  let from = inner.first
  const same = outer
    .filter(({ family }) => family === inner.family)
    .toSorted((a, b) => (a.first < b.first ? -1 : 1))
  for (const range of same) {
    if (range.first > from) break
    if (range.last >= from) from = range.last + 1n
    if (from > inner.last) return true
  }
  return from > inner.last
}

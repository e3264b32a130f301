import { contains, parseAddress, parseCidr, type Address, type Cidr } from '../../src/lib/ip.ts'

/** What the internet does not lead to: this machine, private networks, those of carriers, the link. */
const ranges: readonly Cidr[] = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
].flatMap((text) => {
  const parsed = parseCidr(text)
  return parsed.ok ? [parsed.value] : []
})

const within = (one: Cidr | Address): boolean => ranges.some((range) => contains(range, one))

export const isPrivateRange = (text: string): boolean => {
  const parsed = parseCidr(text)
  return parsed.ok && within(parsed.value)
}

export const isPrivateAddress = (text: string): boolean => {
  const parsed = parseAddress(text)
  return parsed.ok && within(parsed.value)
}

export const isWithin = (range: string, address: string): boolean => {
  const [outer, inner] = [parseCidr(range), parseAddress(address)]
  return outer.ok && inner.ok && contains(outer.value, inner.value)
}

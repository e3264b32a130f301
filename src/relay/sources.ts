import { contains, parseAddress, parseCidr, type Cidr } from '../lib/ip.ts'
import { fail, ok, type Result } from '../lib/result.ts'
import { ipv4Number } from './client-address.ts'

/** Whether a client, in the form of `plainAddress`, may come. */
export type Sources = (client: string) => boolean

/** Ranges are read once, here. None given: everybody. What is no range refuses the whole list, so that nothing is widened. */
export function sourcesOf(ranges: readonly string[] | undefined): Result<Sources | undefined, string> {
  if (ranges === undefined) return ok(undefined)
  const v4: { readonly first: number; readonly last: number }[] = []
  const v6: Cidr[] = []
  for (const text of ranges) {
    const range = parseCidr(text)
    if (!range.ok) return fail(range.error.message)
    if (range.value.family === 'IPv6') {
      v6.push(range.value)
      continue
    }
    const first = range.value.bytes.reduce((sum, byte) => sum * 256 + byte, 0)
    v4.push({ first, last: first + 2 ** (32 - range.value.prefix) - 1 })
  }
  return ok((client) => {
    const number = ipv4Number(client)
    if (number !== undefined) return v4.some(({ first, last }) => number >= first && number <= last)
    if (v6.length === 0) return false
    const address = parseAddress(client)
    return address.ok && v6.some((range) => contains(range, address.value))
  })
}

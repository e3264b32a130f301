import { type Cidr, parseCidr } from '../lib/ip.ts'
import { fail, ok } from '../lib/result.ts'
import type { ValueType } from './annotations.ts'

/** One range of addresses, of either family. */
export const cidr: ValueType<Cidr> = {
  name: 'CIDR',
  accepts: 'a range such as 10.0.0.0/8 or 2001:db8::/32',
  parse(text) {
    const parsed = parseCidr(text.trim())
    return parsed.ok ? ok(parsed.value) : fail({ ...parsed.error, code: 'LB_ANNOTATION_CIDR' })
  },
}

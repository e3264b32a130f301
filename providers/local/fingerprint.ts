import { digest } from '../../src/lib/hash.ts'
import { stableText } from '../../src/lib/json.ts'

/** Of a certificate with its key, both PEM: 64 hex digits. The server answers it, and the controller compares it. */
export const fingerprintOf = (certificate: string, key: string): string =>
  digest(stableText([certificate, key])).toString('hex')

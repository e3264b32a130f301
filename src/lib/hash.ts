import { createHash } from 'node:crypto'
import { stableText } from './json.ts'

/** The first `length` hex digits of SHA-256 over `parts`, joined so that no two lists of parts read the same. */
export function hash(parts: readonly unknown[], length = 10): string {
  return createHash('sha256').update(parts.map(stableText).join('\u0000')).digest('hex').slice(0, length)
}

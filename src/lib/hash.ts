import { createHash } from 'node:crypto'
import { stableText } from './json.ts'

/** Of a text, where a name of somebody else's making holds this hash; our own keys use `hash`. */
export const digest = (text: string, algorithm: 'sha256' | 'md5' = 'sha256'): Buffer =>
  createHash(algorithm).update(text).digest()

/** The first `length` hex digits of SHA-256 over `parts`, joined so that no two lists of parts read the same. */
export function hash(parts: readonly unknown[], length = 10): string {
  return digest(parts.map(stableText).join('\u0000')).toString('hex').slice(0, length)
}

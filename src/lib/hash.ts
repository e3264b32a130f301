import { createHash } from 'node:crypto'
import { stableText } from './json.ts'

/** Of a text, where a name of somebody else's making holds this hash; our own keys use `hash`. */
export const digest = (text: string, algorithm: 'sha256' | 'md5' = 'sha256'): Buffer =>
  createHash(algorithm).update(text).digest()

/** The first `length` hex digits of SHA-256 over `parts`, joined so that no two lists of parts read the same. */
export const hash = (parts: readonly unknown[], length = 10): string =>
  hashOfTexts(parts.map(stableText), length)

/** The same, of parts that are `stableText` already. */
export const hashOfTexts = (texts: readonly string[], length = 10): string =>
  digest(texts.join('\u0000')).toString('hex').slice(0, length)

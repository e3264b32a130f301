import type { Json } from '../../src/lib/json.ts'

/** A value where a text belongs: a map, which cannot stand there, reads as none. */
export const plainText = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? `${value}` : ''

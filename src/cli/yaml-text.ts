// Loaded when YAML is written, and in a file of its own: a CommonJS library that is imported lazily comes without its
// names in the bundle.
import { stringify } from 'yaml'

/** A long line stays one, and what stands in two places is written twice: people read and cut this. */
export const yamlText = (value: unknown): string =>
  stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 })

import type { AnnotationTable } from './annotations.ts'

interface Family {
  readonly name: string
  readonly pattern: RegExp
}

interface TableIndex {
  /** The row that a key belongs to. */
  nameOf(key: string): string | undefined
  /** Keys without a variable part, portable ones among them, and the row of each. */
  readonly keys: ReadonlyMap<string, string>
}

const indexes = new WeakMap<AnnotationTable, TableIndex>()

/** A table by key instead of by name; made once for each table. */
export function indexOf(table: AnnotationTable): TableIndex {
  const known = indexes.get(table)
  if (known !== undefined) return known
  const keys = new Map<string, string>()
  const families: Family[] = []
  for (const [name, spec] of Object.entries(table)) {
    if (spec.portable !== undefined) keys.set(spec.portable.key, name)
    if (spec.family === undefined) keys.set(spec.key, name)
    else families.push({ name, pattern: spec.family })
  }
  const index: TableIndex = {
    keys,
    nameOf: (key) => keys.get(key) ?? families.find(({ pattern }) => pattern.test(key))?.name,
  }
  indexes.set(table, index)
  return index
}

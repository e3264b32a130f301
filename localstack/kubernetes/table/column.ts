import { ageOf } from './age.ts'
import type { AnyObject } from '../object.ts'

export type Cell = string | number

export interface Column {
  readonly name: string
  /** Shown only with `-o wide`. */
  readonly wide?: boolean
  readonly cell: (object: AnyObject, now: number) => Cell
}

export const nameColumn: Column = { name: 'Name', cell: (object) => object.metadata.name }
export const ageColumn: Column = {
  name: 'Age',
  cell: (object, now) => ageOf(object.metadata.creationTimestamp, now),
}

export const listText = (items: readonly string[]) => (items.length === 0 ? '<none>' : items.join(','))

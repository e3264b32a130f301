import type { Cell } from './column.ts'
import { columnsOf } from './columns.ts'
import type { AnyObject, ResourceName } from '../object.ts'

export interface Table {
  readonly kind: 'Table'
  readonly apiVersion: 'meta.k8s.io/v1'
  readonly metadata: object
  readonly columnDefinitions: readonly object[]
  readonly rows: readonly { readonly cells: readonly Cell[]; readonly object?: unknown }[]
}

/** What `kubectl get` prints: the server makes the cells, the client only aligns them. */
export function tableOf(
  resource: ResourceName,
  items: readonly AnyObject[],
  metadata: object,
  now: number,
  included: (object: AnyObject) => unknown,
): Table {
  const columns = columnsOf(resource)
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, wide }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: wide === true ? 1 : 0,
    })),
    rows: items.map((item) => ({
      cells: columns.map((column) => column.cell(item, now)),
      object: included(item),
    })),
  }
}

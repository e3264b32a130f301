import { ageColumn, nameColumn, type Column } from './column.ts'
import { fieldAt, type AnyObject } from '../object.ts'

const list = (pod: AnyObject, path: string): readonly unknown[] => {
  const value = fieldAt(pod, path)
  return Array.isArray(value) ? value : []
}

const text = (pod: AnyObject, path: string) => {
  const value = fieldAt(pod, path)
  return typeof value === 'string' && value !== '' ? value : '<none>'
}

const ready = (pod: AnyObject) => {
  const statuses = list(pod, 'status.containerStatuses')
  const count = statuses.filter((status) => fieldAt(status, 'ready') === true).length
  return `${count}/${list(pod, 'spec.containers').length}`
}

const restarts = (pod: AnyObject) =>
  list(pod, 'status.containerStatuses').reduce<number>(
    (sum, status) => sum + Number(fieldAt(status, 'restartCount') ?? 0),
    0,
  )

export const podColumns: readonly Column[] = [
  nameColumn,
  { name: 'Ready', cell: ready },
  {
    name: 'Status',
    cell: (pod) => (pod.metadata.deletionTimestamp === undefined ? text(pod, 'status.phase') : 'Terminating'),
  },
  { name: 'Restarts', cell: restarts },
  ageColumn,
  { name: 'IP', wide: true, cell: (pod) => text(pod, 'status.podIP') },
  { name: 'Node', wide: true, cell: (pod) => text(pod, 'spec.nodeName') },
  { name: 'Nominated Node', wide: true, cell: (pod) => text(pod, 'status.nominatedNodeName') },
  { name: 'Readiness Gates', wide: true, cell: () => '<none>' },
]

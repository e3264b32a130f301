import { durationText } from './age.ts'
import { ageColumn, nameColumn, type Column } from './column.ts'
import { podStateText } from './pod-state-text.ts'
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

/** How often, and how long ago the last time was. */
const restarts = (pod: AnyObject, now: number) => {
  const statuses = list(pod, 'status.containerStatuses')
  const count = statuses.reduce<number>(
    (sum, status) => sum + Number(fieldAt(status, 'restartCount') ?? 0),
    0,
  )
  const ends = statuses.map((status) => text(status as AnyObject, 'lastState.terminated.finishedAt'))
  const times = ends.map((end) => Date.parse(end)).filter((time) => !Number.isNaN(time))
  const last = Math.max(...times)
  return count === 0 || times.length === 0 ? String(count) : `${count} (${durationText(now - last)} ago)`
}

export const podColumns: readonly Column[] = [
  nameColumn,
  { name: 'Ready', cell: ready },
  { name: 'Status', cell: podStateText },
  { name: 'Restarts', cell: restarts },
  ageColumn,
  { name: 'IP', wide: true, cell: (pod) => text(pod, 'status.podIP') },
  { name: 'Node', wide: true, cell: (pod) => text(pod, 'spec.nodeName') },
  { name: 'Nominated Node', wide: true, cell: (pod) => text(pod, 'status.nominatedNodeName') },
  { name: 'Readiness Gates', wide: true, cell: () => '<none>' },
]

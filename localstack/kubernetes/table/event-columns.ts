import { ageOf } from './age.ts'
import type { Column } from './column.ts'
import type { EventObject } from '../object.ts'

const firstSeen = (event: EventObject, now: number) => ageOf(event.firstTimestamp ?? event.eventTime, now)

/** An event that repeats says how often and over what time. */
function lastSeen(event: EventObject, now: number): string {
  const { series, count = 0 } = event
  const last = series?.lastObservedTime ?? event.lastTimestamp
  if (series !== undefined) return `${ageOf(last, now)} (x${series.count ?? 0} over ${firstSeen(event, now)})`
  if (count > 1) return `${ageOf(last, now)} (x${count} over ${firstSeen(event, now)})`
  return last ? ageOf(last, now) : firstSeen(event, now)
}

const involved = ({ involvedObject }: EventObject) =>
  `${(involvedObject?.kind ?? '').toLowerCase()}${involvedObject?.name ? `/${involvedObject.name}` : ''}`

function sourceText({ source, reportingComponent = '', reportingInstance = '' }: EventObject): string {
  const component = source?.component ?? reportingComponent
  const host = source?.host ?? reportingInstance
  return host === '' ? component : `${component}, ${host}`
}

export const eventColumns: readonly Column[] = [
  { name: 'Last Seen', cell: lastSeen },
  { name: 'Type', cell: (event: EventObject) => event.type ?? '' },
  { name: 'Reason', cell: (event: EventObject) => event.reason ?? '' },
  { name: 'Object', cell: involved },
  { name: 'Subobject', wide: true, cell: (event: EventObject) => event.involvedObject?.fieldPath ?? '' },
  { name: 'Source', wide: true, cell: sourceText },
  { name: 'Message', cell: (event: EventObject) => (event.message ?? '').trim() },
  { name: 'First Seen', wide: true, cell: firstSeen },
  { name: 'Count', wide: true, cell: (event: EventObject) => event.series?.count ?? event.count ?? 1 },
  { name: 'Name', wide: true, cell: (event: EventObject) => event.metadata.name },
]

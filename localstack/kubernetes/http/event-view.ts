import type { AnyObject } from '../object.ts'

/**
 * An Event in the dress of events.k8s.io and back. Both groups show the same stored objects; the newer one renames
 * the fields and marks what it regards as history as "deprecated".
 */
const renamed: readonly (readonly [core: string, events: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['reportingComponent', 'reportingController'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
]

function rename(event: AnyObject, apiVersion: string, names: ReadonlyMap<string, string>): AnyObject {
  const entries = Object.entries(event).map(([key, value]) => [names.get(key) ?? key, value])
  return { ...(Object.fromEntries(entries) as AnyObject), apiVersion }
}

const toNew = new Map(renamed)
const toCore = new Map(renamed.map(([core, events]) => [events, core]))

export const asNewEvent = (event: AnyObject) => rename(event, 'events.k8s.io/v1', toNew)
export const asCoreEvent = (event: AnyObject) => rename(event, 'v1', toCore)

import { asCoreEvent, asNewEvent } from './event-view.ts'
import type { AnyObject } from '../object.ts'
import { groupVersion } from '../resource.ts'
import type { Target } from './route.ts'
import { tableOf, type Table } from '../table/table.ts'

/** What a client wants an answer to look like. */
export interface View {
  readonly one: (object: AnyObject, first?: boolean) => unknown
  readonly many: (items: readonly AnyObject[], metadata: ListMetadata) => unknown
}

export interface ListMetadata {
  readonly resourceVersion: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

/** The first form in the Accept header that we can write. */
export function viewOf(target: Target, accept: string, includeObject: string | null, now: number): View {
  const dressed = (object: AnyObject) => (target.group === 'events.k8s.io' ? asNewEvent(object) : object)
  for (const form of accept.split(',')) {
    if (!/;\s*v=v1(;|$)/.test(form)) continue
    if (/;\s*as=Table(;|$)/.test(form)) return tableView(target, includeObject ?? 'Metadata', now)
    if (/;\s*as=PartialObjectMetadata(List)?(;|$)/.test(form)) return metadataView
  }
  const apiVersion = groupVersion(target.group, target.version)
  return {
    one: dressed,
    many: (items, metadata) => ({
      kind: `${target.resource.kind}List`,
      apiVersion,
      metadata,
      items: items.map(dressed),
    }),
  }
}

const metaOnly = ({ metadata }: AnyObject) => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
})

const metadataView: View = {
  one: metaOnly,
  many: (items, metadata) => ({
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: items.map(metaOnly),
  }),
}

function tableView({ resource }: Target, include: string, now: number): View {
  const included = (object: AnyObject) => {
    if (include === 'None') return undefined
    return include === 'Object' ? object : metaOnly(object)
  }
  const table = (items: readonly AnyObject[], metadata: object): Table =>
    tableOf(resource.plural, items, metadata, now, included)
  return {
    // A watch repeats no column definitions: they came with its first row.
    one(object, first = true) {
      const one = table([object], { resourceVersion: object.metadata.resourceVersion })
      return first ? one : { ...one, columnDefinitions: [] }
    },
    many: table,
  }
}

/** An object as a client of this group wrote it, in the form we store. */
export const storedForm = (target: Target, object: AnyObject) =>
  target.group === 'events.k8s.io' ? asCoreEvent(object) : object

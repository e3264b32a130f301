import { isObject, stableText } from '../../../src/lib/json.ts'
import type { AnyObject } from '../object.ts'
import type { Resource } from '../resource.ts'
import type { Struct } from '../schema.ts'
import { schemas } from '../schemas.ts'
import { changesOf, fieldsOf } from './changes.ts'
import { applyConflict } from './conflict.ts'
import { emptySet, isEmptySet, minus, union, type FieldSet } from './field-set.ts'
import { idOf, readOwners, sameOwners, writeOwners, type ManagedEntry, type Owners } from './managers.ts'
import { merged, without, withContainers } from './merge.ts'
import { afterChange, contested, entriesOf, managerOf, ownable, type Writer } from './tracking.ts'

/**
 * Server-side apply. The configuration is merged over the live object; what this manager's last one named and this one
 * does not goes, unless another manager holds it; and a value that another manager holds and that would change is a
 * conflict.
 */
export interface Application {
  readonly resource: Resource
  readonly live: AnyObject | undefined
  readonly config: AnyObject
  readonly writer: Writer
  readonly force: boolean
  readonly time: string
}

export interface Applied {
  readonly object: AnyObject
  readonly managedFields: readonly ManagedEntry[]
}

const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration'
/** The one manager that used to keep its last configuration in an annotation. */
const kubectl = 'kubectl'

/** Of an object that nobody has applied yet: all it has is held by what was there before. */
const before = { manager: 'before-first-apply' }

function ownersOf({ resource, live }: Application): Owners {
  if (live === undefined) return new Map()
  const known = readOwners(entriesOf(live))
  if (known !== undefined) return known
  const { written } = changesOf({}, live, schemas[resource.plural])
  const fields = ownable(written, resource, undefined)
  const manager = managerOf(before, 'Update', resource)
  return new Map([[idOf(manager), { manager, time: undefined, fields }]])
}

function pruned(object: unknown, last: FieldSet, owners: Owners, schema: Struct): unknown {
  const held = [...owners.values()].reduce((set, { fields }) => union(set, fields), emptySet)
  return without(object, minus(withContainers(last, schema), withContainers(held, schema)), schema)
}

const annotationOf = (object: AnyObject | undefined): string | undefined =>
  object?.metadata.annotations?.[lastAppliedKey]

/** What kubectl has applied from its own side and nobody has changed since: its own to take over without a conflict. */
function handedOver({ live, writer, resource }: Application): FieldSet {
  const text = annotationOf(live)
  if (writer.manager !== kubectl || text === undefined) return emptySet
  const schema = schemas[resource.plural]
  try {
    const last: unknown = JSON.parse(text)
    if (!isObject(last)) return emptySet
    const { written, removed } = changesOf(last, live, schema)
    return minus(fieldsOf(last, schema), union(written, removed))
  } catch {
    return emptySet
  }
}

/** As long as the annotation is there, older programs read it. */
function withAnnotation(object: AnyObject, { live, writer, config }: Application): AnyObject {
  if (writer.manager !== kubectl || annotationOf(live) === undefined) return object
  const { [lastAppliedKey]: _last, ...annotations } = config.metadata.annotations ?? {}
  const said = { ...config, metadata: { ...config.metadata, annotations } }
  const kept = { ...object.metadata.annotations, [lastAppliedKey]: `${stableText(said)}\n` }
  return { ...object, metadata: { ...object.metadata, annotations: kept } }
}

/** What becomes of the live object, and who owns what of it; throws a conflict. */
export function applied(application: Application): Applied {
  const { resource, live, config, writer, force, time } = application
  const schema = schemas[resource.plural]
  const manager = managerOf(writer, 'Apply', resource)
  const id = idOf(manager)
  const known = ownersOf(application)
  const last = known.get(id)?.fields ?? emptySet
  const named = fieldsOf(config, schema)
  const owning: Owners = new Map([...known, [id, { manager, time, fields: named }]])
  const object = pruned(merged(live ?? {}, config, schema), last, owning, schema) as AnyObject
  const found = changesOf(live ?? {}, object, schema)
  const changes = {
    written: ownable(found.written, resource, writer.subresource),
    removed: ownable(found.removed, resource, writer.subresource),
  }
  const conflicts = contested(owning, id, {
    ...changes,
    written: minus(changes.written, handedOver(application)),
  })
  if (!force && conflicts.size > 0) throw applyConflict(conflicts)
  const fields = ownable(named, resource, writer.subresource)
  const owners = afterChange(new Map([...owning, [id, { manager, time, fields }]]), id, changes)
  const isSame = sameOwners(owners, known) && isEmptySet(changes.written) && isEmptySet(changes.removed)
  return {
    object: withAnnotation(object, application),
    managedFields: writeOwners(isSame ? known : owners),
  }
}

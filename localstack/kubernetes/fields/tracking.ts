import { isObject } from '../../../src/lib/json.ts'
import type { AnyObject } from '../object.ts'
import { groupVersion, type Resource } from '../resource.ts'
import { schemas } from '../schemas.ts'
import { changesOf, type Changes } from './changes.ts'
import { common, isEmptySet, minus, placeOf, union, type FieldSet } from './field-set.ts'
import { idOf, readOwners, writeOwners, type ManagedEntry, type Manager, type Owners } from './managers.ts'

/** Who makes a request, as far as ownership goes. */
export interface Writer {
  readonly manager: string
  readonly subresource?: string | undefined
}

/** Who writes from inside: the controllers beside the server. */
const controllers = 'kube-controller-manager'

/** What nobody owns, because no request decides it. */
const metadata =
  'name namespace creationTimestamp selfLink uid generation managedFields resourceVersion deletionTimestamp deletionGracePeriodSeconds'
const unowned = ['f:apiVersion', 'f:kind', ...metadata.split(' ').map((name) => `f:metadata f:${name}`)]
  .map((path) => placeOf(...path.split(' ')))
  .reduce(union)

/** The set without what a request to this subresource cannot own. */
export function ownable(fields: FieldSet, resource: Resource, subresource: string | undefined): FieldSet {
  const rest = minus(fields, unowned)
  if (!resource.status) return rest
  const children = new Map(rest.children)
  children.delete(subresource === 'status' ? 'f:spec' : 'f:status')
  return { member: false, children }
}

export const managerOf = (
  { manager, subresource }: Writer,
  operation: Manager['operation'],
  resource: Resource,
): Manager => ({
  manager,
  operation,
  apiVersion: groupVersion(resource.group, resource.version),
  subresource,
})

/** What others hold of the fields that were just written. */
export function contested(owners: Owners, writer: string, { written }: Changes): Owners {
  const found = [...owners].map(
    ([id, owned]) => [id, { ...owned, fields: common(owned.fields, written) }] as const,
  )
  return new Map(found.filter(([id, { fields }]) => id !== writer && !isEmptySet(fields)))
}

/** The owners after a change: nobody but the writer owns what was written, nobody what was removed. */
export function afterChange(owners: Owners, writer: string, { written, removed }: Changes): Owners {
  const lost = (id: string) => (id === writer ? removed : union(written, removed))
  return new Map([...owners].map(([id, owned]) => [id, { ...owned, fields: minus(owned.fields, lost(id)) }]))
}

/** The owners after an update: what it changed is the writer's. */
function afterUpdate(owners: Owners, manager: Manager, changes: Changes, time: string): Owners {
  const id = idOf(manager)
  const others = afterChange(owners, id, changes)
  if (isEmptySet(changes.written)) return others
  const fields = union(others.get(id)?.fields ?? changes.written, changes.written)
  return new Map([...others, [id, { manager, time, fields }]])
}

const isReset = (given: unknown): boolean =>
  Array.isArray(given) &&
  (given.length === 0 || (given.length === 1 && isObject(given[0]) && Object.keys(given[0]).length === 0))

export const entriesOf = (object: AnyObject | undefined): unknown =>
  (object?.metadata as { managedFields?: unknown } | undefined)?.managedFields

export interface Update {
  readonly resource: Resource
  readonly before: AnyObject | undefined
  readonly after: AnyObject
  /** `managedFields` as the request has them: to write them is how a client hands fields over, or forgets all owners. */
  readonly given: unknown
  readonly writer: Writer | undefined
  /** Through which subresource it was written, where no writer says so. */
  readonly subresource: string | undefined
  readonly time: string
}

/**
 * The `managedFields` of an object that was created or updated. An object that nobody has a name for, because it was made
 * from inside, has none until somebody applies it.
 */
export function trackUpdate(update: Update): readonly ManagedEntry[] {
  const { resource, before, after, given, writer, time } = update
  if (before === undefined && writer === undefined) return []
  if (before !== undefined && isReset(given)) return []
  const owners = readOwners(given) ?? readOwners(entriesOf(before))
  if (before !== undefined && owners === undefined) return []
  const { manager: name, subresource } = writer ?? { manager: controllers, subresource: update.subresource }
  const found = changesOf(before ?? {}, after, schemas[resource.plural])
  const changes = {
    written: ownable(found.written, resource, subresource),
    removed: ownable(found.removed, resource, subresource),
  }
  const manager = managerOf({ manager: name, subresource }, 'Update', resource)
  return writeOwners(afterUpdate(owners ?? new Map(), manager, changes, time))
}

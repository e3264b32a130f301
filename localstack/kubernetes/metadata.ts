import { hash } from '../../src/lib/hash.ts'
import { equal, isObject } from '../../src/lib/json.ts'
import { forbiddenField, invalidValue, required } from './cause.ts'
import type { Cause } from './fault.ts'
import { dns1035Label, dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from './naming.ts'
import type { AnyObject, Draft } from './object.ts'
import type { Resource } from './resource.ts'

/** The API server writes whole seconds. */
export const timeText = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

/** Fills in what the server decides when an object is born; whatever the client said about it is dropped. */
export function bear(draft: Draft<AnyObject>, resource: Resource, now: number, uid: string): void {
  const meta = draft.metadata as Draft<AnyObject['metadata']> & Record<string, unknown>
  if (!meta.name && meta.generateName) meta.name = meta.generateName.slice(0, 58) + hash([uid], 5)
  for (const field of [
    'managedFields',
    'selfLink',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'resourceVersion',
    'generation',
  ])
    delete meta[field]
  meta.uid = uid
  meta.creationTimestamp = timeText(now)
  if (resource.generation) meta.generation = 1
}

/** Carries what no update may change from the stored object, and lets absent system fields mean "as they are". */
export function keepIdentity(draft: Draft<AnyObject>, before: AnyObject): void {
  const meta = draft.metadata as unknown as Record<string, unknown>
  const old = before.metadata as unknown as Record<string, unknown>
  meta['namespace'] ??= old['namespace']
  if (meta['namespace'] === undefined) delete meta['namespace']
  delete meta['managedFields']
  delete meta['selfLink']
  for (const field of [
    'uid',
    'creationTimestamp',
    'generation',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'generateName',
  ]) {
    if (old[field] === undefined) delete meta[field]
    else meta[field] = old[field]
  }
}

type Meta = Record<string, unknown>

/** The object without what it says of its owners, which goes a way of its own. */
export function withoutOwners(object: unknown): unknown {
  const meta = (object as { metadata?: Meta } | null | undefined)?.metadata
  if (!isObject(meta) || meta['managedFields'] === undefined) return object
  const { managedFields: _owners, ...rest } = meta
  return { ...(object as object), metadata: rest }
}

export function setOwners(draft: Draft<AnyObject>, entries: readonly object[]): void {
  const meta = draft.metadata as unknown as Meta
  if (entries.length > 0) meta['managedFields'] = entries
  else delete meta['managedFields']
}

const nameRules = { services: dns1035Label, namespaces: dns1123Label } as Record<
  string,
  typeof dns1035Label | undefined
>

export function checkMetadata(object: AnyObject, resource: Resource, before?: AnyObject): Cause[] {
  const { name, namespace, labels = {}, annotations = {}, finalizers = [] } = object.metadata
  const causes: Cause[] = []
  if (!name) causes.push(required('metadata.name', 'name or generateName is required'))
  else if (before === undefined)
    for (const text of (nameRules[resource.plural] ?? dns1123Subdomain)(name))
      causes.push(invalidValue('metadata.name', name, text))
  else {
    if (name !== before.metadata.name) causes.push(invalidValue('metadata.name', name, 'field is immutable'))
    if (namespace !== before.metadata.namespace)
      causes.push(invalidValue('metadata.namespace', namespace, 'field is immutable'))
  }
  causes.push(...checkLabels(labels, 'metadata.labels'))
  for (const key of Object.keys(annotations))
    for (const text of qualifiedName(key.toLowerCase()))
      causes.push(invalidValue('metadata.annotations', key, text))
  for (const [index, finalizer] of finalizers.entries()) {
    const field = `metadata.finalizers[${index}]`
    for (const text of qualifiedName(finalizer)) causes.push(invalidValue(field, finalizer, text))
    if (!finalizer.includes('/') && !['foregroundDeletion', 'orphan', 'kubernetes'].includes(finalizer))
      causes.push(
        invalidValue(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
      )
  }
  if (before?.metadata.deletionTimestamp !== undefined) {
    const added = finalizers.filter((one) => !(before.metadata.finalizers ?? []).includes(one))
    if (added.length > 0)
      causes.push(
        forbiddenField(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((one) => JSON.stringify(one)).join(', ')}}`,
        ),
      )
  }
  return causes
}

export function checkLabels(labels: Readonly<Record<string, string>>, field: string): Cause[] {
  const causes: Cause[] = []
  for (const [key, value] of Object.entries(labels)) {
    for (const text of qualifiedName(key)) causes.push(invalidValue(field, key, text))
    for (const text of labelValue(value)) causes.push(invalidValue(field, value, text))
  }
  return causes
}

const specOf = ({ metadata: _metadata, status: _status, ...rest }: AnyObject) => rest

/** Whether two versions of an object agree in what generation counts: everything but metadata and status. */
export function sameSpec(before: AnyObject, after: AnyObject): boolean {
  return equal(specOf(before), specOf(after))
}

/** Leaves out what the API server's encoding leaves out, and stands at the version it came from. */
export function tidied(object: AnyObject, resourceVersion: string | undefined): AnyObject {
  const meta: Record<string, unknown> = { ...object.metadata }
  for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences']) {
    const value = meta[field]
    if (value === null || (typeof value === 'object' && Object.keys(value).length === 0)) delete meta[field]
  }
  if (resourceVersion === undefined) delete meta['resourceVersion']
  else meta['resourceVersion'] = resourceVersion
  return { ...object, metadata: meta as unknown as AnyObject['metadata'] }
}

const holding: { readonly [policy: string]: string | undefined } = {
  Foreground: 'foregroundDeletion',
  Orphan: 'orphan',
}

/** What holds an object that is deleted in this way. A policy that was asked for replaces an earlier one. */
export function finalizersFor(before: AnyObject, policy: string | undefined): readonly string[] {
  const finalizers = before.metadata.finalizers ?? []
  if (policy === undefined) return finalizers
  const others = finalizers.filter((one) => !Object.values(holding).includes(one))
  const added = holding[policy]
  return added === undefined ? others : [...others, added]
}

/** The object as a deletion leaves it that has to wait for finalizers; `grace` in seconds, from the first deletion on. */
export function markDeleted(
  before: AnyObject,
  now: number,
  finalizers = before.metadata.finalizers,
  grace = 0,
): AnyObject {
  const { generation, deletionTimestamp } = before.metadata
  const begun = deletionTimestamp === undefined ? now : Date.parse(deletionTimestamp) - graceIn(before) * 1000
  const meta = {
    ...before.metadata,
    deletionTimestamp: timeText(begun + grace * 1000),
    deletionGracePeriodSeconds: grace,
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(generation === undefined ? {} : { generation: generation + 1 }),
  }
  return { ...before, metadata: meta }
}

/** The grace in which an object is being deleted, in seconds. */
export const graceIn = ({ metadata }: AnyObject): number =>
  (metadata as { deletionGracePeriodSeconds?: number }).deletionGracePeriodSeconds ?? 0

import type { Cause, StackView } from './view.ts'
import type { FieldChange, Owner, PartChange, Resource } from './resource.ts'

const show = (cause: Cause): string =>
  `${cause.path}: ${cause.before ?? '(none)'} -> ${cause.after ?? '(none)'}`

/** `spec.ports[0].nodePort` is within `spec.ports[0]`, and the other way round. */
const touches = (a: string, b: string): boolean =>
  a === b || a.startsWith(`${b}.`) || a.startsWith(`${b}[`) || b.startsWith(`${a}.`) || b.startsWith(`${a}[`)

function causeAt(causes: readonly Cause[], path: string | undefined): Cause | undefined {
  if (path === undefined) return undefined
  return causes.find((cause) => cause.path === path) ?? causes.find((cause) => touches(cause.path, path))
}

const names = (owners: readonly Owner[]): string => owners.map((owner) => owner.name).join(', ')

/** Where ranges would stand: the ones that were written are entries of it, or in an annotation. */
const ranges = 'spec.loadBalancerSourceRanges'

const nodePath = /^node\/(.+)$/

function whyParts(parts: readonly PartChange[], causes: readonly Cause[]): string | undefined {
  for (const part of parts) {
    const cause = causeAt(causes, part.path)
    if (cause !== undefined) return show(cause)
  }
  const nodes = parts.map((part) => nodePath.exec(part.path ?? '')?.[1]).filter((name) => name !== undefined)
  if (nodes.length > 0 && nodes.length === parts.length) {
    const listed = nodes.slice(0, 3).join(', ') + (nodes.length > 3 ? ` and ${nodes.length - 3} more` : '')
    return `${nodes.length === 1 ? 'node' : 'nodes'} ${listed} ${nodes.length === 1 ? 'is an eligible target' : 'are eligible targets'}`
  }
  const written = parts.find((part) => part.path !== undefined && !nodePath.test(part.path))
  if (written?.path === ranges) return `${ranges} names nobody, so all clients are let in`
  return written?.path === undefined ? undefined : `asked for by ${written.path}`
}

export function whyCreate(want: Resource): string {
  const purpose = want.purpose ?? `${want.kind} ${want.key}`
  return `${names(want.owners)} ${want.owners.length === 1 ? 'asks' : 'ask'} for it: ${purpose}`
}

export function whyUpdate(
  view: StackView,
  want: Resource,
  fields: readonly FieldChange[],
  parts: readonly PartChange[],
): string {
  const causes = want.owners.flatMap((owner) => view.causes(owner))
  for (const field of fields) {
    const cause = causeAt(causes, field.origin)
    if (cause !== undefined) return show(cause)
  }
  const fromParts = whyParts(parts, causes)
  if (fromParts !== undefined) return fromParts
  // Members that are one list of an object, rather than parts of it.
  if (fields.length > 0 && fields.every(({ origin }) => origin?.startsWith('node/') === true))
    return 'the eligible targets are others than before'
  const [first] = causes
  if (first !== undefined) return show(first)
  const [field] = fields
  if (field?.before === undefined && field !== undefined)
    return `${field.path} is set as asked after the object was made`
  return 'the cloud differs from what is asked for: a step was left, or somebody changed it there'
}

export function whyRemove(view: StackView, owners: readonly Owner[], what: string): string {
  const gone = owners.filter((owner) => view.ownerState(owner) === 'leaving')
  if (gone.length === owners.length && gone.length > 0) return `${names(gone)} no longer has a load balancer`
  const lost = owners.filter((owner) => view.ownerState(owner) === 'orphan')
  if (lost.length > 0) return `no Service of this cluster is ${names(lost)} of that uid any more`
  const causes = owners.flatMap((owner) => view.causes(owner))
  const [first] = causes
  if (first !== undefined) return show(first)
  return `nothing asks for ${what} any more`
}

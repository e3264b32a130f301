import type { Observed, Owner, Part } from './resource.ts'

/**
 * Some clouds keep only the beginning of a uid, in a name that has no room for more. Such an owner's uid ends with a
 * star until the Service is known whose it is. Others' objects tell no uid at all, but the Service's name.
 */
const mark = '*'
const nameMark = 'name:'

/** An owner of whom the cloud tells nothing but the name. */
export const namedOwner = (name: string): Owner => ({ uid: `${nameMark}${name}`, name })

const isPartial = ({ uid }: Owner): boolean => uid.endsWith(mark) || uid.startsWith(nameMark)

export const partialUid = (beginning: string): string => `${beginning}${mark}`

/** Whether an observed owner is the one with this uid. */
export const isOwner = (seen: string, uid: string | undefined): boolean =>
  uid !== undefined && (seen === uid || (seen.endsWith(mark) && uid.startsWith(seen.slice(0, -1))))

/** Observed objects with the owners that are known in full. Others stay: nobody may judge their parts. */
export function completeOwners(observed: readonly Observed[], known: Iterable<Owner>): readonly Observed[] {
  const partial = observed.some((item) => [item, ...Object.values(item.parts ?? {})].some(hasPartial))
  if (!partial) return observed
  const all = [...known]
  const found = new Map<string, Owner>()
  const complete = (owner: Owner): Owner => {
    if (!isPartial(owner)) return owner
    const same = owner.uid.startsWith(nameMark)
      ? ({ name }: Owner) => name === owner.name
      : ({ uid }: Owner) => isOwner(owner.uid, uid)
    const whole = found.get(owner.uid) ?? all.find(same) ?? owner
    found.set(owner.uid, whole)
    return whole
  }
  return observed.map((item) => ({
    ...item,
    owners: item.owners.map(complete),
    ...(item.parts === undefined ? {} : { parts: partsOf(item.parts, complete) }),
  }))
}

const hasPartial = ({ owners }: { readonly owners: readonly Owner[] }): boolean => owners.some(isPartial)

const partsOf = (
  parts: Readonly<Record<string, Part>>,
  complete: (owner: Owner) => Owner,
): Readonly<Record<string, Part>> =>
  Object.fromEntries(
    Object.entries(parts).map(([key, part]) => [key, { ...part, owners: part.owners.map(complete) }]),
  )

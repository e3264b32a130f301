/**
 * Some clouds' objects, made by other controllers, tell their Service by name only. Whose they are is decided where
 * the Services are known: the one of that name, if it is there.
 */
import type { Contribution } from './merge.ts'
import type { Observed, Owner, Part } from './resource.ts'

const prefix = 'name:'

/** An owner of whom the cloud tells nothing but the name. */
export const namedOwner = (name: string): Owner => ({ uid: `${prefix}${name}`, name })

/** The same objects, with owners that are known by name alone in their full right. */
export function withOwners(
  observed: readonly Observed[],
  contributions: readonly Pick<Contribution, 'owner'>[],
): readonly Observed[] {
  const named = (owner: Owner): boolean => owner.uid.startsWith(prefix)
  if (!observed.some((item) => item.owners.some(named))) return observed
  const byName = new Map(contributions.map(({ owner }) => [owner.name, owner]))
  const full = (owner: Owner): Owner => (named(owner) ? (byName.get(owner.name) ?? owner) : owner)
  return observed.map((item) => ({
    ...item,
    owners: item.owners.map(full),
    ...(item.parts === undefined
      ? {}
      : {
          parts: Object.fromEntries(
            Object.entries(item.parts).map(([key, part]): [string, Part] => [
              key,
              { ...part, owners: part.owners.map(full) },
            ]),
          ),
        }),
  }))
}

import type { Observed, Owner, Part, Parts } from '../../../src/plan/resource.ts'
import { Priorities } from './names.ts'
import { destinationsOf, fieldsOf, nameOf, partKey, priorityOf } from './rule.ts'

/**
 * What all Services ask for as the group can hold it: one part for each destination of a rule, and one priority for each
 * rule. A rule that is there keeps its own; others find a free one, in the order of the Services' age, so that whoever
 * comes or goes does not renumber the rest.
 */
export function packRules(parts: Parts, observed: Observed | undefined): Parts {
  const there = prioritiesIn(observed)
  const free = new Priorities(takenIn(observed))
  const given = new Map<string, number>()
  const packed: Record<string, Part> = {}
  for (const part of Object.values(parts)) {
    const name = nameOf(part.spec)
    const fields = fieldsOf(part.spec)
    const priority =
      there.get(name) ?? given.get(name) ?? free.next(fields['access'] === 'Deny' ? 'Deny' : 'Allow')
    given.set(name, priority)
    const [destination = ''] = destinationsOf(part.spec)
    // A ref may have been filled since, with an address that another Service wrote itself.
    const key = partKey(name, destination)
    const same = packed[key]
    packed[key] =
      same === undefined
        ? { ...part, spec: { ...part.spec, properties: { priority, ...fields } } }
        : { ...same, owners: united(same.owners, part.owners) }
  }
  return packed
}

const united = (a: readonly Owner[], b: readonly Owner[]): readonly Owner[] => [
  ...new Map([...a, ...b].map((owner) => [owner.uid, owner])).values(),
]

function* takenIn(observed: Observed | undefined): Iterable<number> {
  for (const { spec } of Object.values(observed?.parts ?? {})) yield priorityOf(spec)
}

/** By name, for a name is unique in a group whoever holds it. */
const prioritiesIn = (observed: Observed | undefined): ReadonlyMap<string, number> =>
  new Map(Object.values(observed?.parts ?? {}).map(({ spec }) => [nameOf(spec), priorityOf(spec)]))

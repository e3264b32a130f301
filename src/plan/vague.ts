import { equal } from '../lib/json.ts'
import type { Form } from '../provider/form.ts'
import { meet } from './draft.ts'
import { asUnknown, leavesOf, unknownIn } from './leaves.ts'
import { ownersOfPart, type Observed, type Part, type Parts, type Resource } from './resource.ts'

/** Parts that stand for others: of a file, nobody can tell which. */
interface Vague {
  /** Observed parts that may be what is wanted. */
  readonly held: ReadonlySet<string>
  /** Wanted parts that such a one may be. */
  readonly wanted: ReadonlySet<string>
}

interface Sides {
  readonly want: Resource
  readonly seen: Observed
}

const nothing: Vague = { held: new Set(), wanted: new Set() }

/**
 * Offline some wanted parts are not known in full (the pods behind a Service, a port that the cluster chooses). One that
 * is there, of the same owner and alike in all that is known, may be just that: it is neither removed nor added again.
 */
export function vagueParts(kind: Form, wanted: Parts, { want, seen }: Sides): Vague {
  const vague = Object.entries(wanted).filter(([, { spec }]) => unknownIn(spec) !== undefined)
  if (vague.length === 0) return nothing
  const left = Object.entries(seen.parts ?? {}).filter(
    ([key, { foreign }]) => foreign !== true && !(key in wanted),
  )
  const met = { held: new Set<string>(), wanted: new Set<string>() }
  for (const [key, part] of vague)
    for (const [other, held] of left)
      if (meet(ownersOfPart(part, want), ownersOfPart(held, seen)) && mayBe(kind, part, held)) {
        met.held.add(other)
        met.wanted.add(key)
      }
  return met
}

function mayBe({ packedFields = [] }: Form, part: Part, held: Part): boolean {
  const has = leavesOf(held.spec)
  return [...leavesOf(part.spec)].every(
    ([path, value]) =>
      asUnknown(value) !== undefined || packedFields.includes(path) || equal(value, has.get(path)),
  )
}

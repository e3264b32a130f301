import { equal, isObject } from '../lib/json.ts'
import { stepId } from './draft.ts'
import { leavesOf } from './leaves.ts'
import type { Step } from './plan.ts'
import type { FieldChange, Observed, PartChange } from './resource.ts'

/** What must be written on an object that somebody else made, so that it is `becomes`; undefined when it is that already. */
export function marksStep(seen: Observed, becomes: Observed, why: string): Step | undefined {
  const fields = fieldChanges(seen, becomes)
  const parts = partChanges(seen, becomes)
  if (fields.length + parts.length === 0) return undefined
  return {
    id: stepId(becomes, `mark ${seen.id}`),
    action: 'update',
    stack: becomes.stack,
    kind: becomes.kind,
    key: becomes.key,
    target: seen.id,
    ...(fields.length === 0 ? {} : { fields }),
    ...(parts.length === 0 ? {} : { parts }),
    why,
    needs: [],
    owners: becomes.owners.length > 0 ? becomes.owners : (parts[0]?.owners ?? []),
  }
}

function fieldChanges(seen: Observed, becomes: Observed): readonly FieldChange[] {
  const has = leavesOf(seen.spec)
  return [...leavesOf(becomes.spec)].flatMap(([path, after]): FieldChange[] => {
    const before = has.get(path)
    if (equal(before, after)) return []
    return [{ path, after, ...(before === undefined ? {} : { before }) }]
  })
}

/** Only of parts that have marks of their own: a target follows the object that it is in. */
function partChanges(seen: Observed, becomes: Observed): readonly PartChange[] {
  return Object.entries(becomes.parts ?? {}).flatMap(([key, { spec: after, owners }]): PartChange[] => {
    const before = seen.parts?.[key]?.spec
    if (!isObject(before) || equal(before, after)) return []
    return [{ key, action: 'change', before, after, owners }]
  })
}

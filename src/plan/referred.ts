import type { Form } from '../provider/form.ts'
import { leavesOf, textsIn } from './leaves.ts'
import type { Observed } from './resource.ts'

/** Ids of other objects that stand in the fields of an object and of its parts. */
export function idsReferredTo(
  { spec, parts = {} }: Observed,
  { refs, partRefs }: Pick<Form, 'refs' | 'partRefs'>,
): readonly string[] {
  const ids = new Set<string>()
  if (refs.length > 0) {
    const leaves = leavesOf(spec)
    for (const path of refs) for (const id of textsIn(leaves.get(path))) ids.add(id)
  }
  for (const path of partRefs ?? [])
    for (const key in parts) {
      const value = parts[key]?.spec[path]
      if (typeof value === 'string') ids.add(value)
    }
  return [...ids]
}

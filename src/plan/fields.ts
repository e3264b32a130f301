import { equal, type Json } from '../lib/json.ts'
import type { Form } from '../provider/form.ts'
import { asRef, asUnknown, leavesOf } from './leaves.ts'
import type { FieldChange, Observed, Resource } from './resource.ts'

/** What a dotted path falls back to when nobody names it: the cloud's default, or null for "take it away". */
function defaultOf({ defaults }: Form, path: string, want: Resource): Json {
  return leavesOf(typeof defaults === 'function' ? defaults(want.spec) : defaults).get(path) ?? null
}

/**
 * Leaves of a filled, canonical wish that the cloud has otherwise. What the wish does not name is not compared, except
 * what an earlier accepted input named, or what is ours alone: that returns to its default, unless it is kept as it was
 * chosen. A trusted
 * object's unread fields count as equal. A ref that nothing fills yet waits for the next round; offline there is none, and
 * what it will bring is shown at once. What cannot be known offline is no difference there: most of it is as it was.
 */
export function diffFields(
  kind: Form,
  want: Resource,
  seen: Observed,
  trusted: boolean,
  offline = false,
): readonly FieldChange[] {
  const has = leavesOf(seen.spec)
  const changes: FieldChange[] = []
  for (const [path, after] of leavesOf(want.spec)) {
    if (kind.kept.includes(path) || (asRef(after) !== undefined && !offline)) continue
    if (offline && asUnknown(after) !== undefined) continue
    const before = has.get(path)
    if (before === undefined && seen.depth === 'listed' && trusted) continue
    if (equal(before, after)) continue
    changes.push(change(path, before, after, want))
  }
  for (const path of unnamed(kind, want, has)) {
    if (kind.kept.includes(path)) continue
    const before = has.get(path)
    const after = defaultOf(kind, path, want)
    if (before !== undefined && !equal(before, after)) changes.push(change(path, before, after, want))
  }
  return changes
}

/** What the wish leaves to its default though it may not be there by default. */
function unnamed({ ours = [] }: Form, want: Resource, has: ReadonlyMap<string, Json>): Iterable<string> {
  const forgotten = want.forgotten ?? []
  if (ours.length === 0) return forgotten
  const named = leavesOf(want.spec)
  const isOurs = (path: string) => ours.some((field) => path === field || path.startsWith(`${field}.`))
  const own = [...has.keys()].filter((path) => isOurs(path) && !named.has(path))
  return new Set([...forgotten, ...own])
}

function change(path: string, before: Json | undefined, after: Json, want: Resource): FieldChange {
  const origin = want.origins?.[path]
  return {
    path,
    after,
    ...(before === undefined ? {} : { before }),
    ...(origin === undefined ? {} : { origin }),
  }
}

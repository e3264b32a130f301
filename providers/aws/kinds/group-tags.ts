import type { Json } from '../../../src/lib/json.ts'
import type { Observed } from '../../../src/plan/resource.ts'
import type { Changes } from '../../../src/provider/kind.ts'
import { writeTags } from '../tags.ts'
import { changesUnder, type KindDeps, merged, textMap, withSpec } from './shared.ts'

/** Carries out what one request can of a change of a group's tags: first those to set, then those to take off. */
export async function updateGroupTags(
  { api, clock }: KindDeps,
  seen: Observed,
  changes: Changes,
  signal: AbortSignal,
): Promise<Observed | undefined> {
  const asked = changesUnder(changes, 'Tags')
  if (asked.size === 0) return undefined
  const asOf = clock.now()
  const set = new Map<string, Json>([...asked].filter(([, value]) => value !== null))
  const done = set.size > 0 ? set : asked
  const Resources = [seen.id]
  if (set.size > 0) {
    const Tags = writeTags(textMap(Object.fromEntries(set), 'Tags'))
    await api.call('CreateTags', { Resources, Tags }, signal)
  } else {
    const Tags = [...asked.keys()].map((Key) => ({ Key }))
    await api.call('DeleteTags', { Resources, Tags }, signal)
  }
  return withSpec(seen, asOf, { Tags: merged(seen.spec['Tags'], done) })
}

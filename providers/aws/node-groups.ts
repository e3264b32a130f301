import { stableText } from '../../src/lib/json.ts'
import type { NodeGroups } from './facts.ts'
import { clusterNameTag, type Tags } from './tags.ts'

interface ChosenGroups {
  /** Sorted; every node has its rules in one of them. */
  readonly groups: readonly string[]
  /** Nodes with several groups to choose from, one sentence each. */
  readonly doubts: readonly string[]
}

const known = new WeakMap<NodeGroups, Map<string, ChosenGroups>>()
const noTags: Tags = {}

/**
 * Which group of each node takes the rules: its only one, or the one tagged for the cluster; of several tagged ones the
 * smallest id, so that one odd node cannot stop all Services. Computed once per fact.
 */
export function chooseGroups(
  facts: NodeGroups,
  clusterName: string,
  /** Further tags that the group bears. */
  wanted: Tags = noTags,
): ChosenGroups {
  const byName = known.get(facts) ?? new Map<string, ChosenGroups>()
  known.set(facts, byName)
  const id = stableText([clusterName, wanted])
  const found = byName.get(id)
  if (found !== undefined) return found
  const bears = (tags: Tags | undefined): boolean =>
    tags?.[clusterNameTag(clusterName)] !== undefined &&
    Object.entries(wanted).every(([key, value]) => tags[key] === value)
  const chosen = new Set<string>()
  const doubts = new Set<string>()
  for (const ids of Object.values(facts.instances)) {
    const tagged = ids.filter((group) => bears(facts.groups[group]?.tags))
    const candidates = (tagged.length > 0 ? tagged : ids).toSorted()
    const [first] = candidates
    if (first === undefined) continue
    chosen.add(first)
    if (candidates.length > 1)
      doubts.add(
        `nodes are in ${candidates.length} security groups${tagged.length > 0 ? ' tagged for the cluster' : ', none tagged for the cluster'}: ${candidates.join(', ')}; the rules go to ${first}`,
      )
  }
  const result = { groups: [...chosen].toSorted(), doubts: [...doubts].toSorted() }
  byName.set(id, result)
  return result
}

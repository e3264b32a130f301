import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Owner, PartChange } from '../../../src/plan/resource.ts'
import { nameOf, united } from './rule.ts'

/** The destinations of one rule as that rule, which is how Azure shows it; one that has others too is changed. */
export function shownRules(
  changes: readonly PartChange[],
  observed: Observed | undefined,
): readonly PartChange[] {
  const rules = Map.groupBy(changes, (change) => `${change.action} ${ruleOf(change)}`)
  return [...rules.values()].map((of) => shown(of, observed))
}

const ruleOf = ({ key, after, before }: PartChange): string => nameOf(after ?? before ?? {}) || key

function shown(of: readonly PartChange[], observed: Observed | undefined): PartChange {
  const { before: _before, after: _after, ...first } = of[0] as PartChange
  const key = ruleOf(of[0] as PartChange)
  const touched = new Set(of.map((change) => change.key))
  const stays = Object.entries(observed?.parts ?? {})
    .filter(([at, { spec }]) => nameOf(spec) === key && !touched.has(at))
    .map(([, { spec }]) => spec)
  const before = [...stays, ...of.map((change) => change.before).filter(isThere)]
  const after = [...stays, ...of.map((change) => change.after).filter(isThere)]
  return {
    ...first,
    key,
    action: stays.length === 0 ? first.action : 'change',
    ...(before.length === 0 ? {} : { before: ruleIn(before) }),
    ...(after.length === 0 ? {} : { after: ruleIn(after) }),
    owners: ownersOf(of),
  }
}

const isThere = (spec: JsonObject | undefined): spec is JsonObject => spec !== undefined

/** Its name is said as its key. */
function ruleIn(specs: readonly JsonObject[]): JsonObject {
  const { name: _key, ...rest } = united(specs)
  return rest
}

const ownersOf = (of: readonly PartChange[]): readonly Owner[] => [
  ...new Map(of.flatMap(({ owners }) => owners).map((owner) => [owner.uid, owner])).values(),
]

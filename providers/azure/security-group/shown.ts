import type { Owner, PartChange } from '../../../src/plan/resource.ts'
import { nameOf, united } from './rule.ts'

/** The destinations of one rule as that rule, which is how Azure shows it. */
export function shownRules(changes: readonly PartChange[]): readonly PartChange[] {
  const rules = Map.groupBy(changes, (change) => `${change.action} ${ruleOf(change)}`)
  return [...rules.values()].map((of): PartChange => {
    const first = of[0] as PartChange
    const { before: _before, after: _after, ...rest } = first
    return {
      ...rest,
      key: ruleOf(first),
      ...side(of, 'before'),
      ...side(of, 'after'),
      owners: ownersOf(of),
    }
  })
}

const ruleOf = ({ key, after, before }: PartChange): string => nameOf(after ?? before ?? {}) || key

function side(of: readonly PartChange[], which: 'before' | 'after'): Pick<PartChange, 'before' | 'after'> {
  const specs = of.map((change) => change[which]).filter((spec) => spec !== undefined)
  if (specs.length === 0) return {}
  const { name: _key, ...rest } = united(specs)
  return { [which]: rest }
}

const ownersOf = (of: readonly PartChange[]): readonly Owner[] => [
  ...new Map(of.flatMap(({ owners }) => owners).map((owner) => [owner.uid, owner])).values(),
]

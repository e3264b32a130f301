import { factOf } from '../../src/provider/facts.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import type { Parts } from '../../src/plan/resource.ts'
import type { PrefixLists } from './facts.ts'
import { listsKeyOf } from './lookups.ts'
import type { Wish } from './wish.ts'

/** Rules that a security group takes unless its quota was raised. */
export const mostRules = 60

function known({ context, settings }: Pick<Wish, 'context' | 'settings'>): PrefixLists | undefined {
  const fact = factOf<PrefixLists>(context.facts, listsKeyOf(settings), '')
  return 'value' in fact ? fact.value : undefined
}

/** Prefix lists that do not exist. */
export function prefixListProblems(wish: Wish): readonly Problem[] {
  const setting = wish.settings.prefixLists
  const lists = known(wish)
  if (setting === undefined || lists === undefined) return []
  return setting.value
    .filter((id) => !(id in lists))
    .map((id) =>
      error('LB_PREFIX_LIST', setting.path, `the region has no prefix list ${id}`, {
        value: id,
        accepted: Object.keys(lists).toSorted().join(', '),
      }),
    )
}

/** A prefix list counts for as many rules as it may have entries, which fills a group soon. */
export function tooManyRules(wish: Wish, rules: Parts): readonly Problem[] {
  const lists = known(wish) ?? {}
  const sizes = Object.values(rules).map(({ spec, path }) => {
    const list = spec['PrefixListId']
    return { path, count: typeof list === 'string' ? (lists[list]?.maxEntries ?? 1) : 1 }
  })
  const all = sizes.reduce((sum, { count }) => sum + count, 0)
  if (all <= mostRules) return []
  const largest = sizes.toSorted((a, b) => b.count - a.count)[0]
  return [
    warning(
      'LB_AWS_TOO_MANY',
      largest?.path ?? 'spec.loadBalancerSourceRanges',
      `the group that lets clients in needs ${all} rules`,
      {
        accepted: `at most ${mostRules}, unless the quota of the account was raised`,
        hint: 'fewer ports or wider ranges need fewer rules; a prefix list counts for as many as it may have entries',
      },
    ),
  ]
}

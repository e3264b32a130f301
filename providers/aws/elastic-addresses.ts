import { error, type Problem } from '../../src/model/problem.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { factOf } from '../../src/provider/facts.ts'
import type { Asked } from './addresses-asked.ts'
import { type ElasticAddresses, elasticAddressesKey } from './facts.ts'
import type { Wish } from './wish.ts'

function known(context: Context): ElasticAddresses | undefined {
  const fact = factOf<ElasticAddresses>(context.facts, elasticAddressesKey, '')
  return 'value' in fact ? fact.value : undefined
}

/** The allocation that holds a public address. */
export const elasticByAddress = (context: Context, address: string): string | undefined =>
  Object.entries(known(context) ?? {}).find(([, one]) => one.address === address)?.[0]

/** Allocations that do not exist, or serve somebody else already. */
export function elasticProblems({ context, name }: Wish, asked: Asked | undefined): readonly Problem[] {
  const all = known(context)
  if (asked === undefined || all === undefined) return []
  const free = Object.entries(all)
    .filter(([, { usedBy }]) => usedBy === undefined)
    .map(([id]) => id)
  return asked.items.flatMap(({ text, value }): readonly Problem[] => {
    const one = typeof value === 'string' ? all[value] : undefined
    const details = {
      value: text,
      accepted: free.length === 0 ? 'an elastic address of the account; none is free' : free.join(', '),
    }
    if (one === undefined)
      return [error('LB_EIP_NOT_FOUND', asked.path, `the account has no elastic address ${text}`, details)]
    if (one.usedBy === undefined || one.usedBy === name) return []
    return [error('LB_EIP_IN_USE', asked.path, `${text} already serves ${one.usedBy}`, details)]
  })
}

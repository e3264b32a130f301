import type { Json } from '../../src/lib/json.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { Fact, GivenFacts, Lookup } from '../../src/provider/blueprint.ts'
import { certificateKey, type CertificateFact, type PoolFact, poolsKey } from './facts.ts'
import { noCertificate } from './certificate-problems.ts'
import { parseRange } from './server/pools.ts'

/** After the schema: the types are what it says. */
interface Given {
  readonly pools?: readonly PoolFact[]
  readonly certificates?: readonly (CertificateFact & { readonly source: string })[]
}

export function answerFrom({ key, what }: Lookup, given: GivenFacts): Fact {
  const { pools, certificates } = given as Given
  if (key === poolsKey)
    return pools === undefined ? { key, unknown: what } : { key, value: pools as unknown as Json }
  const found = certificates?.find(({ source }) => certificateKey(source) === key)
  if (found !== undefined) {
    const { source: _, ...fact } = found
    return { key, value: { ...fact } }
  }
  return certificates === undefined
    ? { key, unknown: what }
    : { key, problem: noCertificate(`${what} is not there`) }
}

/** What cannot be true at once. */
export function contradictionsIn(given: GivenFacts): readonly Problem[] {
  const { pools = [] } = given as Given
  return pools.flatMap(({ name, ranges }, at) => [
    ...(pools.findIndex((one) => one.name === name) === at
      ? []
      : [
          error('LB_FACTS_CONTRADICTION', `pools[${at}].name`, `there are two pools ${name}`, {
            value: name,
            hint: 'give one of them all the ranges',
          }),
        ]),
    ...ranges.flatMap((range, index) => {
      const parsed = parseRange(range)
      if (parsed.ok) return []
      const path = `pools[${at}].ranges[${index}]`
      return [error('LB_FACTS_CONTRADICTION', path, parsed.error, { value: range })]
    }),
  ])
}

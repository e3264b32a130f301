import type { Clock } from '../../src/lib/clock.ts'
import { isObject, type Json } from '../../src/lib/json.ts'
import type { Fact, Lookup } from '../../src/provider/blueprint.ts'
import type { LocalApi } from './api.ts'
import { toProviderError } from './errors.ts'
import { poolsKey } from './facts.ts'
import { factIn, readMaterial, type Sources } from './fetch-certificate.ts'

interface FactsOf {
  readonly api: LocalApi
  readonly clock: Clock
  readonly sources: Sources
}

export const fetchFacts = (
  of: FactsOf,
  asked: readonly Lookup[],
  signal: AbortSignal,
): Promise<readonly Fact[]> => Promise.all(asked.map((one) => fetchFact(of, one, signal)))

async function fetchFact(of: FactsOf, { key, what, args }: Lookup, signal: AbortSignal): Promise<Fact> {
  if (key === poolsKey) return { key, value: await fetchPools(of.api, signal) }
  const source = isObject(args) ? args['source'] : undefined
  if (typeof source !== 'string') return { key, unknown: what }
  const read = await readMaterial(source, of.sources, signal)
  return 'problem' in read
    ? { key, problem: read.problem }
    : { key, value: { ...factIn(read.material, of.clock.now()) } }
}

/** Without who holds what: that changes with every Service, and the balancer refuses what is held. */
async function fetchPools(api: LocalApi, signal: AbortSignal): Promise<Json> {
  try {
    return (await api.pools(signal)).map(({ name, ranges }) => ({ name, ranges }))
  } catch (error) {
    throw toProviderError('pools', error)
  }
}

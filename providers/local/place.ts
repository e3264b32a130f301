/** Which address a Service is on, and what of it the Service asks for. */
import type { JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { hasError, type Problem } from '../../src/model/problem.ts'
import { type Observed, unknown } from '../../src/plan/resource.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import { factOf } from '../../src/provider/facts.ts'
import type { LocalSettings } from './annotations.ts'
import { type LocalConfig, poolsOf } from './config.ts'
import { type PoolFact, poolsKey } from './facts.ts'
import { placeProblems } from './place-problems.ts'
import { isPrivateAddress, isPrivateRange } from './private-ranges.ts'
import { stackOfGroup } from './tags.ts'

export interface Place {
  readonly stack: string
  readonly group: string | undefined
  /** Of the address: all that it cannot change in place, as it was asked for when it was made. */
  readonly key: string
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

/** What is asked for, with where it is written. */
export interface Asked {
  readonly address: { readonly value: string; readonly path: string } | undefined
  readonly pool: { readonly value: string; readonly path: string } | undefined
  readonly internal: { readonly path: string } | undefined
}

export interface PlaceOf {
  readonly settings: LocalSettings
  readonly context: Context
  readonly config: LocalConfig
}

export function placeOf(lb: LoadBalancer, of: PlaceOf): Place {
  const { settings, context } = of
  const asked: Asked = {
    address: lb.requestedAddress ?? settings.address,
    pool: settings.pool,
    internal: settings.internal?.value === true ? settings.internal : undefined,
  }
  const pools = knownPools(of)
  const group = settings.group?.value
  const stack = group === undefined ? lb.owner.uid : stackOfGroup(group)
  const strict = keyOf(asked)
  // An address that several share is chosen by what each of them asks for alone; one's own is kept while it will do.
  const kept = group === undefined ? keptKey(context.observed, stack, strict, asked) : undefined
  const problems = placeProblems(lb, { asked, portable: settings.address, pools, stack, context })
  return {
    stack,
    group,
    key: kept ?? strict,
    spec: hasError(problems) ? {} : specOf(asked, pools),
    origins: originsOf(asked),
    problems,
  }
}

/** As the balancer says them, else as the settings do; undefined where nobody does. */
function knownPools({ context, config }: PlaceOf): readonly PoolFact[] | undefined {
  const known = factOf<readonly PoolFact[]>(context.facts, poolsKey, '')
  if ('value' in known) return known.value
  const configured = poolsOf(config)
  return configured.length === 0 ? undefined : configured
}

const keyOf = ({ address, pool, internal }: Asked): string => {
  const parts = [
    internal === undefined ? undefined : 'internal',
    pool === undefined ? undefined : `pool=${pool.value}`,
    address === undefined ? undefined : `address=${address.value}`,
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? 'address' : parts.join(',')
}

/** What is there and is as it is asked for, whatever was asked for when it was made: nobody is moved for nothing. */
function keptKey(
  observed: readonly Observed[],
  stack: string,
  strict: string,
  { address, pool, internal }: Asked,
): string | undefined {
  const fits = ({ out }: Observed): boolean =>
    (address === undefined || address.value === out['address']) &&
    (pool === undefined || pool.value === out['pool']) &&
    (internal === undefined || isPrivateAddress(out['address'] ?? ''))
  const keys = observed
    .filter((one) => one.kind === 'address' && one.stack === stack && fits(one))
    .map(({ key }) => key)
    .toSorted()
  return keys.includes(strict) ? strict : keys[0]
}

function specOf({ address, pool, internal }: Asked, pools: readonly PoolFact[] | undefined): JsonObject {
  const chosen = internal === undefined || address !== undefined ? undefined : privatePool(pools)
  const from = pool?.value ?? chosen
  return {
    ...(from === undefined ? {} : { pool: from }),
    ...(address === undefined ? {} : { address: address.value }),
  }
}

const privatePool = (pools: readonly PoolFact[] | undefined) =>
  pools === undefined
    ? unknown('a pool of private addresses')
    : pools.find(({ ranges }) => ranges.every(isPrivateRange))?.name

const originsOf = ({ address, pool, internal }: Asked): Record<string, string> => ({
  ...(pool === undefined ? {} : { pool: pool.path }),
  ...(pool === undefined && internal !== undefined ? { pool: internal.path } : {}),
  ...(address === undefined ? {} : { address: address.path }),
})

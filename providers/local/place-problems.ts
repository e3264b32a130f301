import { parseAddress } from '../../src/lib/ip.ts'
import type { Setting } from '../../src/model/annotations.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, type Problem } from '../../src/model/problem.ts'
import type { Context } from '../../src/provider/blueprint.ts'
import type { PoolFact } from './facts.ts'
import { holderIn } from './names.ts'
import type { Asked } from './place.ts'
import { isPrivateAddress, isPrivateRange, isWithin } from './private-ranges.ts'

interface Of {
  readonly asked: Asked
  /** The portable key, where it is given beside the field. */
  readonly portable: Setting<string> | undefined
  readonly pools: readonly PoolFact[] | undefined
  readonly stack: string
  readonly context: Context
}

export function placeProblems(lb: LoadBalancer, of: Of): readonly Problem[] {
  const { asked, portable } = of
  const { requestedAddress: field } = lb
  if (field !== undefined && portable !== undefined && field.value !== portable.value)
    return [
      error(
        'LB_ANNOTATION_CONFLICT',
        portable.path,
        `this asks for something else than ${field.path}: ${field.value}`,
        {
          value: portable.raw,
          accepted: 'one of the two, or the same in both',
          hint: `remove ${portable.key} or ${field.path}`,
        },
      ),
    ]
  const pool = poolProblems(of)
  return pool.length > 0 ? pool : [...addressProblems(lb, of), ...internalProblems(asked, of.pools)]
}

const namesOf = (pools: readonly PoolFact[]): string => pools.map(({ name }) => name).join(', ') || 'none'

const rangesText = (pools: readonly PoolFact[]): string =>
  pools.map(({ name, ranges }) => `${ranges.join(', ')} (${name})`).join(', ') || 'none'

function poolProblems({ asked: { pool }, pools }: Of): readonly Problem[] {
  if (pool === undefined || pools === undefined || pools.some(({ name }) => name === pool.value)) return []
  return [
    error('LB_LOCAL_POOL', pool.path, `the balancer has no pool ${pool.value}`, {
      value: pool.value,
      accepted: namesOf(pools),
    }),
  ]
}

function addressProblems(
  lb: LoadBalancer,
  { asked: { address, pool }, pools, stack, context }: Of,
): readonly Problem[] {
  if (address === undefined) return []
  const { value, path } = address
  const parsed = parseAddress(value)
  if (parsed.ok && parsed.value.family !== 'IPv4')
    return [
      error('LB_LOCAL_ADDRESS', path, 'the balancer has IPv4 addresses only', {
        value,
        accepted: 'an IPv4 address',
      }),
    ]
  if (pools === undefined) return []
  const usable = pools.filter(({ name }) => pool === undefined || name === pool.value)
  const from = usable.find(({ ranges }) => ranges.some((range) => isWithin(range, value)))
  if (from === undefined)
    return [
      error(
        'LB_LOCAL_ADDRESS',
        path,
        pool === undefined ? 'no pool has this address' : `the pool ${pool.value} does not have this address`,
        { value, accepted: `one of ${rangesText(usable)}` },
      ),
    ]
  const holder = from.held?.[value]
  const ours =
    holder === undefined ||
    holderIn(holder) === (stack === lb.owner.uid ? lb.owner.name : stack.replace('/', ' ')) ||
    context.observed.some(({ kind, out }) => kind === 'address' && out['address'] === value)
  return ours
    ? []
    : [
        error('LB_LOCAL_ADDRESS_TAKEN', path, `${value} is held by ${holderIn(holder)}`, {
          value,
          hint: 'who holds it keeps it; to share it, give both Services one lb-controller.io/group and the same address',
        }),
      ]
}

/** An internal Service never gets an address that the internet may lead to. */
function internalProblems(
  { internal, pool, address }: Asked,
  pools: readonly PoolFact[] | undefined,
): readonly Problem[] {
  if (internal === undefined) return []
  const accepted = 'an address of 127.0.0.0/8, RFC 1918, RFC 6598 or 169.254.0.0/16'
  if (address !== undefined)
    return isPrivateAddress(address.value)
      ? []
      : [
          error('LB_LOCAL_INTERNAL', address.path, 'the Service is internal, and this is a public address', {
            value: address.value,
            accepted,
          }),
        ]
  if (pools === undefined) return []
  const fit = pools.filter(({ ranges }) => ranges.every(isPrivateRange))
  if (pool === undefined ? fit.length > 0 : fit.some(({ name }) => name === pool.value)) return []
  return [
    error(
      'LB_LOCAL_INTERNAL',
      (pool ?? internal).path,
      pool === undefined
        ? 'the Service is internal, and every pool has public addresses'
        : `the Service is internal, and the pool ${pool.value} has public addresses`,
      {
        value: pool?.value ?? 'true',
        accepted: namesOf(fit),
        hint: 'give the balancer a pool of private addresses',
      },
    ),
  ]
}

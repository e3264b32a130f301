import { lastOf } from '../../../providers/azure/names.ts'
import { routingFor } from '../../../providers/azure/rules.ts'
import { portProblems } from '../../../providers/azure/port-problems.ts'
import type { FamilyWish, Wish } from '../../../providers/azure/wish.ts'
import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import { hasError } from '../../../src/model/problem.ts'
import type { Compare, Vector } from '../vector.ts'
import { byName, differences } from './differences.ts'
import { wishOf } from './wish.ts'

interface Context {
  readonly loadBalancerSKU?: string
  readonly loadBalancerName?: string
  readonly frontendIPConfigID?: Readonly<Record<string, string>>
  readonly backendPoolID?: Readonly<Record<string, string>>
  readonly clusterServiceLoadBalancerHealthProbeMode?: string
}

interface Expected {
  readonly error?: boolean
  readonly probes?: Readonly<Record<string, readonly unknown[]>>
  readonly loadBalancingRules?: Readonly<Record<string, readonly unknown[]>>
  /** A case that only counts. */
  readonly probeCount?: number
  readonly probeName?: string
  readonly ruleCount?: number
  readonly ruleProbeID?: string
}

/** The case names frontend, pool and load balancer itself: ours stand for them. */
function inTheirWords(properties: JsonObject, one: Vector, wish: Wish, { family }: FamilyWish): JsonObject {
  const { frontendIPConfigID, backendPoolID, loadBalancerName = '' } = one.context as Context
  const probe = isObject(properties['probe']) ? properties['probe']['id'] : undefined
  const scope = '/subscriptions/subscription/resourceGroups/rg/providers/Microsoft.Network/loadBalancers'
  return {
    ...properties,
    frontendIPConfiguration: { id: frontendIPConfigID?.[family] ?? '' },
    backendAddressPool: { id: backendPoolID?.[family] ?? '' },
    ...(typeof probe === 'string'
      ? { probe: { id: `${scope}/${loadBalancerName}/probes/${lastOf(probe)}` } }
      : {}),
  }
}

function builtFor(one: Vector) {
  const {
    loadBalancerSKU,
    loadBalancerName,
    clusterServiceLoadBalancerHealthProbeMode: mode,
  } = one.context as Context
  const { wish, refused } = wishOf(one, {
    config: {
      loadBalancerSku: loadBalancerSKU?.toLowerCase() === 'standard' ? 'standard' : 'basic',
      ...(loadBalancerName === undefined ? {} : { loadBalancerName }),
      clusterProbe: mode === 'shared' ? 'shared' : 'per-port',
    },
  })
  if (wish === undefined || refused || hasError(portProblems(wish))) return undefined
  return wish.families.map((family) => {
    const { rules, probes } = routingFor(wish, family)
    return {
      family: family.family,
      rules: rules.map(({ name, properties }) => ({
        name,
        properties: inTheirWords(properties, one, wish, family),
      })),
      probes: probes.map(({ name, properties }) => ({ name, properties })),
    }
  })
}

export const rulesAndProbes: Compare = (one) => {
  const expected = one.expected as Expected
  const built = builtFor(one)
  const error = differences(expected.error ?? false, built === undefined, 'error')
  if (built === undefined || expected.error === true) return error
  if (expected.ruleCount !== undefined) return [...error, ...counted(expected, built[0])]
  return built.flatMap(({ family, rules, probes }) => [
    ...differences(byName(expected.loadBalancingRules?.[family] ?? []), byName(rules), `${family} rules`),
    ...differences(byName(expected.probes?.[family] ?? []), byName(probes), `${family} probes`),
  ])
}

type Built = NonNullable<ReturnType<typeof builtFor>>[number]

function counted(expected: Expected, built: Built | undefined): readonly string[] {
  const ids = new Set(
    (built?.rules ?? []).map(({ properties }) =>
      isObject(properties['probe']) && typeof properties['probe']['id'] === 'string'
        ? properties['probe']['id']
        : '',
    ),
  )
  return differences(expected, {
    ruleCount: built?.rules.length,
    probeCount: built?.probes.length,
    ...(expected.probeName === undefined ? {} : { probeName: built?.probes[0]?.name }),
    ...(expected.ruleProbeID === undefined ? {} : { ruleProbeID: [...ids].join(' ') }),
  })
}

import type { JsonObject } from '../../src/lib/json.ts'
import { type Problem, warning } from '../../src/model/problem.ts'
import { has } from './config.ts'
import type { Wish } from './wish.ts'

interface Locality {
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

/** How much of the traffic each node gets: by weight of its pods, and from which zones. */
export function localityFor(wish: Wish): Locality {
  const weights = weightsOf(wish)
  const zones = zonesOf(wish)
  return {
    spec: { ...weights.spec, ...zones.spec },
    origins: { ...weights.origins, ...zones.origins },
    problems: [...weights.problems, ...zones.problems],
  }
}

function weightsOf({ lb, settings, internal, config }: Wish): Locality {
  const setting = settings.weighted
  const plain: JsonObject = internal || !has(config, 'weighted') ? {} : { localityLbPolicy: 'MAGLEV' }
  if (setting === undefined) return { spec: plain, origins: {}, problems: [] }
  const unused = (message: string, hint: string): Locality => ({
    spec: plain,
    origins: {},
    problems: [warning('LB_GCP_WEIGHTED', setting.path, message, { value: setting.raw, hint })],
  })
  if (!has(config, 'weighted'))
    return unused('the setting gcp.without switches weights off', `remove ${setting.key}`)
  if (lb.trafficPolicy !== 'Local')
    return unused(
      'nodes are weighted by their pods only where externalTrafficPolicy is Local',
      'set spec.externalTrafficPolicy to Local, or remove the annotation',
    )
  return {
    spec: { localityLbPolicy: internal ? 'WEIGHTED_GCP_RENDEZVOUS' : 'WEIGHTED_MAGLEV' },
    origins: { localityLbPolicy: setting.path },
    problems: [],
  }
}

const spillover = (mode: string): JsonObject => ({
  networkPassThroughLbTrafficPolicy: {
    zonalAffinity: {
      spillover: mode,
      ...(mode === 'ZONAL_AFFINITY_SPILL_CROSS_ZONE' ? { spilloverRatio: 0 } : {}),
    },
  },
})

const spilloverPath = 'networkPassThroughLbTrafficPolicy.zonalAffinity.spillover'
const near = new Set(['PreferClose', 'PreferSameZone'])

function zonesOf({ lb, settings, internal, config }: Wish): Locality {
  const everywhere = spillover('ZONAL_AFFINITY_DISABLED')
  const crossZone = settings.crossZone
  if (crossZone?.value === false) {
    if (internal)
      return {
        spec: spillover('ZONAL_AFFINITY_STAY_WITHIN_ZONE'),
        origins: { [spilloverPath]: crossZone.path },
        problems: [],
      }
    const message = 'external load balancers send to the nodes of all zones'
    return {
      spec: everywhere,
      origins: {},
      problems: [
        warning('LB_GCP_INTERNAL_ONLY', crossZone.path, message, {
          value: crossZone.raw,
          accepted: 'true',
          hint: `remove ${crossZone.key}`,
        }),
      ],
    }
  }
  const { trafficDistribution } = lb
  const path = 'spec.trafficDistribution'
  if (trafficDistribution === undefined || !near.has(trafficDistribution) || crossZone !== undefined)
    return { spec: everywhere, origins: {}, problems: [] }
  if (internal && has(config, 'zonal-affinity'))
    return {
      spec: spillover('ZONAL_AFFINITY_SPILL_CROSS_ZONE'),
      origins: { [spilloverPath]: path },
      problems: [],
    }
  const why = internal
    ? 'the setting gcp.without switches zonal affinity off'
    : 'external load balancers send to the nodes of all zones; the nodes still prefer near pods'
  return {
    spec: everywhere,
    origins: {},
    problems: [warning('LB_GCP_DISTRIBUTION', path, why, { value: trafficDistribution })],
  }
}

import type { JsonObject } from '../../src/lib/json.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { has } from './config.ts'
import type { Wish } from './wish.ts'

interface Affinity {
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

const tracking = 'connectionTrackingPolicy'
const timeoutPath = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'

/** Which packets go to one node, and how long that is remembered. */
export function affinityFor(wish: Wish): Affinity {
  const { lb, settings, proxy } = wish
  const client = lb.affinity !== undefined
  const spec = { sessionAffinity: client ? 'CLIENT_IP' : 'NONE' }
  const origins = client ? { sessionAffinity: 'spec.sessionAffinity' } : {}
  const strong = settings.strongAffinity
  if (strong !== undefined) {
    const problems = strongProblems(wish)
    if (problems.length > 0) return { spec, origins, problems }
    return {
      spec: {
        ...spec,
        [tracking]: {
          trackingMode: 'PER_SESSION',
          enableStrongAffinity: true,
          idleTimeoutSec: lb.affinity?.timeoutSeconds ?? 0,
        },
      },
      origins: {
        ...origins,
        [`${tracking}.trackingMode`]: strong.path,
        [`${tracking}.enableStrongAffinity`]: strong.path,
        [`${tracking}.idleTimeoutSec`]: timeoutPath,
      },
      problems: [],
    }
  }
  const idle = settings.idleTimeout
  if (idle === undefined || proxy) return { spec, origins, problems: [] }
  if (!client || !wish.internal || idle.value < 60 || idle.value > 57_600)
    return { spec, origins, problems: [idleUnused(idle.path, idle.raw)] }
  return {
    spec: { ...spec, [tracking]: { trackingMode: 'PER_SESSION', idleTimeoutSec: idle.value } },
    origins: {
      ...origins,
      [`${tracking}.trackingMode`]: idle.path,
      [`${tracking}.idleTimeoutSec`]: idle.path,
    },
    problems: [],
  }
}

const idleUnused = (path: string, value: string): Problem =>
  warning(
    'LB_GCP_IDLE_TIMEOUT',
    path,
    'a load balancer that passes packets on takes an idle time-out only if it is internal and keeps clients on nodes',
    {
      value,
      accepted: '60 to 57600 seconds, with sessionAffinity: ClientIP on an internal load balancer',
      hint: 'remove the annotation: connections are forgotten when the cloud decides',
    },
  )

function strongProblems({ lb, settings, internal, config, proxy }: Wish): readonly Problem[] {
  const setting = settings.strongAffinity
  if (setting === undefined) return []
  const wrong = (path: string, message: string, value: string, accepted: string): readonly Problem[] => [
    error('LB_GCP_STRONG_AFFINITY', path, message, {
      value,
      accepted,
      hint: `correct this, or remove ${setting.key}`,
    }),
  ]
  if (!has(config, 'strong-affinity'))
    return wrong(
      setting.path,
      'the setting gcp.without switches strong affinity off',
      setting.raw,
      'no annotation',
    )
  if (internal || proxy)
    return wrong(
      setting.path,
      'only external load balancers that pass packets on have strong session affinity',
      setting.raw,
      'an external load balancer',
    )
  if (lb.affinity === undefined)
    return wrong('spec.sessionAffinity', 'strong session affinity needs session affinity', 'None', 'ClientIP')
  const seconds = lb.affinity.timeoutSeconds
  if (seconds >= 60 && seconds <= 57_600) return []
  return wrong(
    timeoutPath,
    `strong session affinity cannot last ${seconds} seconds`,
    String(seconds),
    '60 to 57600 seconds',
  )
}

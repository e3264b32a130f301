import type { Json, JsonObject } from '../../src/lib/json.ts'
import { error, note, type Problem } from '../../src/model/problem.ts'
import { type Observed, unknown } from '../../src/plan/resource.ts'
import type { Setting } from '../../src/model/annotations.ts'
import type { Wish } from './wish.ts'

/** How a node is asked whether it is well. */
export interface HealthCheck {
  /** All Services with policy Cluster ask the same, and share one check. */
  readonly shared: boolean
  readonly spec: JsonObject
  readonly port: Json
  readonly origins: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

const kubeProxyPort = 10_256

/** Policy Local must hear of a node that lost its pods at once; for all others a node is up as long as its proxy is. */
export const sharedNumbers = {
  checkIntervalSec: 8,
  timeoutSec: 1,
  healthyThreshold: 1,
  unhealthyThreshold: 3,
}
export const localNumbers = { checkIntervalSec: 3, timeoutSec: 1, healthyThreshold: 1, unhealthyThreshold: 2 }
export type Numbers = typeof sharedNumbers

/** Numbers that somebody raised in the cloud stay; lower ones are raised to ours. */
export function notLower(ours: Numbers, seen: JsonObject | undefined): Numbers {
  const raised = (name: keyof Numbers): number => {
    const value = seen?.[name]
    return typeof value === 'number' ? Math.max(value, ours[name]) : ours[name]
  }
  return {
    checkIntervalSec: raised('checkIntervalSec'),
    timeoutSec: raised('timeoutSec'),
    healthyThreshold: raised('healthyThreshold'),
    unhealthyThreshold: raised('unhealthyThreshold'),
  }
}

export function healthCheckFor(wish: Wish, standing: (shared: boolean) => Observed | undefined): HealthCheck {
  const { lb, settings, proxy } = wish
  const asked = {
    checkIntervalSec: settings.healthCheckInterval,
    timeoutSec: settings.healthCheckTimeout,
    healthyThreshold: settings.healthyThreshold,
    unhealthyThreshold: settings.unhealthyThreshold,
  }
  const { healthCheckProtocol, healthCheckPort, healthCheckPath } = settings
  const own =
    [...Object.values(asked), healthCheckProtocol, healthCheckPort, healthCheckPath].some(
      (setting) => setting !== undefined,
    ) || proxy
  const local = lb.trafficPolicy === 'Local'
  const shared = !local && !own
  const numbers = notLower(local ? localNumbers : sharedNumbers, standing(shared)?.spec)
  const origins: Record<string, string> = {}
  const spec: Record<string, Json> = { ...numbers }
  for (const [field, setting] of Object.entries(asked)) {
    if (setting === undefined) continue
    spec[field] = setting.value
    origins[field] = setting.path
  }
  const type = healthCheckProtocol?.value ?? 'HTTP'
  const port = portOf(wish, healthCheckPort)
  const block = `${type.toLowerCase()}HealthCheck`
  const path = type === 'TCP' ? {} : { requestPath: healthCheckPath?.value ?? '/healthz' }
  const from = (field: string, setting: Setting<unknown> | undefined): void => {
    if (setting !== undefined) origins[field] = setting.path
  }
  from('type', healthCheckProtocol)
  from(`${block}.port`, healthCheckPort)
  from(`${block}.requestPath`, healthCheckPath)
  if (local && healthCheckPort === undefined) origins[`${block}.port`] = 'spec.externalTrafficPolicy'
  return {
    shared,
    port,
    spec: { type, ...spec, [block]: { port, ...path } },
    origins,
    problems: problemsOf(wish, Number(spec['timeoutSec']), Number(spec['checkIntervalSec']), type),
  }
}

function portOf({ lb }: Wish, setting: Setting<string> | undefined): Json {
  const [first] = lb.ports
  if (setting?.value === 'traffic-port')
    return first?.nodePort ?? unknown(`the nodePort of ${first?.port}, which the API server allocates`)
  if (setting !== undefined) return Number(setting.value)
  if (lb.trafficPolicy === 'Cluster') return kubeProxyPort
  return lb.healthCheckNodePort ?? unknown('the healthCheckNodePort, which the API server allocates')
}

function problemsOf({ settings }: Wish, timeout: number, interval: number, type: string): readonly Problem[] {
  const { healthCheckTimeout, healthCheckInterval, healthCheckPath } = settings
  const problems: Problem[] = []
  const setting = healthCheckTimeout ?? healthCheckInterval
  if (setting !== undefined && timeout > interval)
    problems.push(
      error(
        'LB_GCP_HEALTH_TIMEOUT',
        setting.path,
        `a check may last ${timeout} s, longer than the ${interval} s to the next`,
        {
          value: setting.raw,
          accepted: healthCheckTimeout === undefined ? `at least ${timeout}` : `at most ${interval}`,
          hint: 'make the time-out at most as long as the interval',
        },
      ),
    )
  if (type === 'TCP' && healthCheckPath !== undefined)
    problems.push(
      note('LB_GCP_HEALTH_PATH', healthCheckPath.path, 'a TCP check asks for no path', {
        value: healthCheckPath.raw,
        hint: `remove ${healthCheckPath.key}, or check with HTTP`,
      }),
    )
  return problems
}

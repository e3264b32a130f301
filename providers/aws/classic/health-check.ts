import type { JsonObject } from '../../../src/lib/json.ts'
import type { Setting } from '../../../src/model/annotations.ts'
import { error, type Problem } from '../../../src/model/problem.ts'
import { unknown } from '../../../src/plan/resource.ts'
import { allocated, nodePortGap } from '../routes.ts'
import type { Wish } from '../wish.ts'

/** As in cloud-provider-aws: a node goes out after six failures, and is back after two good answers. */
const defaults = { interval: 10, timeout: 5, healthy: 2, unhealthy: 6 } as const

interface ClassicHealthCheck {
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
  readonly problems: readonly Problem[]
}

/** One check for the whole load balancer, written as one text: `TCP:31000`, `HTTP:32000/healthz`. */
export function classicHealthCheck(wish: Wish): ClassicHealthCheck {
  const { settings } = wish
  const { port, gap, problems } = portOf(wish)
  const protocol = protocolOf(wish)
  const web = protocol === 'HTTP' || protocol === 'HTTPS'
  const path = web
    ? (settings.healthCheckPath?.value ?? (wish.lb.trafficPolicy === 'Local' ? '/healthz' : '/'))
    : ''
  const interval = settings.healthCheckInterval?.value ?? defaults.interval
  return {
    spec: {
      Target: port === undefined ? unknown(allocated(gap)) : `${protocol}:${port}${path}`,
      Interval: interval,
      Timeout: settings.healthCheckTimeout?.value ?? Math.min(defaults.timeout, interval - 1),
      HealthyThreshold: settings.healthyThreshold?.value ?? defaults.healthy,
      UnhealthyThreshold: settings.unhealthyThreshold?.value ?? defaults.unhealthy,
    },
    origins: originsOf(wish),
    problems: [...problems, ...rangeProblems(wish, interval)],
  }
}

function protocolOf({ lb, settings }: Wish): string {
  if (settings.healthCheckProtocol !== undefined) return settings.healthCheckProtocol.value
  if (lb.trafficPolicy === 'Local') return 'HTTP'
  const backend = settings.backendProtocol?.value
  return settings.certificates !== undefined && (backend === 'https' || backend === 'ssl') ? 'SSL' : 'TCP'
}

interface Where {
  readonly port: number | undefined
  readonly gap: string
  readonly problems: readonly Problem[]
}

function portOf({ lb, settings: { healthCheckPort: setting } }: Wish): Where {
  const [first] = lb.ports
  const traffic: Where = { port: first?.nodePort, gap: nodePortGap(first?.port ?? 0), problems: [] }
  if (setting === undefined)
    return lb.trafficPolicy === 'Local'
      ? { port: lb.healthCheckNodePort, gap: 'healthCheckNodePort', problems: [] }
      : traffic
  const asked = setting.value
  if (asked.is === 'traffic-port') return traffic
  if (asked.is === 'number') return { port: asked.port, gap: '', problems: [] }
  const named = lb.ports.find((port) => port.name === asked.name)
  if (named !== undefined) return { port: named.nodePort, gap: nodePortGap(named.port), problems: [] }
  const message = `the Service has no port named ${asked.name}`
  const accepted = ['traffic-port', 'a number', ...lb.ports.flatMap((port) => port.name ?? [])].join(', ')
  return {
    ...traffic,
    problems: [error('LB_HEALTH_CHECK_PORT', setting.path, message, { value: setting.raw, accepted })],
  }
}

/** A Classic Load Balancer takes narrower figures than the others. */
function rangeProblems({ settings }: Wish, interval: number): readonly Problem[] {
  const { healthCheckInterval, healthCheckTimeout, healthyThreshold, unhealthyThreshold } = settings
  const timeout = healthCheckTimeout?.value
  return [
    ...outside(healthCheckInterval, 5, 300),
    ...outside(healthCheckTimeout, 2, 60),
    ...outside(healthyThreshold, 2, 10),
    ...outside(unhealthyThreshold, 2, 10),
    ...(healthCheckTimeout === undefined || timeout === undefined || timeout < interval
      ? []
      : [
          error(
            'LB_HEALTH_CHECK_TIMEOUT',
            healthCheckTimeout.path,
            `a check of a Classic Load Balancer has to end (${timeout} s) before the next begins (${interval} s)`,
            { value: healthCheckTimeout.raw, accepted: `less than ${interval}` },
          ),
        ]),
  ]
}

function outside(setting: Setting<number> | undefined, min: number, max: number): readonly Problem[] {
  if (setting === undefined || (setting.value >= min && setting.value <= max)) return []
  const details = { value: setting.raw, accepted: `a whole number from ${min} to ${max}` }
  return [
    error(
      'LB_ANNOTATION_INTEGER',
      setting.path,
      'a Classic Load Balancer does not take this figure',
      details,
    ),
  ]
}

function originsOf({ lb, settings }: Wish): Record<string, string> {
  const target =
    settings.healthCheckPort ?? settings.healthCheckProtocol ?? settings.healthCheckPath ?? undefined
  const fallback =
    lb.trafficPolicy === 'Local'
      ? 'spec.healthCheckNodePort'
      : `spec.ports[${lb.ports[0]?.index ?? 0}].nodePort`
  const named = {
    Interval: settings.healthCheckInterval,
    Timeout: settings.healthCheckTimeout,
    HealthyThreshold: settings.healthyThreshold,
    UnhealthyThreshold: settings.unhealthyThreshold,
  }
  return {
    'HealthCheck.Target': target?.path ?? fallback,
    ...Object.fromEntries(
      Object.entries(named).flatMap(([field, setting]) =>
        setting === undefined ? [] : [[`HealthCheck.${field}`, setting.path]],
      ),
    ),
  }
}

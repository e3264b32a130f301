import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { LocalSettings } from './annotations.ts'
import type { LocalConfig } from './config.ts'
import type { Route } from './routes.ts'

const defaults = { intervalSeconds: 2, timeoutSeconds: 1, healthy: 1, unhealthy: 2 } as const

const trafficPort = 'traffic-port'

interface Check {
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
}

/**
 * How the nodes behind a port are checked; undefined where nothing can be asked. With policy Local nodes are told apart
 * by their healthCheckNodePort. Nothing answers TCP behind a UDP port, so its nodes are asked for their proxy.
 */
export function healthOf(
  lb: LoadBalancer,
  { protocol }: Route,
  settings: LocalSettings,
  config: LocalConfig,
): Check | undefined {
  const local = lb.trafficPolicy === 'Local'
  const asked = settings.healthCheckProtocol?.value
  const named = settings.healthCheckPort?.value
  const ofProxy = protocol === 'UDP' || (!local && asksProxy(settings, config))
  const http = (asked ?? (local || ofProxy ? 'HTTP' : 'TCP')) === 'HTTP'
  const given = named === undefined || named === trafficPort ? undefined : Number(named)
  const usual = named === undefined && local && http ? localPort(lb) : undefined
  const port = given ?? usual ?? (ofProxy ? config.nodeHealthPort : undefined)
  if (port === 0) return undefined
  const interval = settings.healthCheckInterval?.value ?? defaults.intervalSeconds
  const timeout = settings.healthCheckTimeout?.value ?? Math.min(defaults.timeoutSeconds, interval)
  return {
    spec: {
      protocol: http ? 'HTTP' : 'TCP',
      ...(port === undefined ? {} : { port }),
      ...(http ? { path: settings.healthCheckPath?.value ?? '/healthz' } : {}),
      intervalMs: interval * 1000,
      timeoutMs: timeout * 1000,
      healthyThreshold: settings.healthCheckHealthyThreshold?.value ?? defaults.healthy,
      unhealthyThreshold: settings.healthCheckUnhealthyThreshold?.value ?? defaults.unhealthy,
    },
    origins: originsOf(lb, settings),
  }
}

/** A Service that says what is asked, or where, is asked just that. */
const asksProxy = (
  { healthCheckProtocol, healthCheckPort, healthCheckPath }: LocalSettings,
  { nodeHealth, nodeHealthPort }: LocalConfig,
): boolean =>
  nodeHealth === 'proxy' &&
  nodeHealthPort !== 0 &&
  (healthCheckProtocol ?? healthCheckPort ?? healthCheckPath) === undefined

const localPort = ({ healthCheckNodePort }: LoadBalancer): Json =>
  healthCheckNodePort ?? unknown('the healthCheckNodePort, which the API server allocates')

function originsOf(lb: LoadBalancer, settings: LocalSettings): Record<string, string> {
  const policy = lb.trafficPolicy === 'Local' ? 'spec.externalTrafficPolicy' : undefined
  const paths: readonly (readonly [string, string | undefined])[] = [
    ['protocol', settings.healthCheckProtocol?.path ?? policy],
    [
      'port',
      settings.healthCheckPort?.path ?? (policy === undefined ? undefined : 'spec.healthCheckNodePort'),
    ],
    ['path', settings.healthCheckPath?.path ?? policy],
    ['intervalMs', settings.healthCheckInterval?.path],
    ['timeoutMs', settings.healthCheckTimeout?.path],
    ['healthyThreshold', settings.healthCheckHealthyThreshold?.path],
    ['unhealthyThreshold', settings.healthCheckUnhealthyThreshold?.path],
  ]
  return Object.fromEntries(
    paths.flatMap(([field, path]) => (path === undefined ? [] : [[`healthCheck.${field}`, path]])),
  )
}

export function healthProblems(lb: LoadBalancer, settings: LocalSettings): readonly Problem[] {
  const { healthCheckInterval, healthCheckTimeout, healthCheckPort, healthCheckPath } = settings
  const interval = healthCheckInterval?.value ?? defaults.intervalSeconds
  const port = Number(healthCheckPort?.value)
  const udp = lb.ports.filter(({ protocol }) => protocol === 'UDP')
  return [
    ...(healthCheckTimeout !== undefined && healthCheckTimeout.value > interval
      ? [
          error(
            'LB_LOCAL_HEALTH_CHECK',
            healthCheckTimeout.path,
            `a check that may take ${healthCheckTimeout.value} s is not over when the next one is due, after ${interval} s`,
            { value: healthCheckTimeout.raw, accepted: `at most ${interval} seconds` },
          ),
        ]
      : []),
    ...(healthCheckPort !== undefined && port > 65_535
      ? [
          error('LB_LOCAL_HEALTH_CHECK', healthCheckPort.path, `${port} is not a port number`, {
            value: healthCheckPort.raw,
            accepted: 'traffic-port, or 1 to 65535',
          }),
        ]
      : []),
    ...(healthCheckPort?.value === trafficPort && udp.length > 0
      ? [
          warning(
            'LB_LOCAL_HEALTH_CHECK',
            healthCheckPort.path,
            'nothing answers a check on a UDP port; nodes are asked on the setting nodeHealthPort there',
            { value: healthCheckPort.raw },
          ),
        ]
      : []),
    ...(healthCheckPath !== undefined && settings.healthCheckProtocol?.value === 'TCP'
      ? [
          warning('LB_LOCAL_HEALTH_CHECK', healthCheckPath.path, 'a TCP check asks for no path', {
            value: healthCheckPath.raw,
          }),
        ]
      : []),
  ]
}

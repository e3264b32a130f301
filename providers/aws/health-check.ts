import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { AwsSettings } from './annotations.ts'
import { allocated, nodePortGap, type Route } from './routes.ts'

export interface HealthCheck {
  /** The fields of a target group. */
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
  /** Where nodes are asked; while nobody knows, `gap` says what will be known. */
  readonly port: number | undefined
  readonly gap: string
  readonly problems: readonly Problem[]
}

/** The defaults of cloud-provider-aws. Its Local row names no timeout, so AWS's own of HTTP holds: 6 s. */
const cluster = { protocol: 'TCP', path: '/', interval: 30, threshold: 3 } as const
const local = { protocol: 'HTTP', path: '/healthz', interval: 10, threshold: 2 } as const

export function healthCheckFor(lb: LoadBalancer, route: Route, settings: AwsSettings): HealthCheck {
  const defaults = lb.trafficPolicy === 'Local' ? local : cluster
  const protocol = settings.healthCheckProtocol?.value ?? defaults.protocol
  const interval = settings.healthCheckInterval?.value ?? defaults.interval
  const timeout = settings.healthCheckTimeout?.value ?? Math.min(interval, protocol === 'HTTP' ? 6 : 10)
  const where = portOf(lb, route, settings)
  const http = protocol !== 'TCP'
  const spec = {
    HealthCheckProtocol: protocol,
    HealthCheckPort: where.spec,
    HealthCheckIntervalSeconds: interval,
    HealthCheckTimeoutSeconds: timeout,
    HealthyThresholdCount: settings.healthyThreshold?.value ?? defaults.threshold,
    UnhealthyThresholdCount: settings.unhealthyThreshold?.value ?? defaults.threshold,
    ...(http ? { HealthCheckPath: settings.healthCheckPath?.value ?? defaults.path } : {}),
    ...(http ? { Matcher: { HttpCode: settings.successCodes?.value ?? '200-399' } } : {}),
  }
  return {
    spec,
    origins: originsOf(lb, settings),
    port: where.port,
    gap: where.gap,
    problems: [...where.problems, ...timing(settings, interval, timeout), ...udpUnseen(lb, route, settings)],
  }
}

interface Where {
  readonly spec: Json
  readonly port: number | undefined
  readonly gap: string
  readonly problems: readonly Problem[]
}

function portOf(lb: LoadBalancer, route: Route, { healthCheckPort: setting }: AwsSettings): Where {
  const gap = nodePortGap(route.port)
  const traffic: Where = { spec: 'traffic-port', port: route.nodePort, gap, problems: [] }
  if (setting === undefined) {
    if (lb.trafficPolicy === 'Cluster') return traffic
    return at(lb.healthCheckNodePort, 'healthCheckNodePort')
  }
  const asked = setting.value
  if (asked.is === 'traffic-port') return traffic
  if (asked.is === 'number') return at(asked.port, '')
  const named = lb.ports.find((port) => port.name === asked.name)
  if (named !== undefined) return at(named.nodePort, nodePortGap(named.port))
  const names = lb.ports.flatMap((port) => port.name ?? [])
  const problem = error('LB_HEALTH_CHECK_PORT', setting.path, `the Service has no port named ${asked.name}`, {
    value: setting.raw,
    accepted: ['traffic-port', 'a number', ...names].join(', '),
  })
  return { ...traffic, problems: [problem] }
}

const at = (port: number | undefined, gap: string): Where => ({
  spec: port === undefined ? unknown(allocated(gap)) : String(port),
  port,
  gap,
  problems: [],
})

function timing(settings: AwsSettings, interval: number, timeout: number): readonly Problem[] {
  const setting = settings.healthCheckTimeout
  if (setting === undefined || timeout <= interval) return []
  return [
    error(
      'LB_HEALTH_CHECK_TIMEOUT',
      setting.path,
      `a check may not take longer (${timeout} s) than the time to the next (${interval} s)`,
      { value: setting.raw, accepted: `at most ${interval}` },
    ),
  ]
}

/** Behind a UDP node port nothing answers TCP, so this check can only fail; the load balancer then sends to all nodes. */
function udpUnseen(lb: LoadBalancer, route: Route, settings: AwsSettings): readonly Problem[] {
  if (route.protocol !== 'UDP' || lb.trafficPolicy === 'Local') return []
  if (settings.healthCheckPort !== undefined && settings.healthCheckPort.value.is !== 'traffic-port')
    return []
  return [
    warning(
      'LB_UDP_HEALTH_CHECK',
      route.path,
      `the health check asks over TCP, which nothing answers on the node port of UDP port ${route.port}`,
      {
        hint: 'set aws-load-balancer-healthcheck-port to 10256, -protocol to HTTP and -path to /healthz to ask the node proxy',
      },
    ),
  ]
}

function originsOf(lb: LoadBalancer, settings: AwsSettings): Record<string, string> {
  const policy = 'spec.externalTrafficPolicy'
  const hcPort = lb.trafficPolicy === 'Local' ? 'spec.healthCheckNodePort' : policy
  return {
    HealthCheckProtocol: settings.healthCheckProtocol?.path ?? policy,
    HealthCheckPort: settings.healthCheckPort?.path ?? hcPort,
    HealthCheckPath: settings.healthCheckPath?.path ?? policy,
    HealthCheckIntervalSeconds: settings.healthCheckInterval?.path ?? policy,
    HealthCheckTimeoutSeconds: settings.healthCheckTimeout?.path ?? policy,
    HealthyThresholdCount: settings.healthyThreshold?.path ?? policy,
    UnhealthyThresholdCount: settings.unhealthyThreshold?.path ?? policy,
    'Matcher.HttpCode': settings.successCodes?.path ?? policy,
  }
}

import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, type Problem, warning } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { Setting } from '../../src/model/annotations.ts'
import type { AwsSettings } from './annotations.ts'
import type { Layout } from './layout.ts'
import { allocated, type Route, targetOf } from './routes.ts'

export interface HealthCheck {
  /** The fields of a target group. */
  readonly spec: JsonObject
  readonly origins: Readonly<Record<string, string>>
  /** Where nodes are asked; while nobody knows, `gap` says what will be known. */
  readonly port: number | undefined
  readonly gap: string
  readonly problems: readonly Problem[]
}

interface Defaults {
  readonly protocol: 'TCP' | 'HTTP'
  readonly path: string
  readonly interval: number
  readonly threshold: number
  /** Undefined: what AWS fills in for the protocol. */
  readonly timeout?: number
  readonly port?: number
}

/** Those of cloud-provider-aws. Its Local row names no timeout, so AWS's own of HTTP holds: 6 s. */
const ofNodes = { protocol: 'TCP', path: '/', interval: 30, threshold: 3 } as const
const ofLocalNodes = { protocol: 'HTTP', path: '/healthz', interval: 10, threshold: 2 } as const
/** The node proxy answers for the node, whatever Service is asked for. */
const ofNodeProxy = { ...ofNodes, protocol: 'HTTP', path: '/healthz', port: 10_256 } as const
/** Those of the AWS Load Balancer Controller. */
const ofTargets = { protocol: 'TCP', path: '/', interval: 10, threshold: 3, timeout: 10 } as const

/** Whose numbers hold, for a kind of load balancer and what it sends to. */
function defaultsFor(lb: LoadBalancer, route: Route, { style, nodeProxy }: HealthStyle): Defaults {
  const local = lb.trafficPolicy === 'Local' && route.target.type === 'instance'
  if (style === 'controller') return local ? { ...ofLocalNodes, timeout: 6 } : ofTargets
  return local ? ofLocalNodes : nodeProxy === true && route.target.type === 'instance' ? ofNodeProxy : ofNodes
}

interface HealthStyle {
  readonly style: Layout['style']
  /** Ask the node proxy rather than the node port. */
  readonly nodeProxy?: boolean
}

export function healthCheckFor(
  lb: LoadBalancer,
  route: Route,
  settings: AwsSettings,
  how: HealthStyle = { style: 'nodes' },
): HealthCheck {
  const defaults = defaultsFor(lb, route, how)
  const protocol = settings.healthCheckProtocol?.value ?? defaults.protocol
  const interval = settings.healthCheckInterval?.value ?? defaults.interval
  const timeout =
    settings.healthCheckTimeout?.value ??
    Math.min(interval, defaults.timeout ?? (protocol === 'HTTP' ? 6 : 10))
  const where = portOf(lb, route, settings, defaults.port)
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
    problems: [
      ...where.problems,
      ...timing(settings, interval, timeout, how.style),
      ...(where.is === 'traffic' ? udpUnseen(route) : []),
    ],
  }
}

interface Where {
  readonly spec: Json
  readonly port: number | undefined
  readonly gap: string
  readonly is: 'traffic' | 'other'
  readonly problems: readonly Problem[]
}

function portOf(
  lb: LoadBalancer,
  route: Route,
  { healthCheckPort: setting }: AwsSettings,
  usual: number | undefined,
): Where {
  const { target } = route
  const traffic: Where = {
    spec: 'traffic-port',
    port: target.port,
    gap: target.gap,
    is: 'traffic',
    problems: [],
  }
  if (setting === undefined) {
    if (usual !== undefined) return at(usual, '')
    if (lb.trafficPolicy === 'Cluster' || target.type === 'ip') return traffic
    return at(lb.healthCheckNodePort, 'healthCheckNodePort')
  }
  const asked = setting.value
  if (asked.is === 'traffic-port') return traffic
  if (asked.is === 'number') return at(asked.port, '')
  const named = lb.ports.find((port) => port.name === asked.name)
  if (named !== undefined) {
    const { port, gap, named: byName } = targetOf(named, target.type)
    if (byName === undefined) return at(port, gap)
    return { ...traffic, problems: [namedTwice(setting, byName)] }
  }
  const names = lb.ports.flatMap((port) => port.name ?? [])
  const problem = error('LB_HEALTH_CHECK_PORT', setting.path, `the Service has no port named ${asked.name}`, {
    value: setting.raw,
    accepted: ['traffic-port', 'a number', ...names].join(', '),
  })
  return { ...traffic, problems: [problem] }
}

/** A target group checks one port on all its targets, and pods may give a name to different ones. */
const namedTwice = (setting: Setting<unknown>, targetPort: string): Problem =>
  error(
    'LB_HEALTH_CHECK_PORT',
    setting.path,
    `that port leads to the port ${targetPort} of the pods, a name that may be another number on each`,
    { value: setting.raw, accepted: 'traffic-port, or a number' },
  )

const at = (port: number | undefined, gap: string): Where => ({
  spec: port === undefined ? unknown(allocated(gap)) : String(port),
  port,
  gap,
  is: 'other',
  problems: [],
})

/** The AWS Load Balancer Controller passes such a pair on to AWS, so manifests for it are warned of it only. */
function timing(
  settings: AwsSettings,
  interval: number,
  timeout: number,
  style: Layout['style'],
): readonly Problem[] {
  const setting = settings.healthCheckTimeout
  if (setting === undefined || timeout <= interval) return []
  const say = style === 'controller' ? warning : error
  return [
    say(
      'LB_HEALTH_CHECK_TIMEOUT',
      setting.path,
      `a check may not take longer (${timeout} s) than the time to the next (${interval} s)`,
      { value: setting.raw, accepted: `at most ${interval}` },
    ),
  ]
}

/** Behind a UDP node port nothing answers TCP, so this check can only fail; the load balancer then sends to all nodes. */
function udpUnseen(route: Route): readonly Problem[] {
  if (route.transports.includes('tcp')) return []
  if (route.target.type === 'ip')
    return [
      warning(
        'LB_UDP_HEALTH_CHECK',
        route.path,
        `the health check asks the pods over TCP, on the port of theirs that UDP port ${route.port} leads to`,
        {
          hint: 'name a TCP port that they answer on in aws-load-balancer-healthcheck-port, if that is another one',
        },
      ),
    ]
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

import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { LoadBalancer, Protocol } from '../../src/model/load-balancer.ts'
import { emulated, type Problem, warning } from '../../src/model/problem.ts'
import { unknown } from '../../src/plan/resource.ts'
import type { OpenStackSettings } from './annotations.ts'
import type { OpenStackConfig } from './config.ts'
import type { Features } from './features.ts'

export interface Timing {
  readonly delay: number
  readonly timeout: number
  readonly maxRetries: number
  readonly maxRetriesDown: number
}

const plain: Readonly<Record<Protocol, string>> = { TCP: 'TCP', UDP: 'UDP-CONNECT', SCTP: 'SCTP' }

/** OVN asks TCP and UDP only; for a UDP port HTTP came late. */
const canAskHttp = (protocol: Protocol, features: Pick<Features, 'ovn' | 'httpMonitorOnUdp'>): boolean =>
  !features.ovn && (protocol !== 'UDP' || features.httpMonitorOnUdp)

interface MonitorOf {
  readonly name: string
  readonly protocol: Protocol
  /** Asked for, or by the health check port of the Service. */
  readonly http: 'HTTP' | 'HTTPS' | undefined
  readonly path: string
  readonly timing: Timing
}

/** A health monitor as Octavia takes it. */
export const monitorSpec = ({ name, protocol, http, path, timing }: MonitorOf): JsonObject => ({
  name,
  type: http ?? plain[protocol],
  delay: timing.delay,
  timeout: timing.timeout,
  max_retries: timing.maxRetries,
  max_retries_down: timing.maxRetriesDown,
  ...(http === undefined ? {} : { http_method: 'GET', url_path: path, expected_codes: '200' }),
})

/** How the nodes behind one port are asked. */
export interface Health {
  readonly http: 'HTTP' | 'HTTPS' | undefined
  readonly path: string
  /** Where, if not on the NodePort. */
  readonly port: Json | undefined
  readonly portPath: string
  /** Only nodes with pods may be members, because nobody asks them. */
  readonly local: boolean
}

/**
 * Undefined: no monitor. With `externalTrafficPolicy: Local` there always is one, since nodes without pods drop what
 * they get; it asks the health check port, and where HTTP cannot be asked the members are those with pods.
 */
export function healthOf(
  lb: LoadBalancer,
  protocol: Protocol,
  of: { readonly settings: OpenStackSettings; readonly config: OpenStackConfig; readonly features: Features },
): Health | undefined {
  const { settings, config, features } = of
  const { healthCheckProtocol, healthCheckPort, healthCheckPath } = settings
  const local = lb.trafficPolicy === 'Local'
  const named = healthCheckProtocol ?? healthCheckPort ?? healthCheckPath
  if (!local && !(settings.enableMonitor?.value ?? (named !== undefined || config.createMonitor)))
    return undefined
  const able = canAskHttp(protocol, features)
  const asked = healthCheckProtocol?.value
  const http =
    asked === 'HTTP' || asked === 'HTTPS' ? asked : asked === undefined && local ? 'HTTP' : undefined
  const own = healthCheckPort === undefined || healthCheckPort.value === 'traffic-port'
  const byPolicy = local && able && http === 'HTTP' && healthCheckPort === undefined
  return {
    http: able ? http : undefined,
    path: healthCheckPath?.value ?? (local ? '/healthz' : '/'),
    port: byPolicy
      ? (lb.healthCheckNodePort ?? unknown('the healthCheckNodePort, which the API server allocates'))
      : own
        ? undefined
        : Number(healthCheckPort.value),
    portPath: byPolicy ? 'spec.healthCheckNodePort' : (healthCheckPort?.path ?? 'spec.ports'),
    local: local && !able,
  }
}

export function timingOf(settings: OpenStackSettings, config: OpenStackConfig): Timing {
  return {
    delay: settings.monitorDelay?.value ?? config.monitorDelay,
    timeout: settings.monitorTimeout?.value ?? config.monitorTimeout,
    maxRetries: settings.monitorMaxRetries?.value ?? config.monitorMaxRetries,
    maxRetriesDown: settings.monitorMaxRetriesDown?.value ?? config.monitorMaxRetriesDown,
  }
}

const timingKeys = ['monitorDelay', 'monitorTimeout', 'monitorMaxRetries', 'monitorMaxRetriesDown'] as const

/** A number for a check that nobody makes. */
const unchecked = (setting: OpenStackSettings[(typeof timingKeys)[number]]): readonly Problem[] =>
  setting === undefined
    ? []
    : [
        warning(
          'LB_OPENSTACK_MONITOR_NONE',
          setting.path,
          'this has no effect: the nodes of this Service are not checked',
          {
            value: setting.raw,
            hint: 'loadbalancer.openstack.org/enable-health-monitor: "true" or lb-controller.io/health-check-protocol asks for a check',
          },
        ),
      ]

export function healthProblems(
  lb: LoadBalancer,
  of: { readonly settings: OpenStackSettings; readonly config: OpenStackConfig; readonly features: Features },
): readonly Problem[] {
  const { settings, config, features } = of
  const { delay, timeout } = timingOf(settings, config)
  const late = settings.monitorTimeout ?? settings.monitorDelay
  const off = settings.enableMonitor
  const unable = lb.ports.filter(({ protocol }) => !canAskHttp(protocol, features))
  const asked = settings.healthCheckProtocol
  const checked = lb.ports.some(({ protocol }) => healthOf(lb, protocol, of) !== undefined)
  return [
    ...(checked ? [] : timingKeys.flatMap((name) => unchecked(settings[name]))),
    ...(late !== undefined && timeout > delay
      ? [
          warning(
            'LB_OPENSTACK_MONITOR_TIMEOUT',
            late.path,
            `a check may last ${timeout} s, and the next one begins after ${delay} s`,
            { value: late.raw, accepted: `a time-out of at most ${delay} s` },
          ),
        ]
      : []),
    ...(lb.trafficPolicy === 'Local' && off?.value === false
      ? [
          warning(
            'LB_OPENSTACK_MONITOR_FORCED',
            off.path,
            'with externalTrafficPolicy: Local the nodes are checked all the same, or those without pods would drop traffic',
            { value: off.raw, hint: 'remove the annotation, or set spec.externalTrafficPolicy to Cluster' },
          ),
        ]
      : []),
    ...(lb.trafficPolicy === 'Local' && unable.length > 0
      ? [
          emulated(
            'spec.externalTrafficPolicy',
            `${features.provider} cannot ask nodes over HTTP for ${unable.map(({ protocol, port }) => `${protocol} port ${port}`).join(', ')}: only nodes that have pods become members there`,
          ),
        ]
      : []),
    ...(asked !== undefined && asked.value !== 'TCP' && unable.length > 0
      ? [
          warning(
            'LB_OPENSTACK_FEATURE',
            asked.path,
            `${features.provider} cannot ask over ${asked.value} for ${unable.map(({ protocol, port }) => `${protocol} port ${port}`).join(', ')}; a plain check is made there`,
            { value: asked.raw, accepted: 'TCP' },
          ),
        ]
      : []),
  ]
}

import type { Matcher } from '@aws-sdk/client-elastic-load-balancing-v2'
import { invalid, misconfigured } from '../fault.ts'
import type { HealthCheck } from '../state/records.ts'
import { inRange, oneOf } from './checks.ts'

export interface HealthCheckInput {
  readonly HealthCheckProtocol?: string | undefined
  readonly HealthCheckPort?: string | undefined
  readonly HealthCheckPath?: string | undefined
  readonly HealthCheckIntervalSeconds?: number | undefined
  readonly HealthCheckTimeoutSeconds?: number | undefined
  readonly HealthyThresholdCount?: number | undefined
  readonly UnhealthyThresholdCount?: number | undefined
  readonly Matcher?: Matcher | undefined
}

const isHttp = (protocol: string): boolean => protocol === 'HTTP' || protocol === 'HTTPS'

/** The health check after a create (nothing `present`) or a modify; every field not named stays or is defaulted. */
export function readHealthCheck(
  groupProtocol: string,
  input: HealthCheckInput,
  present?: HealthCheck,
): HealthCheck {
  const network = !isHttp(groupProtocol)
  const protocol = readProtocol(network, input.HealthCheckProtocol ?? present?.protocol)
  const stays = present?.protocol === protocol ? present : undefined
  const http = isHttp(protocol)
  refuseForeign(http, input)
  const timeout = network ? (protocol === 'HTTP' ? 6 : 10) : 5
  const check: HealthCheck = {
    protocol,
    port: readPort(input.HealthCheckPort ?? present?.port ?? 'traffic-port'),
    interval: inRange(
      'Health check interval',
      input.HealthCheckIntervalSeconds ?? present?.interval ?? 30,
      5,
      300,
    ),
    timeout: inRange(
      'Health check timeout',
      input.HealthCheckTimeoutSeconds ?? present?.timeout ?? timeout,
      2,
      120,
    ),
    healthy: inRange('Healthy threshold count', input.HealthyThresholdCount ?? present?.healthy ?? 5, 2, 10),
    unhealthy: inRange(
      'Unhealthy threshold count',
      input.UnhealthyThresholdCount ?? present?.unhealthy ?? 2,
      2,
      10,
    ),
    ...(http ? { path: readPath(input.HealthCheckPath ?? stays?.path ?? '/') } : {}),
    ...(http ? { matcher: readMatcher(network, input.Matcher, stays?.matcher) } : {}),
  }
  if (network ? check.timeout > check.interval : check.timeout >= check.interval)
    throw invalid('Health check interval must be greater than the timeout.')
  return check
}

function readProtocol(network: boolean, given: string | undefined): string {
  if (given === undefined) return network ? 'TCP' : 'HTTP'
  return oneOf('Health check protocol', given, network ? ['HTTP', 'HTTPS', 'TCP'] : ['HTTP', 'HTTPS'])
}

function refuseForeign(http: boolean, input: HealthCheckInput): void {
  if (http) return
  if (input.HealthCheckPath !== undefined)
    throw misconfigured('Health check path is not supported for TCP health checks')
  if (input.Matcher !== undefined)
    throw misconfigured('Custom health check matchers are not supported for TCP health checks')
}

function readPort(port: string): string {
  if (port === 'traffic-port') return port
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65535)
    throw invalid(`Health check port '${port}' must be in the range 1 to 65535 or 'traffic-port'`)
  return port
}

function readPath(path: string): string {
  if (!path.startsWith('/') || path.length > 1024)
    throw invalid(`Health check path '${path}' must begin with a '/' character and have at most 1024`)
  return path
}

/** "200", "200,204" or "200-399". */
function readMatcher(network: boolean, given: Matcher | undefined, present: string | undefined): string {
  if (given === undefined) return present ?? (network ? '200-399' : '200')
  const text = given.HttpCode ?? ''
  const codes = text.split(/[,-]/)
  const highest = network ? 599 : 499
  if (!/^\d{3}([,-]\d{3})*$/.test(text) || codes.some((code) => Number(code) < 200 || Number(code) > highest))
    throw invalid(`Health check matcher HTTP code '${text}' must be within '200-${highest}'`)
  return text
}

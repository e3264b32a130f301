import { parseAddress } from '../lib/ip.ts'
import type { ServiceCapabilities } from './capabilities.ts'
import type { LoadBalancer } from './load-balancer.ts'
import type { ServiceSpec } from './objects.ts'
import { error, note, type Problem, warning } from './problem.ts'
import { wordOf } from './service-words.ts'

interface Read<T> {
  readonly fields: T
  readonly problems: readonly Problem[]
}

const defaultTimeoutSeconds = 10_800

/** `externalTrafficPolicy`, and the port that tells which nodes have pods. */
export function policyOf(
  spec: ServiceSpec,
  origin: 'file' | 'cluster',
): Read<Pick<LoadBalancer, 'trafficPolicy' | 'healthCheckNodePort'>> {
  const policy = wordOf('spec.externalTrafficPolicy', spec.externalTrafficPolicy, ['Cluster', 'Local'])
  const port = spec.healthCheckNodePort ?? 0
  const path = 'spec.healthCheckNodePort'
  if (policy.word === 'Cluster') {
    const unused = note(
      'LB_HEALTH_PORT_UNUSED',
      path,
      'the health check port counts only with externalTrafficPolicy: Local',
    )
    return {
      fields: { trafficPolicy: 'Cluster' },
      problems: port === 0 ? policy.problems : [...policy.problems, unused],
    }
  }
  if (port < 0 || port > 65535)
    return {
      fields: { trafficPolicy: 'Local' },
      problems: [error('LB_PORT_RANGE', path, `${port} is not a port number`, portDetails(port))],
    }
  if (port !== 0)
    return { fields: { trafficPolicy: 'Local', healthCheckNodePort: port }, problems: policy.problems }
  const missing = error(
    'LB_HEALTH_PORT_MISSING',
    path,
    'externalTrafficPolicy is Local, but the API server has given no healthCheckNodePort to learn from which nodes have pods',
    { hint: 'set externalTrafficPolicy to Cluster and back to Local: a port is then allocated' },
  )
  return { fields: { trafficPolicy: 'Local' }, problems: origin === 'file' ? [] : [missing] }
}

const portDetails = (port: number) => ({ value: String(port), accepted: 'a number from 1 to 65535' })

export function affinityOf(
  spec: ServiceSpec,
  can: ServiceCapabilities,
): Read<Pick<LoadBalancer, 'affinity'>> {
  const affinity = wordOf('spec.sessionAffinity', spec.sessionAffinity, ['None', 'ClientIP'])
  if (affinity.word === 'None') return { fields: {}, problems: affinity.problems }
  const timeoutSeconds: unknown =
    spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultTimeoutSeconds
  if (!Number.isInteger(timeoutSeconds) || Number(timeoutSeconds) < 1 || Number(timeoutSeconds) > 86_400) {
    const path = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'
    const details = {
      value: JSON.stringify(timeoutSeconds),
      accepted: 'a whole number of seconds from 1 to 86400',
    }
    return {
      fields: {},
      problems: [error('LB_AFFINITY_TIMEOUT', path, 'the affinity time-out is out of range', details)],
    }
  }
  if (can.sessionAffinity)
    return { fields: { affinity: { timeoutSeconds: Number(timeoutSeconds) } }, problems: [] }
  const message =
    'load balancers of this provider do not keep a client on one node; each node still keeps it on one pod'
  return {
    fields: {},
    problems: [warning('LB_AFFINITY_IGNORED', 'spec.sessionAffinity', message, { value: 'ClientIP' })],
  }
}

/** `loadBalancerIP`: a wish that many clouds cannot grant, so it never fails the Service there. */
export function addressOf(
  spec: ServiceSpec,
  can: ServiceCapabilities,
): Read<Pick<LoadBalancer, 'requestedAddress'>> {
  const value = spec.loadBalancerIP ?? ''
  const path = 'spec.loadBalancerIP'
  if (value === '') return { fields: {}, problems: [] }
  if (!can.requestedAddress) {
    const message = 'the address cannot be chosen on this provider; the load balancer gets another one'
    return {
      fields: {},
      problems: [warning('LB_ADDRESS_IGNORED', path, message, { value, hint: 'remove spec.loadBalancerIP' })],
    }
  }
  const parsed = parseAddress(value)
  if (parsed.ok) return { fields: { requestedAddress: { value: parsed.value.text, path } }, problems: [] }
  return {
    fields: {},
    problems: [
      error('LB_ADDRESS_INVALID', path, parsed.error.message, { value, accepted: 'one IP address' }),
    ],
  }
}

export function notesOn(spec: ServiceSpec): readonly Problem[] {
  if ((spec.externalIPs ?? []).length === 0) return []
  const message =
    'external addresses are served by the nodes themselves; the load balancer neither has nor checks them'
  return [
    note('LB_EXTERNAL_IPS', 'spec.externalIPs', message, { value: (spec.externalIPs ?? []).join(', ') }),
  ]
}

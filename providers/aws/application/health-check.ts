import { error, type Problem } from '../../../src/model/problem.ts'
import { type HealthCheck, healthCheckFor } from '../health-check.ts'
import type { Route } from '../routes.ts'
import type { Wish } from '../wish.ts'

/** As the AWS Load Balancer Controller has them for its application load balancers. */
const usual = { interval: 15, timeout: 5, threshold: 2, path: '/' } as const
const local = { interval: 10, timeout: 6, threshold: 2, path: '/healthz' } as const

/** What speaks HTTP is asked over HTTP: there is no check that only connects. */
export function webHealthCheck({ lb, settings }: Wish, route: Route): HealthCheck {
  const base = healthCheckFor(lb, route, settings, { style: 'controller' })
  const byNode = lb.trafficPolicy === 'Local' && route.target.type === 'instance'
  const defaults = byNode ? local : usual
  const asked = settings.healthCheckProtocol
  const backend = route.backend === 'HTTPS' ? 'HTTPS' : 'HTTP'
  const interval = settings.healthCheckInterval?.value ?? defaults.interval
  return {
    ...base,
    spec: {
      HealthCheckProtocol: asked?.value ?? (byNode ? 'HTTP' : backend),
      ...(base.spec['HealthCheckPort'] === undefined
        ? {}
        : { HealthCheckPort: base.spec['HealthCheckPort'] }),
      HealthCheckPath: settings.healthCheckPath?.value ?? defaults.path,
      HealthCheckIntervalSeconds: interval,
      HealthCheckTimeoutSeconds:
        settings.healthCheckTimeout?.value ?? Math.min(defaults.timeout, interval - 1),
      HealthyThresholdCount: settings.healthyThreshold?.value ?? defaults.threshold,
      UnhealthyThresholdCount: settings.unhealthyThreshold?.value ?? defaults.threshold,
      Matcher: { HttpCode: settings.successCodes?.value ?? '200-399' },
    },
    problems: [...base.problems, ...overTcp(asked)],
  }
}

function overTcp(asked: Wish['settings']['healthCheckProtocol']): readonly Problem[] {
  if (asked?.value !== 'TCP') return []
  const message = 'an application load balancer checks health over HTTP only'
  return [error('LB_AWS_NOT_OF_KIND', asked.path, message, { value: asked.raw, accepted: 'HTTP or HTTPS' })]
}

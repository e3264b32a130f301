import { error, type Problem } from '../../../src/model/problem.ts'
import type { Route } from '../routes.ts'
import type { Wish } from '../wish.ts'

/** Listeners that read HTTP: `ssl-ports` end TLS, and every target is spoken to by `backend-protocol`. */
export const webRoutes = ({ routes, settings }: Wish): readonly Route[] =>
  routes
    .filter(({ transports }) => !transports.includes('udp'))
    .map((route) => ({
      ...route,
      protocol: route.protocol === 'TLS' ? 'HTTPS' : 'HTTP',
      backend: settings.backendProtocol?.value === 'https' ? 'HTTPS' : 'HTTP',
    }))

export const udpProblems = ({ lb }: Wish): readonly Problem[] =>
  lb.ports.flatMap(({ protocol, index }) =>
    protocol === 'TCP'
      ? []
      : error(
          'LB_PROTOCOL_UNSUPPORTED',
          `spec.ports[${index}].protocol`,
          `an application load balancer does not carry ${protocol}`,
          {
            value: protocol,
            accepted: 'TCP',
            hint: 'leave out service.beta.kubernetes.io/aws-load-balancer-backend-protocol, or give this port a Service of its own',
          },
        ),
  )

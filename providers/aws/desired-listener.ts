import type { JsonObject } from '../../src/lib/json.ts'
import { ref, refOf, type Resource } from '../../src/plan/resource.ts'
import { tagOrigins } from './desired-load-balancer.ts'
import type { Route } from './routes.ts'
import type { Wish } from './wish.ts'

export function desiredListener(wish: Wish, route: Route, balancer: Resource, targets: Resource): Resource {
  const { certificates, tlsPolicy } = wish.settings
  const key = `${wish.scheme}/${route.port}`
  const [first, ...rest] = [...new Set(certificates?.value.map((one) => one.arn))]
  const tls: JsonObject =
    route.protocol !== 'TLS' || first === undefined
      ? {}
      : {
          Certificates: [first, ...rest.toSorted()].map((CertificateArn) => ({ CertificateArn })),
          ...(tlsPolicy === undefined ? {} : { SslPolicy: tlsPolicy.value }),
        }
  return {
    stack: wish.lb.owner.uid,
    kind: 'listener',
    key,
    owners: [wish.lb.owner],
    within: refOf(balancer),
    spec: {
      LoadBalancerArn: ref(balancer, 'arn'),
      Port: route.port,
      Protocol: route.protocol,
      ...tls,
      TargetGroupArn: ref(targets, 'arn'),
      Tags: wish.tags(key),
    },
    origins: {
      Port: `${route.path}.port`,
      Protocol: `${route.path}.protocol`,
      TargetGroupArn: `${route.path}.nodePort`,
      ...(certificates === undefined ? {} : { Certificates: certificates.path }),
      ...(tlsPolicy === undefined ? {} : { SslPolicy: tlsPolicy.path }),
      ...tagOrigins(wish),
    },
    purpose: `${route.protocol} port ${route.port}, passed on to node port ${route.nodePort ?? '<node port>'}`,
  }
}

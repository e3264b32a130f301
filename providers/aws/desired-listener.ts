import type { Json, JsonObject } from '../../src/lib/json.ts'
import { type Identity, ref, refOf, type Resource } from '../../src/plan/resource.ts'
import { tagOrigins } from './desired-load-balancer.ts'
import { dividedAmong, forwardsOf } from './forwards.ts'
import { ofTls } from './kinds/listener-form.ts'
import { listenerAttributesFor } from './listener-attributes.ts'
import { nodePortGap, type Route } from './routes.ts'
import type { Wish } from './wish.ts'

/** What TLS listeners of the AWS Load Balancer Controller have where nobody says. */
const usualPolicy = 'ELBSecurityPolicy-2016-08'

export function desiredListener(wish: Wish, route: Route, balancer: Resource, targets: Resource): Resource {
  const key = `${wish.share.place}/${route.port}`
  const { attributes, origins } = listenerAttributesFor(wish, route)
  const divided = dividedAmong(wish, route, targets)
  return {
    stack: wish.share.stack,
    kind: 'listener',
    key,
    owners: [wish.lb.owner],
    within: refOf(balancer),
    // Nobody is sent to a target group that has no targets yet.
    ...(divided.length === 0 ? {} : { needs: divided.map(refOf) }),
    spec: {
      LoadBalancerArn: ref(balancer, 'arn'),
      Port: route.port,
      Protocol: route.protocol,
      ...tlsFields(wish, route),
      ...leadingTo(wish, route, targets),
      ...(Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }),
      // On a load balancer of a group each listener is one Service's, by which it is found again.
      Tags: { ...wish.share.tags(key), ...wish.tags(key) },
    },
    origins: {
      ...(wish.share.group === undefined ? {} : { '': `${route.path}.port` }),
      Port: `${route.path}.port`,
      Protocol: `${route.path}.protocol`,
      TargetGroupArn: `${route.path}.${route.target.field}`,
      ...tlsOrigins(wish),
      ...Object.fromEntries(Object.entries(origins).map(([name, path]) => [`Attributes.${name}`, path])),
      ...tagOrigins(wish),
    },
    purpose: `${route.protocol} port ${route.port}, passed on to ${arrival(route)}`,
  }
}

function arrival({ target, port }: Route): string {
  if (target.type === 'ip') return `port ${target.named ?? target.port} of the pods`
  return `node port ${target.port ?? `<${nodePortGap(port)}>`}`.replace(/<nodePort of \d+>/, '<node port>')
}

function tlsFields({ settings, layout, config }: Wish, route: Route): JsonObject {
  const { certificates, tlsPolicy, alpnPolicy } = settings
  const [first, ...rest] = [...new Set(certificates?.value.map((one) => one.arn))]
  if (!ofTls(route.protocol) || first === undefined) return {}
  const usual = layout.style === 'controller' ? usualPolicy : undefined
  const policy = tlsPolicy?.value ?? config.defaultTlsPolicy ?? usual
  return {
    Certificates: [first, ...rest.toSorted()].map((CertificateArn) => ({ CertificateArn })),
    ...(policy === undefined ? {} : { SslPolicy: policy }),
    ...(alpnPolicy === undefined ? {} : { AlpnPolicy: [alpnPolicy.value] }),
  }
}

function tlsOrigins({ settings: { certificates, tlsPolicy, alpnPolicy } }: Wish): Record<string, string> {
  return {
    ...(certificates === undefined ? {} : { Certificates: certificates.path }),
    ...(tlsPolicy === undefined ? {} : { SslPolicy: tlsPolicy.path }),
    ...(alpnPolicy === undefined ? {} : { AlpnPolicy: alpnPolicy.path }),
  }
}

/** One target group, or several by weight where an annotation divides the connections. */
function leadingTo(wish: Wish, route: Route, targets: Identity): JsonObject {
  const forwards = forwardsOf(wish, route, targets)
  if (forwards === undefined) return { TargetGroupArn: ref(targets, 'arn') }
  const { action, groups } = forwards
  const sticky: Json =
    action.sticky === undefined
      ? {}
      : {
          TargetGroupStickinessConfig: {
            Enabled: action.sticky,
            ...(action.stickySeconds === undefined ? {} : { DurationSeconds: action.stickySeconds }),
          },
        }
  return {
    DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups: groups, ...sticky } }],
  }
}

/**
 * One Service on AWS, for a Service with port 80:
 *
 *   load-balancer    internet-facing                    stands in one subnet of each zone
 *   listener         internet-facing/80                 within it, leads to
 *   target-group     internet-facing/80/TCP/30080       with every node as a target on the node port
 *   security-group   sg-...                             of the nodes: lets clients and health checks in
 *
 * The scheme stands in every key because neither a listener nor a target group can change its load balancer.
 */
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { hasError, note, error, type Problem } from '../../src/model/problem.ts'
import type { Context, Desired } from '../../src/provider/blueprint.ts'
import { desiredApplication } from './application/desired.ts'
import { desiredClassic } from './classic/desired.ts'
import type { AwsConfig } from './config.ts'
import { factOf, type Network, networkKey } from './facts.ts'
import { desiredListener } from './desired-listener.ts'
import { desiredLoadBalancer } from './desired-load-balancer.ts'
import { desiredGroups } from './desired-security-group.ts'
import { desiredTargetGroup } from './desired-target-group.ts'
import { healthCheckFor } from './health-check.ts'
import { type Wish, wishFor } from './wish.ts'

export function desiredFor(lb: LoadBalancer, context: Context, config: AwsConfig): Desired {
  const wish = wishFor(lb, context, config)
  if (wish.layout.balancer === 'classic') return desiredClassic(wish)
  if (wish.layout.balancer === 'application') return desiredApplication(wish)
  const checked = wish.routes.map((route) => ({ route, health: healthCheckFor(lb, route, wish.settings) }))
  const groups = desiredGroups(wish, checked)
  const problems = distinct([
    ...wish.problems,
    ...certificateProblems(wish, config),
    ...checked.flatMap(({ health }) => health.problems),
    ...attributeProblems(wish),
  ])
  if (hasError(problems)) return { resources: [], problems }
  const balancer = desiredLoadBalancer(wish)
  const resources = checked.flatMap(({ route, health }) => {
    const targets = desiredTargetGroup(wish, route, health)
    return [targets, desiredListener(wish, route, balancer, targets)]
  })
  return { resources: [balancer, ...resources, ...groups], problems }
}

/** What is said of each port is said once when it is the same sentence. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [`${one.code} ${one.path} ${one.message}`, one])).values()]
}

/** ACM certificates serve their own region only. */
function certificateProblems({ settings, context }: Wish, config: AwsConfig): readonly Problem[] {
  const setting = settings.certificates
  if (setting === undefined) return []
  const network = factOf<Network>(context.facts, networkKey, '')
  const region = config.region ?? ('value' in network ? network.value.region : undefined)
  return setting.value.flatMap((certificate) => {
    if (certificate.region === undefined || certificate.region === region) return []
    const value = { value: certificate.arn }
    return region === undefined
      ? note(
          'LB_CERTIFICATE_REGION',
          setting.path,
          `whether ${certificate.region} is the load balancer's region is known at apply`,
          value,
        )
      : error(
          'LB_CERTIFICATE_REGION',
          setting.path,
          `the certificate is in ${certificate.region}, the load balancer in ${region}`,
          { ...value, accepted: `a certificate in ${region}`, hint: `request or import it in ${region} too` },
        )
  })
}

/** Without the client's address nodes cannot tell who connects; and AWS always keeps it for UDP. */
function attributeProblems({ lb, settings, routes }: Wish): readonly Problem[] {
  const setting = settings.targetGroupAttributes
  if (setting?.value['preserve_client_ip.enabled'] !== 'false') return []
  const udp = routes.find((route) => route.transports.includes('udp'))
  const [range] = lb.sourceRanges
  if (udp === undefined)
    return range === undefined
      ? []
      : [
          error(
            'LB_SOURCE_RANGE_UNSUPPORTED',
            range.path,
            'with preserve_client_ip.enabled=false nodes see the load balancer instead of clients, so no range can be kept out',
            { hint: `remove that attribute from ${setting.key}, or the source ranges` },
          ),
        ]
  return [
    error('LB_TARGET_GROUP_ATTRIBUTE', setting.path, `UDP port ${udp.port} always keeps the client address`, {
      value: 'preserve_client_ip.enabled=false',
      hint: 'leave this attribute out, or give the UDP port a Service of its own',
    }),
  ]
}

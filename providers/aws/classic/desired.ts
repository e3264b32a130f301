/**
 * A Service with port 80 as cloud-provider-aws makes it without `nlb`:
 *
 *   classic-load-balancer  internet-facing           listeners, instances, health check and attributes in one
 *   security-group         internet-facing/classic   its own: who may connect
 *   security-group         sg-...                    of the nodes: lets in all that comes from the own one
 */
import { hasError, type Problem, warning } from '../../../src/model/problem.ts'
import { type Parts, ref, type Resource, unknown } from '../../../src/plan/resource.ts'
import type { Desired } from '../../../src/provider/blueprint.ts'
import { tagOrigins } from '../desired-load-balancer.ts'
import { groupsNamed } from '../groups-named.ts'
import { chosenNodes } from '../node-labels.ts'
import type { Wish } from '../wish.ts'
import { classicAttributes } from './attributes.ts'
import { classicHealthCheck } from './health-check.ts'
import { classicListeners } from './listeners.ts'
import { instanceParts } from './instances.ts'
import { classicKind, classicName } from './name.ts'
import { classicPolicies } from './policies.ts'
import { classicRefusals } from './refused.ts'
import { classicGroup, nodeGroupRules } from './security-group.ts'

/** A Classic Load Balancer, as cloud-provider-aws makes it without `nlb`. */
export function desiredClassic(wish: Wish): Desired {
  const { settings, scheme } = wish
  const name = classicName(wish)
  const listeners = classicListeners(wish)
  const health = classicHealthCheck(wish)
  const attributes = classicAttributes(wish)
  const named = groupsNamed(wish, settings.securityGroups)
  const extra = groupsNamed(wish, settings.extraSecurityGroups)
  const problems = [
    ...wish.problems,
    ...named.problems,
    ...extra.problems,
    ...unenforced(wish),
    ...classicRefusals(wish),
    ...[listeners, health, attributes].flatMap((one) => one.problems),
  ]
  if (hasError(problems)) return { resources: [], problems }
  const own = classicGroup(wish, name)
  const given = settings.securityGroups === undefined ? undefined : named.groups
  const balancer: Resource = {
    stack: wish.lb.owner.uid,
    kind: classicKind,
    key: scheme,
    owners: [wish.lb.owner],
    ...(wish.subnets === undefined ? {} : { zones: wish.subnets.map((subnet) => subnet.zone) }),
    spec: {
      LoadBalancerName: name,
      Scheme: scheme,
      Subnets: wish.subnets?.map((subnet) => subnet.id) ?? unknown(wish.why),
      SecurityGroups: [...(given ?? [ref(own, 'id')]), ...extra.groups],
      HealthCheck: health.spec,
      LoadBalancerAttributes: attributes.spec,
      Tags: wish.tags(scheme),
    },
    parts: { ...listeners.parts, ...classicPolicies(wish, listeners.tls), ...instances(wish) },
    origins: {
      ...(wish.schemePath === undefined ? {} : { Scheme: wish.schemePath }),
      ...(settings.subnets === undefined ? {} : { Subnets: settings.subnets.path }),
      ...groupsOrigin(wish),
      ...health.origins,
      ...attributes.origins,
      ...tagOrigins(wish),
    },
    purpose:
      scheme === 'internal'
        ? 'a Classic Load Balancer inside the VPC'
        : 'a Classic Load Balancer that the internet reaches',
  }
  const groups = given === undefined ? [own] : []
  return { resources: [...groups, balancer, ...nodeGroupRules(wish, given?.[0] ?? own)], problems }
}

function groupsOrigin({ settings: { securityGroups, extraSecurityGroups } }: Wish): Record<string, string> {
  const setting = securityGroups ?? extraSecurityGroups
  return setting === undefined ? {} : { SecurityGroups: setting.path }
}

/** Given groups decide who may connect, and their rules are not ours. */
function unenforced({ lb, settings: { securityGroups } }: Wish): readonly Problem[] {
  if (securityGroups === undefined) return []
  return lb.sourceRanges.map(({ cidr, path }) =>
    warning('LB_AWS_NO_EFFECT', path, 'the rules of given security groups decide who may connect', {
      value: cidr,
      hint: `remove ${securityGroups.key} to have them enforced`,
    }),
  )
}

function instances(wish: Wish): Parts {
  const { context, lb, nodeGroups } = wish
  const owners = [lb.owner]
  if (context.nodesUnknown !== undefined)
    return { '<node>': { spec: { InstanceId: unknown(context.nodesUnknown) }, owners } }
  return instanceParts(chosenNodes(wish), nodeGroups, owners)
}

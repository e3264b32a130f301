/**
 * One Service on GCP, with port 80:
 *
 *   address                  external/IPv4            held, so that no edit gives it away
 *   health-check             external                 shared by all Services with policy Cluster, own with Local
 *   firewall                 allow/IPv4, health/IPv4  clients and health checks may pass to the nodes
 *   network-endpoint-group   us-central1-a            the nodes, one group in each zone
 *   backend-service          external                 sends to the groups; policy and affinity are changed here
 *   forwarding-rule          external/IPv4            is changed for new ports only
 *
 * The scheme stands in the keys, because nothing can change it. TLS and the PROXY header take another road: see
 * `desired-proxy.ts`.
 */
import { textOf } from '../../src/lib/json-fields.ts'
import type { LoadBalancer } from '../../src/model/load-balancer.ts'
import { error, hasError, note, type Problem, warning } from '../../src/model/problem.ts'
import { refOf, type Resource } from '../../src/plan/resource.ts'
import type { Context, Desired } from '../../src/provider/blueprint.ts'
import type { GcpConfig } from './config.ts'
import { frontsOf, groupNotes } from './desired-address.ts'
import { desiredBackend } from './desired-backend-service.ts'
import { endpointGroups } from './desired-backends.ts'
import { desiredFirewalls } from './desired-firewall.ts'
import { desiredRules } from './desired-forwarding-rule.ts'
import { desiredHealthCheck } from './desired-health-check.ts'
import { desiredProxy } from './desired-proxy.ts'
import { sharedNetworkNotes } from './gcloud.ts'
import { ending } from './names.ts'
import { strayTls } from './proxy-problems.ts'
import { standaloneClass } from './scheme.ts'
import { type Wish, wishFor } from './wish.ts'

export function desiredFor(lb: LoadBalancer, context: Context, config: GcpConfig): Desired {
  const wish = wishFor(lb, context, config)
  if (lb.loadBalancerClass === standaloneClass) return groupsOnly(wish)
  const fronts = frontsOf(wish)
  const health = desiredHealthCheck(wish)
  const firewalls = desiredFirewalls(wish, fronts, health)
  const guards = firewalls.filter(({ stack }) => stack === wish.stack).map(refOf)
  const road = wish.proxy
    ? desiredProxy(wish, fronts, health, guards)
    : passthrough(wish, fronts, health, guards)
  const problems = distinct([
    ...wish.problems,
    ...health.problems,
    ...collectionProblems(wish),
    ...firewallProblems(wish, firewalls),
    ...strayTls(wish),
    ...groupNotes(wish),
    ...migrationNotes(wish),
    ...sharedNetworkNotes(wish, firewalls),
    ...road.problems,
  ])
  if (hasError(problems)) return { resources: [], problems }
  const addresses = fronts.flatMap(({ address }) => address ?? [])
  const resources = [...addresses, health.resource, ...firewalls, ...road.resources]
  return { resources: resources.map((resource) => namedApart(resource, wish)), problems }
}

/** What moves to the other scheme or tier is built beside what stands, and may not take its name. */
function namedApart(resource: Resource, { observed }: Wish): Resource {
  const { kind, key, spec } = resource
  const taken = new Set(
    observed.filter((item) => item.kind === kind && item.key !== key).map((item) => item.spec['name']),
  )
  const { name } = spec
  if (typeof name !== 'string' || !taken.has(name)) return resource
  let number = 2
  while (taken.has(ending(name, `-${number}`))) number++
  return { ...resource, spec: { ...spec, name: ending(name, `-${number}`) } }
}

function passthrough(
  wish: Wish,
  fronts: ReturnType<typeof frontsOf>,
  health: ReturnType<typeof desiredHealthCheck>,
  guards: Parameters<typeof desiredRules>[3],
): Desired {
  const backend = desiredBackend(wish, health)
  const { rules, problems } = desiredRules(wish, fronts, backend.service, guards)
  return { resources: [...backend.resources, ...rules], problems: [...backend.problems, ...problems] }
}

/** Of the class for load balancers that users make themselves only the groups of nodes are kept. */
function groupsOnly(wish: Wish): Desired {
  const groups = endpointGroups(wish, {
    stack: wish.stack,
    owners: wish.owners,
    prefix: '',
    name: (subnet) => wish.names.endpointGroup(subnet),
    purpose: 'the nodes, for a load balancer that is made by hand',
  })
  const problems = distinct([...wish.problems, ...groups.problems, ...handMade(wish)])
  return { resources: hasError(problems) ? [] : groups.resources, problems }
}

/** Where the load balancer is made by hand, so is its firewall. */
const handMade = ({ lb }: Wish): readonly Problem[] =>
  lb.sourceRanges
    .slice(0, 1)
    .map(({ cidr, path }) =>
      warning(
        'LB_SOURCE_RANGE_UNUSED',
        path,
        'the load balancer of this class is made by hand, and no firewall rule for it here: only the nodes keep other clients out',
        { value: cidr, hint: 'write a firewall rule for the address of the forwarding rule' },
      ),
    )

/** A prefix of one's own is for external IPv6 addresses, and is no subnet. */
function collectionProblems({ lb, settings, internal }: Wish): readonly Problem[] {
  const setting = settings.ipCollection
  if (setting === undefined) return []
  const wrong = (message: string, hint: string): readonly Problem[] => [
    error('LB_GCP_IP_COLLECTION', setting.path, message, {
      value: setting.raw,
      accepted: 'an external load balancer with IPv6 and without networking.gke.io/load-balancer-subnet',
      hint,
    }),
  ]
  if (internal) return wrong('internal load balancers take no addresses of a prefix', `remove ${setting.key}`)
  if (settings.subnet !== undefined)
    return wrong(
      'an IPv6 address comes from a subnet or from a prefix, not from both',
      `remove ${settings.subnet.key}`,
    )
  return lb.families.includes('IPv6')
    ? []
    : wrong(
        'the Service asks for no IPv6 address',
        'ask for IPv6 in spec.ipFamilies, or remove the annotation',
      )
}

/** A rule is turned from a pool to a backend service in one call, and keeps its address. */
function migrationNotes({ observed }: Wish): readonly Problem[] {
  const pooled = observed.some(
    ({ kind, spec }) =>
      kind === 'forwarding-rule' && textOf(spec['target'])?.includes('targetPools/') === true,
  )
  if (!pooled) return []
  return [
    note(
      'LB_GCP_MIGRATION',
      'spec.type',
      'the load balancer sends to a target pool: a backend service is built beside, the forwarding rule is turned to it with its address, and the pool goes last',
    ),
  ]
}

const mostPorts = 100

function firewallProblems({ lb }: Wish, firewalls: readonly Resource[]): readonly Problem[] {
  const most = Math.max(
    0,
    ...firewalls.map(({ spec }) => {
      const { allowed } = spec
      return Array.isArray(allowed)
        ? (allowed as readonly { ports?: unknown }[]).reduce(
            (sum, { ports }) => sum + (Array.isArray(ports) ? ports.length : 1),
            0,
          )
        : 0
    }),
  )
  if (most <= mostPorts) return []
  return [
    error(
      'LB_GCP_FIREWALL_PORTS',
      'spec.ports',
      `the ports make ${most} ranges, and a firewall rule takes ${mostPorts}`,
      {
        value: `${lb.ports.length} ports`,
        accepted: `ports that join to at most ${mostPorts} ranges`,
        hint: 'use neighbouring numbers, or several Services',
      },
    ),
  ]
}

/** What is said of each port is said once when it is the same sentence. */
const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((one) => [`${one.code} ${one.path} ${one.message}`, one])).values(),
]

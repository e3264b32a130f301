import { unknown, ref, type Resource } from '../../src/plan/resource.ts'
import type { Problem } from '../../src/model/problem.ts'
import { affinityFor } from './affinity.ts'
import { describe } from './descriptions.ts'
import { type Backends, endpointGroups, type GroupsOf, instanceGroups } from './desired-backends.ts'
import type { DesiredHealthCheck } from './desired-health-check.ts'
import { localityFor } from './locality.ts'
import { loggingFor } from './logging.ts'
import { clusterHash } from './names.ts'
import { sharedStack } from './owners.ts'
import { protocolOf, transportsOf } from './ports.ts'
import type { Wish } from './wish.ts'

interface DesiredBackend {
  readonly service: Resource
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
}

const draining = { TCP: 30, UDP: 0, UNSPECIFIED: 30 } as const

export function desiredBackend(wish: Wish, health: DesiredHealthCheck): DesiredBackend {
  const { lb, internal, names, region, scheme } = wish
  const transport = protocolOf(transportsOf(lb.ports))
  const protocol = transport === 'L3_DEFAULT' ? 'UNSPECIFIED' : transport
  const affinity = affinityFor(wish)
  const locality = localityFor(wish)
  const logging = loggingFor(wish)
  const home = homeOf(wish, protocol)
  const backends = backendsOf(wish, home)
  const logConfig = logging.config ?? (logging.unknown === undefined ? undefined : unknown(logging.unknown))
  const service: Resource = {
    stack: home.stack,
    kind: 'backend-service',
    key: home.key,
    owners: home.owners,
    spec: {
      name: home.name ?? names.backend,
      region,
      loadBalancingScheme: internal ? 'INTERNAL' : 'EXTERNAL',
      protocol,
      healthChecks: [ref(health.resource, 'selfLink')],
      ...affinity.spec,
      ...locality.spec,
      connectionDraining: { drainingTimeoutSec: draining[protocol] },
      ...(logConfig === undefined ? {} : { logConfig }),
      description: home.description,
    },
    parts: backends.parts,
    origins: {
      ...(wish.schemePath === undefined ? {} : { loadBalancingScheme: wish.schemePath }),
      protocol: 'spec.ports',
      healthChecks: 'spec.externalTrafficPolicy',
      ...affinity.origins,
      ...locality.origins,
      ...(logging.origin === undefined ? {} : { logConfig: logging.origin }),
    },
    purpose: `sends to the nodes${home.key === scheme ? '' : ', for all internal load balancers of one protocol and affinity'}`,
  }
  return {
    service,
    resources: [...backends.resources, service],
    problems: [...affinity.problems, ...locality.problems, ...logging.problems, ...backends.problems],
  }
}

interface Home extends Omit<GroupsOf, 'name' | 'purpose'> {
  readonly key: string
  readonly name?: string
  readonly description: string
  readonly groupName?: string
}

/** Its own, or one that internal load balancers of a protocol and affinity share. */
function homeOf({ lb, settings, internal, scheme, context, ...wish }: Wish, protocol: string): Home {
  const share = (settings.backendShare ?? settings.legacyBackendShare)?.value === true
  if (!share || !internal || lb.trafficPolicy === 'Local')
    return {
      stack: wish.stack,
      owners: wish.owners,
      key: scheme,
      prefix: '',
      description: describe({ service: lb.owner.name, uid: lb.uid }),
    }
  const affinity = lb.affinity === undefined ? 'none' : 'client-ip'
  const key = `${scheme}/${protocol.toLowerCase()}/${affinity}`
  return {
    stack: sharedStack,
    owners: [wish.cluster],
    key,
    prefix: `${key}/`,
    name: `k8s2-${clusterHash(context.cluster.uid)}-l4-shared-${protocol.toLowerCase()}-${affinity}`,
    groupName: `k8s2-${clusterHash(context.cluster.uid)}-l4-shared-${protocol.toLowerCase()}-${affinity}`,
    description: describe({ service: '', resource: 'Shared by internal load balancers of one protocol.' }),
  }
}

function backendsOf(wish: Wish, { groupName, ...home }: Home): Backends {
  if (wish.config.backends === 'instance-group') return instanceGroups(wish)
  return endpointGroups(wish, {
    ...home,
    name: (subnet) => groupName ?? wish.names.endpointGroup(subnet),
    purpose:
      groupName === undefined ? 'the nodes of this load balancer' : 'the nodes of these load balancers',
  })
}

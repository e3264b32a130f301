import type { Json, JsonObject } from '../../src/lib/json.ts'
import { isObject } from '../../src/lib/json.ts'
import { listenersOf } from './elbv2/find.ts'
import { liveTargets } from './elbv2/live-targets.ts'
import { grantKey } from './ec2/permissions.ts'
import { rulesOf } from './ec2/security-group-rules.ts'
import type { Listener, SecurityGroup } from './state/records.ts'
import type { World } from './state/world.ts'

/**
 * Everything there is, by name: no ids, no times, no order of creation. Two runs that came to the same state by
 * different roads dump equal text. Targets that drain count as gone.
 */
export function dump(world: World): JsonObject {
  const names = namesOf(world)
  return renamed(
    {
      vpcs: byName(world.vpcs.list(), (vpc) => vpc.id),
      subnets: byName(world.subnets.list(), (subnet) => subnet.id),
      instances: byName(world.instances.list(), (item) => item.id, ['id', 'eniId', 'privateIp']),
      addresses: byName(world.addresses.list(), (item) => item.publicIp, ['allocationId']),
      securityGroups: byName(
        world.securityGroups.list().map((group) => ({
          ...group,
          ingress: rules(world, group, false),
          egress: rules(world, group, true),
        })),
        (group) => `${group.vpcId}/${group.name}`,
        ['id'],
      ),
      loadBalancers: byName(
        world.loadBalancers.list().map((balancer) => ({
          ...balancer,
          capacity: balancer.capacity?.units,
          // A set, which AWS orders by ids.
          securityGroups: balancer.securityGroups.map((id) => names.get(id) ?? id).toSorted(),
          zones: byName(balancer.zones, (zone) => zone.name, ['eniId']),
          listeners: byName(listenersOf(world, balancer.arn), listenerName, [
            'arn',
            'loadBalancerArn',
            'createdAt',
            'namesSince',
          ]),
        })),
        (balancer) => balancer.name,
        ['arn', 'createdAt'],
      ),
      classicLoadBalancers: byName(
        world.classicLoadBalancers.list().map(({ zones, instances, listeners, ...balancer }) => ({
          ...balancer,
          securityGroups: balancer.securityGroups.map((id) => names.get(id) ?? id).toSorted(),
          listeners: byName(listeners, listenerName),
          zones: byName(zones, (zone) => zone.name, ['eniId']),
          instances: Object.keys(instances).toSorted(),
        })),
        (balancer) => balancer.name,
        ['arn', 'number', 'createdAt'],
      ),
      targetGroups: byName(
        world.targetGroups.list().map((group) => ({
          ...group,
          targets: [...liveTargets(world, group)]
            .filter(([, target]) => target.drainedAt === undefined)
            .map(([key, target]) => (target.zone === undefined ? key : `${key} ${target.zone}`))
            .toSorted(),
        })),
        (group) => group.name,
        ['arn'],
      ),
    },
    names,
  ) as JsonObject
}

const listenerName = (listener: Pick<Listener, 'protocol' | 'port'>): string =>
  `${listener.protocol}:${listener.port}`

const rules = (world: World, group: SecurityGroup, egress: boolean): JsonObject =>
  byName(rulesOf(world, group, egress), grantKey, ['id', 'groupId', 'egress'])

function byName<T extends object>(
  items: readonly T[],
  nameOf: (item: T) => string,
  hidden: readonly string[] = [],
): JsonObject {
  const entries = items.map((item): [string, Json] => [
    nameOf(item),
    Object.fromEntries(Object.entries(item).filter(([key]) => !hidden.includes(key))),
  ])
  return Object.fromEntries(entries)
}

/** Every id and ARN whose digits came from a counter, and the name to show instead. */
function namesOf(world: World): Map<string, string> {
  const pairs = [
    world.securityGroups.list().map((group) => [group.id, `sg:${group.name}`]),
    world.addresses.list().map((address) => [address.allocationId, `eip:${address.publicIp}`]),
    world.loadBalancers.list().map((balancer) => [balancer.arn, `lb:${balancer.name}`]),
    world.targetGroups.list().map((group) => [group.arn, `tg:${group.name}`]),
    world.listeners.list().map((listener) => [listener.arn, `listener:${listenerName(listener)}`]),
  ]
  return new Map(pairs.flat() as [string, string][])
}

const idPattern = /arn:aws:elasticloadbalancing:[\w:/-]+|(?:sg|eipalloc)-\w+/g

/** Replaces ids wherever they stand, in keys and inside longer texts too, and puts keys and lists in order. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return value.replace(idPattern, (id) => names.get(id) ?? id)
  if (Array.isArray(value)) return value.map((item) => renamed(item, names))
  if (!isObject(value)) return value as Json
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]): [string, Json] => {
      const shown = renamed(inner, names)
      // A set, which the cloud keeps in order of ids; any other list may mean its order.
      const isSet = key === 'securityGroups' && Array.isArray(shown)
      return [renamed(key, names) as string, isSet ? (shown as string[]).toSorted() : shown]
    })
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

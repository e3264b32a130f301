import type { Clock } from '../../../src/lib/clock.ts'
import type { Limits, Switches } from '../switches.ts'
import type {
  Address,
  Instance,
  Interface,
  Listener,
  LoadBalancer,
  RouteTable,
  Rule,
  SecurityGroup,
  Subnet,
  Target,
  TargetGroup,
  Vpc,
} from './records.ts'
import type { ClassicLoadBalancer } from './classic.ts'
import { createIds } from './ids.ts'
import type { Ids } from './ids.ts'
import { createTable } from './table.ts'
import type { Table } from './table.ts'

/** One account in one region. */
export interface World {
  readonly clock: Clock
  readonly region: string
  readonly account: string
  readonly limits: Limits
  readonly switches: Switches
  readonly ids: Ids
  readonly vpcs: Table<Vpc>
  readonly subnets: Table<Subnet>
  readonly routeTables: Table<RouteTable>
  readonly securityGroups: Table<SecurityGroup>
  readonly rules: Table<Rule>
  readonly instances: Table<Instance>
  readonly addresses: Table<Address>
  readonly interfaces: Table<Interface>
  readonly loadBalancers: Table<LoadBalancer>
  readonly targetGroups: Table<TargetGroup>
  readonly listeners: Table<Listener>
  /** By name: nothing else tells one from another. */
  readonly classicLoadBalancers: Table<ClassicLoadBalancer>
  /** Target group ARN -> "id:port" -> target. Always read by ARN, so it needs no past. */
  readonly targets: Map<string, Map<string, Target>>
  readonly certificates: Set<string>
  /** Managed prefix list -> the number of rules it counts for. */
  readonly prefixLists: Map<string, number>
  /** Ids of targets whose health check fails, after the ARN of the group where it fails in one only. */
  readonly unhealthy: Set<string>
  /** What real checks of a target have found, where somebody makes them; else the clock decides. */
  probed: ((group: TargetGroup, target: Target) => 'initial' | 'healthy' | 'unhealthy') | undefined
}

export interface WorldSettings {
  readonly clock: Clock
  readonly region: string
  readonly account: string
  readonly limits: Limits
  readonly switches: Switches
}

export function createWorld(settings: WorldSettings): World {
  const table = <T>() => createTable<T>(settings.clock)
  return {
    ...settings,
    ids: createIds(),
    vpcs: table(),
    subnets: table(),
    routeTables: table(),
    securityGroups: table(),
    rules: table(),
    instances: table(),
    addresses: table(),
    interfaces: table(),
    loadBalancers: table(),
    targetGroups: table(),
    listeners: table(),
    classicLoadBalancers: table(),
    targets: new Map(),
    certificates: new Set(),
    prefixLists: new Map(),
    unhealthy: new Set(),
    probed: undefined,
  }
}

/** The moment a list shows. */
export const listTime = (world: World): number => world.clock.now() - world.switches.listLag

export const elbArn = (world: World, resource: string): string =>
  `arn:aws:elasticloadbalancing:${world.region}:${world.account}:${resource}`

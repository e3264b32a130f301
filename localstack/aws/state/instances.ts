import { addressIn, releaseInterfaces } from './interfaces.ts'
import type { Instance } from './records.ts'
import { seeded } from './seed.ts'
import type { World } from './world.ts'

export interface InstanceInput {
  readonly id: string
  /** "a" or "us-east-1a": the private subnet of that zone. */
  readonly az?: string
  readonly subnetId?: string
  readonly groups?: readonly string[]
  readonly state?: Instance['state']
  /** Default: the next free one of its subnet. */
  readonly privateIp?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** Adds an instance, or changes the one of that id; by default it runs in zone a as a node of the cluster. */
export function addInstance(world: World, input: InstanceInput): void {
  const there = world.instances.get(input.id)
  const subnet = world.subnets.get(input.subnetId ?? there?.subnetId ?? subnetOfZone(world, input.az ?? 'a'))
  if (subnet === undefined) throw new Error(`No subnet for instance ${input.id}`)
  const instance: Instance = {
    id: input.id,
    subnetId: subnet.id,
    privateIp: input.privateIp ?? there?.privateIp ?? addressIn(world, subnet),
    eniId: there?.eniId ?? world.ids.resource('eni'),
    groups: input.groups ?? there?.groups ?? [seeded.nodeGroup],
    state: input.state ?? 'running',
    tags: input.tags ?? there?.tags ?? {},
  }
  world.instances.put(input.id, instance)
  world.interfaces.put(instance.eniId, {
    id: instance.eniId,
    owner: instance.id,
    description: '',
    subnetId: subnet.id,
    privateIp: instance.privateIp,
    groups: instance.groups,
  })
}

/** Terminates it: its targets vanish from every target group and Classic Load Balancer, its interface goes at once. */
export function removeInstance(world: World, id: string): void {
  world.instances.remove(id)
  for (const targets of world.targets.values()) {
    for (const [key, target] of targets) if (target.id === id) targets.delete(key)
  }
  for (const balancer of world.classicLoadBalancers.list()) {
    const { [id]: gone, ...instances } = balancer.instances
    if (gone !== undefined) world.classicLoadBalancers.put(balancer.name, { ...balancer, instances })
  }
  releaseInterfaces(world, (item) => item.owner === id, 0)
}

function subnetOfZone(world: World, zone: string): string {
  const name = zone.length === 1 ? `${world.region}${zone}` : zone
  const found = world.subnets
    .list()
    .find((subnet) => subnet.zone === name && 'kubernetes.io/role/internal-elb' in subnet.tags)
  return found?.id ?? ''
}

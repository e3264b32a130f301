import { freeAddress } from './addresses.ts'
import type { Interface, Subnet } from './records.ts'
import type { World } from './world.ts'

/** An address for a new interface in a subnet. */
export function addressIn(world: World, subnet: Subnet): string {
  const taken = world.interfaces.list().filter((item) => item.subnetId === subnet.id)
  return freeAddress(subnet.cidr, new Set(taken.map((item) => item.privateIp)))
}

export const isGone = (world: World, item: Interface): boolean =>
  item.goneAt !== undefined && item.goneAt <= world.clock.now()

/** Interfaces of a deleted owner stay a while, and hold on to their security groups as long as they do. */
export function releaseInterfaces(world: World, which: (item: Interface) => boolean, lingerMs: number): void {
  const goneAt = world.clock.now() + lingerMs
  for (const item of world.interfaces.list()) {
    if (isGone(world, item)) world.interfaces.remove(item.id)
    else if (item.goneAt === undefined && which(item)) world.interfaces.put(item.id, { ...item, goneAt })
  }
}

import type { Interface } from './records.ts'
import type { World } from './world.ts'

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

import { digest } from '../../src/lib/hash.ts'
import type { Machine } from './nodes.ts'

/** How many nodes a load balancer sends to, over all zones together. */
export const subsetLimit = (internal: boolean, local: boolean): number =>
  internal ? (local ? 250 : 25) : local ? 3_000 : 250

const rank = (salt: string, { name }: Machine): string => digest(`${salt};${name}`).toString('hex')

/**
 * The nodes of one load balancer, by zone. With fewer than the limit it is all of them. Else each zone gives one in
 * turn: those that are members already first, so that nodes which come and go move nobody else, then by a hash with
 * the Service's own salt, so that Services do not all crowd on the same nodes.
 */
export function subsetOf(
  machines: readonly Machine[],
  limit: number,
  salt: string,
  members: ReadonlySet<string>,
): readonly Machine[] {
  if (machines.length <= limit) return machines
  const ranked = machines
    .map((machine) => ({ machine, old: members.has(machine.name), rank: rank(salt, machine) }))
    .toSorted((a, b) => Number(b.old) - Number(a.old) || (a.rank < b.rank ? -1 : 1))
  const zones = [...Map.groupBy(ranked, ({ machine }) => machine.zone)].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  )
  const queues = zones.map(([, list]) => list.map(({ machine }) => machine))
  const chosen: Machine[] = []
  for (let turn = 0; chosen.length < limit; turn++)
    for (const queue of queues) {
      const next = queue[turn]
      if (next !== undefined && chosen.length < limit) chosen.push(next)
    }
  const taken = new Set(chosen)
  return machines.filter((machine) => taken.has(machine))
}

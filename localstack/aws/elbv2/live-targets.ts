import type { Target, TargetGroup } from '../state/records.ts'
import type { World } from '../state/world.ts'

export const targetKey = (target: Pick<Target, 'id' | 'port'>): string => `${target.id}:${target.port}`

/** The targets of a group at this moment: those that have drained are gone. */
export function liveTargets(world: World, group: TargetGroup): Map<string, Target> {
  const delay = Number(group.attributes['deregistration_delay.timeout_seconds'] ?? '300') * 1000
  const now = world.clock.now()
  const live = [...(world.targets.get(group.arn) ?? [])].filter(
    ([, target]) => target.drainedAt === undefined || target.drainedAt + delay > now,
  )
  return new Map(live)
}

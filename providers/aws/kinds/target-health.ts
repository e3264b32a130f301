import type { Observed } from '../../../src/plan/resource.ts'
import type { TargetHealth } from '../../../src/provider/kind.ts'
import type { Target } from '../api-elbv2.ts'
import { targetKey } from '../targets.ts'
import type { KindDeps } from './shared.ts'

/** The states of the API in one word each; those that it may gain are told as it writes them. */
const reasons: Readonly<Record<string, string>> = {
  healthy: 'Healthy',
  initial: 'Initial',
  unhealthy: 'Unhealthy',
  'unhealthy.draining': 'UnhealthyDraining',
  draining: 'Draining',
  unused: 'Unused',
  unavailable: 'Unavailable',
}

/** One request, however many targets are asked for. */
export async function targetHealth(
  { api }: KindDeps,
  seen: Observed,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TargetHealth>> {
  const Targets = keys.flatMap((key) => {
    const part = seen.parts?.[key]
    return part === undefined ? [] : [part.spec as unknown as Target]
  })
  if (Targets.length === 0) return new Map()
  const answer = await api.call('DescribeTargetHealth', { TargetGroupArn: seen.id, Targets }, signal)
  const described = answer.TargetHealthDescriptions ?? []
  return new Map(
    described.flatMap(({ Target: target, TargetHealth: health }): [string, TargetHealth][] => {
      if (target?.Id === undefined || target.Port === undefined || health?.State === undefined) return []
      const { State, Reason, Description } = health
      const why = [Reason, Description].filter((text) => text !== undefined).join(': ')
      const told = {
        healthy: State === 'healthy',
        reason: reasons[State] ?? State.replaceAll(/\W/g, '_'),
        message: why === '' ? State : `${State} (${why})`,
      }
      return [[targetKey(target.Id, target.Port), told]]
    }),
  )
}

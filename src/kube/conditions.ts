import { equal } from '../lib/json.ts'
import type { Condition } from '../model/objects.ts'
import { kubeTime } from './time.ts'

/** The API refuses longer messages. */
const longestMessage = 32_768

/**
 * The list with `wanted` set by type and `dropped` types gone; other writers' conditions stay where they are. A
 * transition time moves only when the status does.
 */
export function mergeConditions(
  current: readonly Condition[],
  wanted: readonly Condition[],
  dropped: readonly string[],
  now: number,
): readonly Condition[] {
  const kept = current.filter((condition) => !dropped.includes(condition.type))
  const merged = kept.map((held) => {
    const want = wanted.find((condition) => condition.type === held.type)
    return want === undefined ? held : mergeOne(held, want, now)
  })
  const added = wanted.filter((want) => !kept.some((held) => held.type === want.type))
  return [...merged, ...added.map((want) => mergeOne(undefined, want, now))]
}

function mergeOne(held: Condition | undefined, want: Condition, now: number): Condition {
  const since = held?.status === want.status ? held.lastTransitionTime : undefined
  const next = {
    ...want,
    message: want.message.slice(0, longestMessage),
    lastTransitionTime: since ?? want.lastTransitionTime ?? kubeTime(now),
  }
  return held !== undefined && equal(held, next) ? held : next
}

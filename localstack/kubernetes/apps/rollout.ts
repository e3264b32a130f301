/** How many replicas a ReplicaSet asks for, and how many of them are available. */
export interface Replicas {
  readonly wanted: number
  readonly available: number
}

export interface Rollout {
  readonly desired: number
  /** How many pods there may be beyond the desired number, and how many of it may be missing. */
  readonly surge: number
  readonly unavailable: number
  readonly current: Replicas
  /** ReplicaSets of earlier templates, the oldest first. */
  readonly old: readonly Replicas[]
}

export interface Step {
  readonly current: number
  readonly old: readonly number[]
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

/**
 * The next step of a rolling update: first the new pods grow as far as the surge allows; when they cannot, old pods go,
 * those that serve nobody before those that do, and never more than leaves the minimum available.
 */
export function rollingStep({ desired, surge, unavailable, current, old }: Rollout): Step {
  const wanted = old.map((one) => one.wanted)
  const total = current.wanted + sum(wanted)
  const room = Math.max(0, desired + surge - total)
  const grown = current.wanted > desired ? desired : current.wanted + Math.min(room, desired - current.wanted)
  if (grown !== current.wanted) return { current: grown, old: wanted }

  const minimum = desired - unavailable
  const notYet = Math.max(0, current.wanted - current.available)
  let spare = Math.max(0, total - minimum - notYet)
  const healthy = old.map((one) => {
    const drop = Math.min(spare, Math.max(0, one.wanted - one.available))
    spare -= drop
    return one.wanted - drop
  })
  const available = current.available + sum(old.map((one) => one.available))
  let excess = Math.min(spare, Math.max(0, available - minimum))
  const left = healthy.map((count) => {
    const drop = Math.min(excess, count)
    excess -= drop
    return count - drop
  })
  return { current: current.wanted, old: left }
}

/** Without a surge by design: the old pods end before the first new one begins. */
export function recreateStep({ desired, current, old }: Rollout, oldPods: number): Step {
  const none = old.map(() => 0)
  return oldPods > 0 || old.some(({ wanted }) => wanted > 0)
    ? { current: current.wanted, old: none }
    : { current: desired, old: none }
}

export interface Part {
  readonly replicas: number
  /** How many pods the rollout could have at most when the part got its number. */
  readonly most: number
}

/**
 * A Deployment that is scaled in the middle of a rollout: every ReplicaSet gets its share of what is added or taken, and
 * the largest gets what rounding leaves over. `parts` are the oldest first; of two that are as large the newer grows, and
 * the older shrinks.
 */
export function proportionally(parts: readonly Part[], most: number): readonly number[] {
  const total = sum(parts.map(({ replicas }) => replicas))
  const change = most - total
  const way = Math.sign(change)
  const largestFirst = parts
    .map((part, at) => ({ ...part, at }))
    .toSorted((a, b) => b.replicas - a.replicas || (change > 0 ? b.at - a.at : a.at - b.at))
  const result = parts.map(({ replicas }) => replicas)
  let left = Math.abs(change)
  for (const { replicas, most: before, at } of largestFirst) {
    const share = way * (Math.round((replicas * most) / before) - replicas)
    const taken = Math.min(left, Math.max(0, share))
    result[at] = replicas + way * taken
    left -= taken
  }
  const first = largestFirst[0]?.at
  if (first !== undefined) result[first] = Math.max(0, (result[first] ?? 0) + way * left)
  return result
}

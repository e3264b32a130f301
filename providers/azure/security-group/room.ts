import { error, type Problem } from '../../../src/model/problem.ts'
import type { Observed, Part, Resource } from '../../../src/plan/resource.ts'
import { destinationsOf, nameOf, sourcesOf } from './rule.ts'

/** Azure's limits for one security group. */
const limits = { rules: 1_000, sources: 4_000, destinations: 4_000 } as const

type Count = Record<keyof typeof limits, number>

/** What a group holds, and would hold with more. */
class Tally {
  readonly #count: Count = { rules: 0, sources: 0, destinations: 0 }
  readonly #rules = new Set<string>()

  add(part: Part): void {
    const name = nameOf(part.spec)
    this.#count.destinations += Math.max(1, destinationsOf(part.spec).length)
    if (this.#rules.has(name)) return
    this.#rules.add(name)
    this.#count.rules++
    this.#count.sources += sourcesOf(part.spec).length
  }

  /** The limit that these parts would break, and what they would bring it to. */
  exceeded(parts: readonly Part[]): readonly [keyof Count, number] | undefined {
    const after = { ...this.#count }
    const fresh = new Set<string>()
    for (const part of parts) {
      const name = nameOf(part.spec)
      after.destinations++
      if (this.#rules.has(name) || fresh.has(name)) continue
      fresh.add(name)
      after.rules++
      after.sources += sourcesOf(part.spec).length
    }
    for (const what of ['rules', 'sources', 'destinations'] as const)
      if (after[what] > limits[what]) return [what, after[what]]
    return undefined
  }
}

/**
 * For whom the group has no room. What is there stays; then the oldest Service comes first, each with all its rules or
 * none, because half of them would let in half of its clients.
 */
export function withoutRoom(
  { parts = {}, owners }: Resource,
  observed: Observed | undefined,
): ReadonlyMap<string, Problem> {
  const tally = new Tally()
  for (const part of Object.values(observed?.parts ?? {})) tally.add(part)
  const waiting = new Map<string, [string, Part][]>()
  for (const [key, part] of Object.entries(parts)) {
    if (observed?.parts?.[key] !== undefined) continue
    for (const { uid } of part.owners) {
      const list = waiting.get(uid)
      if (list === undefined) waiting.set(uid, [[key, part]])
      else list.push([key, part])
    }
  }
  const placed = new Set<string>()
  const refused = new Map<string, Problem>()
  for (const { uid } of owners) {
    const fresh = (waiting.get(uid) ?? []).filter(([key]) => !placed.has(key))
    const over = tally.exceeded(fresh.map(([, part]) => part))
    if (over !== undefined) refused.set(uid, full(over, fresh[0]?.[1].path))
    else
      for (const [key, part] of fresh) {
        placed.add(key)
        tally.add(part)
      }
  }
  return refused
}

const full = ([what, count]: readonly [keyof Count, number], path: string | undefined): Problem =>
  error(
    'LB_SECURITY_GROUP_FULL',
    path ?? 'spec.loadBalancerSourceRanges',
    `the security group would hold ${count} ${what}, and Azure allows ${limits[what]}`,
    {
      accepted: `at most ${limits[what]} ${what} in one group`,
      hint: 'Services with the same ports and sources share rules; write fewer or larger ranges, or delete what is not needed',
    },
  )

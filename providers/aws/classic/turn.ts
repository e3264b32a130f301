import type { JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Part, PartChange, Resource } from '../../../src/plan/resource.ts'
import type { Changes } from '../../../src/provider/kind.ts'
import type { KindDeps } from '../kinds/shared.ts'
import { listenerKey } from './listeners.ts'
import { backendKey, policyKey } from './policies.ts'

export interface Update {
  readonly seen: Observed
  readonly want: Resource
  readonly changes: Changes
  readonly signal: AbortSignal
}

/** An update with what its turns look at. */
export interface Turn extends Update {
  readonly deps: KindDeps
  readonly asOf: number
  readonly LoadBalancerName: string
  readonly put: Sorted
  readonly gone: Sorted
}

/** Changed parts by what they are. */
export interface Sorted {
  readonly listeners: readonly PartChange[]
  readonly backends: readonly PartChange[]
  readonly policies: readonly PartChange[]
  readonly instances: readonly PartChange[]
}

export const isGone = ({ action }: PartChange): boolean => action === 'remove'

export function sorted(parts: readonly PartChange[]): Sorted {
  const under = (start: string) => parts.filter(({ key }) => key.startsWith(start))
  const listeners = under(listenerKey(''))
  const backends = under(backendKey(''))
  const policies = under(policyKey(''))
  const others = new Set([...listeners, ...backends, ...policies])
  return { listeners, backends, policies, instances: parts.filter((part) => !others.has(part)) }
}

export const specOf = ({ after = {} }: PartChange): JsonObject => after
/** `seen` after parts were written as asked for, or with others in their place. */
export function withParts(
  { seen, asOf }: Turn,
  parts: readonly PartChange[],
  more: Readonly<Record<string, Part>> = {},
): Observed {
  const all: Record<string, Part> = { ...seen.parts, ...more }
  for (const { key, action, after, owners } of parts) {
    if (action === 'remove' || after === undefined) delete all[key]
    else {
      const path = seen.parts?.[key]?.path
      all[key] = { spec: after, owners, ...(path === undefined ? {} : { path }) }
    }
  }
  return { ...seen, asOf, parts: all }
}

export async function done<T>(call: Promise<unknown>, after: T): Promise<T> {
  await call
  return after
}

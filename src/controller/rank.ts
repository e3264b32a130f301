import { priority } from '../engine/gates.ts'
import { equal } from '../lib/json.ts'
import type { AnnotationTable } from '../model/annotations.ts'
import type { ServiceObject } from '../model/objects.ts'
import { inputOf } from './accepted.ts'

/** How urgent a change of a Service is (law 13): what a user wrote first, what nobody waits for last. */
export function rankOf(
  before: ServiceObject | undefined,
  now: ServiceObject | undefined,
  table: AnnotationTable,
): number {
  if (now === undefined) return priority.remove
  if (now.metadata.deletionTimestamp !== undefined) return priority.remove
  if (before === undefined) return priority.user
  const same = before.spec?.type === now.spec?.type && equal(inputOf(before, table), inputOf(now, table))
  return same ? priority.resync : priority.user
}

/** Traffic to a node that goes is lost sooner than one that joins is missed. */
export const rankOfNodes = ({ left }: { readonly left: number }): number =>
  left > 0 ? priority.leaving : priority.joining

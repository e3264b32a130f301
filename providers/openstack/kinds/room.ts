import { error, type Problem } from '../../../src/model/problem.ts'
import type { Observed, Resource } from '../../../src/plan/resource.ts'

/** Services beyond the most that may share: the newest find no room. Those that are on it have theirs. */
export function roomFor(
  most: number,
  want: Resource,
  observed: Observed | undefined,
): ReadonlyMap<string, Problem> {
  const parts = Object.values(want.parts ?? {}).filter(({ spec }) => 'uid' in spec)
  const there = new Set(
    Object.values(observed?.parts ?? {}).flatMap(({ owners }) => owners.map(({ uid }) => uid)),
  )
  const all = [
    ...new Map(parts.flatMap(({ owners }) => owners.map((owner) => [owner.uid, owner] as const))).values(),
  ]
  const staying = all.filter(({ uid }) => there.has(uid))
  const coming = all.filter(({ uid }) => !there.has(uid))
  const left = Math.max(0, most - Math.max(staying.length, there.size))
  const holders = [...staying, ...coming.slice(0, left)].map(({ name }) => name)
  return new Map(
    coming.slice(left).map(({ uid, name }) => [
      uid,
      error(
        'LB_OPENSTACK_SHARE_FULL',
        parts.find(({ owners }) => owners.some((owner) => owner.uid === uid))?.path ?? 'spec',
        `${want.stack} is shared by ${holders.join(', ')} already, so ${name} has no room on it`,
        {
          accepted: `at most ${most} Services, as the setting openstack.maxSharedLb says`,
          hint: 'choose another group, or raise the setting',
        },
      ),
    ]),
  )
}

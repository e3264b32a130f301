import type { Space } from './addresses.ts'
import { eventually } from './command.ts'
import type { Shot, Tally } from './orders.ts'
import type { Rig } from './rig.ts'

/** One connection or several, told in one line: `a from 192.0.2.21`, `refused`. */
export async function shot(
  rig: Rig,
  from: Space,
  want: Partial<Shot> & Pick<Shot, 'to' | 'port'>,
): Promise<string> {
  const [tally = {}] = await rig.posts[from].tell('shoot', [{ protocol: 'TCP', timeoutMs: 10_000, ...want }])
  return textOf(tally)
}

export const textOf = (tally: Tally): string => Object.keys(tally).toSorted().join(', ')

/** Shoots again until it comes out like this. */
export async function comesTo(
  rig: Rig,
  from: Space,
  want: Partial<Shot> & Pick<Shot, 'to' | 'port'>,
  wanted: RegExp,
  withinMs?: number,
): Promise<void> {
  let last = ''
  await eventually(
    `${from} to ${want.to}:${want.port} comes to ${wanted}`,
    async () => wanted.test((last = await shot(rig, from, { timeoutMs: 500, ...want }))),
    withinMs,
    () => `last: ${last}`,
  )
}

import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../observe/log.ts'
import { isNamed } from '../../relay/handover.ts'

export interface WaitBehindOptions {
  /** Where this process was found by the one that serves now. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Log
}

const lookMs = 1_000
/** A process that takes over is nameless for a moment. */
const goneMs = 5_000

/**
 * The rest of the life of a process that another one has taken over from, where whoever watches over it would start it
 * again if it ended: the two would take over from each other for ever. It ends when it is told to, or when nobody serves
 * any more: the one that took over was told to end, and to be started again is just what is wanted.
 */
export async function waitBehind(
  { folder, clock, log }: WaitBehindOptions,
  signal: AbortSignal,
): Promise<void> {
  log.info('waiting to be told to end: another process serves')
  let seenAt = clock.now()
  while (!signal.aborted) {
    await clock.sleep(lookMs, signal)
    if (isNamed(folder)) seenAt = clock.now()
    else if (clock.now() - seenAt >= goneMs) {
      log.warn('the process that took over has gone: ending, to be started again')
      return
    }
  }
}

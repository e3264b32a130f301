/**
 * Reading in the background. The list sweep learns what exists and whose it is; the deep sweep reads every object once
 * in a drift period, evenly spread. Both only feed the inventory, which tells who must look again.
 */
import type { Clock } from '../lib/clock.ts'
import { ProviderError } from '../provider/errors.ts'
import type { Cloud } from './cloud.ts'
import type { Inventory } from './inventory.ts'

export interface SweepOptions {
  readonly clock: Clock
  readonly cloud: Cloud
  readonly inventory: Inventory
  /** Between two list sweeps, ms. */
  readonly listEveryMs: number
  /** In which every object is read once, ms. */
  readonly driftMs: number
  /** The longest that a list may lag behind a write, over all kinds, ms. */
  readonly settleMs: number
  readonly onError: (error: unknown) => void
  /** A sweep of lists ended. */
  readonly onListed: () => void
}

/** After a sweep that failed. */
const retryMs = 5_000

/** Lists every kind to its end. */
export async function listAll(
  { clock, cloud, inventory }: Pick<SweepOptions, 'clock' | 'cloud' | 'inventory'>,
  signal: AbortSignal,
): Promise<void> {
  for (const kind of inventory.listable) {
    const listing = inventory.beginList(kind, clock.now())
    let cursor: string | undefined
    do {
      const page = await cloud.list(kind, cursor, signal)
      for (const item of page.items) inventory.listed(listing, item)
      cursor = page.next
    } while (cursor !== undefined)
    inventory.endList(listing)
  }
}

/**
 * Lists at once, again when everything that was written before us must show, then every period. Runs until the signal.
 */
export async function sweepLists(options: SweepOptions, signal: AbortSignal): Promise<void> {
  const began = options.clock.now()
  let settled = false
  while (!signal.aborted) {
    const start = options.clock.now()
    try {
      await listAll(options, signal)
      options.onListed()
    } catch (error) {
      if (signal.aborted) return
      options.onError(error)
      await options.clock.sleep(
        error instanceof ProviderError ? (error.retryAfterMs ?? retryMs) : retryMs,
        signal,
      )
      continue
    }
    settled ||= start >= began + options.settleMs
    const wait = settled ? options.listEveryMs : began + options.settleMs - options.clock.now()
    await options.clock.sleep(Math.max(wait, 0), signal)
  }
}

/** Reads the object that was not looked at for the longest time, one after the other, at the pace of one round a period. */
export async function sweepDeep(options: SweepOptions, signal: AbortSignal): Promise<void> {
  const { clock, cloud, inventory, driftMs } = options

  while (!signal.aborted) {
    // What lives within another object is read with it.
    const objects = [...inventory.all()].filter((object) => object.within === undefined)
    const pause = Math.max(driftMs / Math.max(objects.length, 1), 10)
    for (const object of objects) {
      await clock.sleep(pause, signal)
      if (signal.aborted) return
      const known = inventory.get(object.kind, object.id)
      if (known === undefined) continue
      try {
        inventory.read(known, await cloud.read(known, 'sweep', signal))
      } catch (error) {
        if (signal.aborted) return
        options.onError(error)
      }
    }
    if (objects.length === 0) await clock.sleep(Math.min(driftMs, 60_000), signal)
  }
}

import type { Log } from '../observe/log.ts'
import { PlaneRefused, type DataPlane } from './data-plane.ts'

export type PlaneName = DataPlane['name']

/** How each data plane is made; it is loaded only then. */
export type PlaneMakers = Readonly<Record<PlaneName, () => Promise<DataPlane>>>

/** A started data plane: the one asked for, or with `auto` the best that works here. Rejects with `PlaneRefused`. */
export async function choosePlane(
  wish: PlaneName | 'auto',
  makers: PlaneMakers,
  log: Log,
  signal: AbortSignal,
): Promise<DataPlane> {
  if (wish !== 'auto') return started(await makers[wish](), signal)
  try {
    return await started(await makers.nftables(), signal)
  } catch (error) {
    if (!(error instanceof PlaneRefused)) throw error
    log.warn('nftables cannot be used here: connections go through this process', {
      missing: error.missing,
      hint: error.hint,
    })
    return started(await makers.userspace(), signal)
  }
}

async function started(plane: DataPlane, signal: AbortSignal): Promise<DataPlane> {
  await plane.start(signal)
  return plane
}

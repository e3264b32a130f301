import type { Clock } from '../lib/clock.ts'
import type { Log } from '../observe/log.ts'
import type { PlaneMakers } from './choose-plane.ts'

export interface PlaneOptions {
  readonly clock: Clock
  readonly log: Log
  /** Userspace: listen here instead of at the node port addresses. */
  readonly bindAddresses?: readonly string[]
  readonly workers: number
  readonly drainMs: number
  readonly stateDir?: string
  readonly masqueradeBit: number
}

/** The data planes there are. */
export const planeMakers = (opts: PlaneOptions): PlaneMakers => ({
  nftables: async () => {
    const { PlaneRefused } = await import('./data-plane.ts')
    throw new PlaneRefused('nftables is not built', 'say --data-plane userspace')
  },
  userspace: async () => {
    const [{ UserspacePlane }, { LocalRelay }] = await Promise.all([
      import('./userspace/plane.ts'),
      import('../relay/local-relay.ts'),
    ])
    const { clock, log, bindAddresses, drainMs } = opts
    const relay = new LocalRelay({ clock, log })
    return new UserspacePlane({
      relay,
      log,
      drainMs,
      settings: bindAddresses === undefined ? {} : { bindAddresses },
    })
  },
})

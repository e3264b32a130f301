import type { Launcher } from '../../../src/sandbox/pods/launch.ts'
import type { WorkloadEnd } from '../../../src/sandbox/pods/workload.ts'

export interface IdleOptions {
  /** SIGTERM is not heard. */
  readonly stubborn?: boolean
  /** What probes and hooks find. */
  readonly check?: () => boolean
}

/** Containers that run and do nothing. */
export const idleLauncher = ({ stubborn = false, check = () => true }: IdleOptions = {}): Launcher => ({
  async launch() {
    const { promise: ended, resolve: end } = Promise.withResolvers<WorkloadEnd>()
    const kill = () => end({ exitCode: 137, signal: 9 })
    const stop = () => {
      if (!stubborn) end({ exitCode: 0 })
    }
    return { what: 'nothing', workload: { ended, kill, stop } }
  },
  check: async () => ({ ok: check(), message: 'it said no' }),
  setup: () => ({ env: {}, cwd: '/', mounts: [], address: '' }),
  refresh: () => {},
  forget: () => {},
  close: () => {},
})

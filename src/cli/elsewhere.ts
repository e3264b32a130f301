import { probe } from '../../providers/local/server/health-probe.ts'
import type { LocalBalancerOptions } from '../../providers/local/server/main.ts'
import type { Log } from '../observe/log.ts'

/** How the balancer of a sandbox reaches what is not where it is said to be, and listens there. */
export async function elsewhere(
  base: number,
  log: Log,
): Promise<Pick<LocalBalancerOptions, 'relay' | 'probe' | 'reachedAt'>> {
  const [{ probeLoopback }, { Translation }, { TranslatedRelay }, { layoutOf }, { LocalRelay }] =
    await Promise.all([
      import('../sandbox/net/system.ts'),
      import('../sandbox/net/translation.ts'),
      import('../sandbox/net/translated-relay.ts'),
      import('../sandbox/layout.ts'),
      import('../relay/local-relay.ts'),
    ])
  const translation = new Translation(await probeLoopback(base), layoutOf(base, 1))
  return {
    relay: new TranslatedRelay(new LocalRelay({ log }), translation),
    probe: (place, check, signal) => probe({ ...translation.at('TCP', place) }, check, signal),
    reachedAt: ({ protocol, address, port }) => {
      const at = translation.at(protocol, { address, port })
      return at.address === address && at.port === port ? undefined : at
    },
  }
}

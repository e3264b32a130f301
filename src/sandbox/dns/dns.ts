import type { KubeApi } from '../../kube/port.ts'
import { monotonicClock } from '../../lib/clock.ts'
import type { Log } from '../../observe/log.ts'
import type { Names } from './names.ts'
import { serveDns, type DnsPlace, type DnsServer } from './server.ts'
import { WatchedNames } from './watched-names.ts'

export interface DnsParts {
  readonly api: KubeApi
  readonly log: Log
  /** Where to listen: the first that the system allows. */
  readonly places: readonly DnsPlace[]
  /** Addresses of names outside of the cluster, in lower case. Default: none is known. */
  readonly outside?: Names['outside']
  /** Awaited before each answer: brings what `outside` answers up to date. Default: it always is. */
  readonly refresh?: () => Promise<void>
}

export interface Dns extends DnsServer {
  /** Resolves when what the cluster has is answered, or it has been closed. */
  readonly ready: Promise<void>
}

/**
 * The DNS server of a cluster: it answers what the cluster's objects say, and asks nobody else. Rejects with the
 * system's error when it can listen at none of the places.
 */
export async function openDns(parts: DnsParts): Promise<Dns> {
  const { api, log, places, outside = () => undefined, refresh } = parts
  const names = new WatchedNames({ api, log, outside, clock: monotonicClock })
  const stop = new AbortController()
  const server = await serveFirst(places, names, log, refresh)
  const watching = names.run(stop.signal)
  return {
    address: server.address,
    port: server.port,
    ready: names.synced().then(() => {}),
    async close() {
      stop.abort()
      await Promise.all([server.close(), watching])
    },
  }
}

async function serveFirst(
  places: readonly DnsPlace[],
  names: Names,
  log: Log,
  refresh: DnsParts['refresh'],
): Promise<DnsServer> {
  let refused: unknown
  for (const place of places)
    try {
      return await serveDns(place, names, refresh)
    } catch (error) {
      refused = error
      log.warn('the DNS server cannot listen there', { ...place, error })
    }
  throw refused
}

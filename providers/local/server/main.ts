import { randomBytes } from 'node:crypto'
import { monotonicClock, type Clock } from '../../../src/lib/clock.ts'
import { silentLog, type Log } from '../../../src/observe/log.ts'
import { LocalRelay } from '../../../src/relay/local-relay.ts'
import type { Relay } from '../../../src/relay/frontend.ts'
import { claimFolder } from '../../../src/relay/state-folder.ts'
import { trafficPath } from '../wire.ts'
import { lockFolder } from './folder-lock.ts'
import { probe as overTheNetwork, type Probe } from './health-probe.ts'
import { serveLocalApi } from './http-server.ts'
import { createLocalApi } from './in-process.ts'
import { Ledger } from './ledger.ts'
import type { Pool } from './pools.ts'
import type { Records } from './records.ts'
import { Serving, type ServingOptions } from './serving.ts'
import { readState, writeState } from './state-file.ts'
import { trafficOf } from './traffic.ts'

export interface LocalBalancerOptions extends Pick<ServingOptions, 'reachedAt'> {
  /** Made if it is not there, for this user alone. */
  readonly folder: string
  /** Path of the socket where the API is served. */
  readonly socket: string
  readonly pools: readonly Pool[]
  /** Default: one in this process. */
  readonly relay?: Relay
  readonly probe?: Probe
  readonly clock?: Clock
  readonly log?: Log
  readonly random?: () => number
}

export interface LocalBalancer {
  /** Takes nothing new and answers no calls; what is open ends, or is ended when the grace is over. */
  close(graceMs: number): Promise<void>
}

/**
 * The balancer of this machine. What it is asked for outlives it: it serves what its state file says before it answers
 * the first call. Throws `FolderRefused`.
 */
export async function startLocalBalancer(options: LocalBalancerOptions): Promise<LocalBalancer> {
  const { folder, socket } = options
  claimFolder(folder)
  const unlock = await lockFolder(folder, socket)
  try {
    return await startLocked(options, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

async function startLocked(options: LocalBalancerOptions, unlock: () => void): Promise<LocalBalancer> {
  const { folder, socket, pools, clock = monotonicClock, log = silentLog, random = Math.random } = options
  const records = await recordsIn(folder, log)
  const serving = new Serving({
    clock,
    log,
    random,
    relay: options.relay ?? new LocalRelay({ clock, log, random }),
    probe: options.probe ?? overTheNetwork,
    ...(options.reachedAt === undefined ? {} : { reachedAt: options.reachedAt }),
  })
  const ledger = new Ledger(
    records,
    (newest) => writeState(folder, newest),
    (kept) => void serving.serve(kept),
  )
  const api = createLocalApi({
    pools,
    ledger,
    shown: (listener) => serving.shown(listener),
    health: (listener) => serving.health(listener),
  })
  await serving.serve(records)
  const closeApi = await serveLocalApi(socket, {
    api,
    settled: () => serving.settled(),
    pages: {
      [trafficPath]: () => trafficOf(ledger.records, serving),
      '/healthz': () => Promise.resolve({ pid: process.pid }),
    },
  }).catch(async (error: unknown) => {
    await serving.drain(0)
    throw error
  })
  log.info('serving', {
    socket,
    addresses: records.addresses.size,
    listeners: records.listeners.size,
    pools: pools.map(({ name, ranges }) => `${name}=${ranges.map(({ text }) => text).join(',')}`).join(' '),
  })
  return {
    async close(graceMs) {
      await closeApi()
      await serving.drain(graceMs)
      unlock()
    },
  }
}

async function recordsIn(folder: string, log: Log): Promise<Records> {
  const { records, broken } = await readState(folder, randomBytes(3).toString('hex'), new Date())
  if (broken !== undefined)
    log.error(
      'the state file cannot be read; it is kept aside, and nothing is served until it is asked for',
      {
        why: broken.why,
        keptAt: broken.keptAt,
      },
    )
  return records
}

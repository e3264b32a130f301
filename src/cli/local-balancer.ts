import { join, resolve } from 'node:path'
import { startLocalBalancer, type LocalBalancer } from '../../providers/local/server/main.ts'
import { parsePools } from '../../providers/local/server/pools.ts'
import { aborted } from '../lib/aborted.ts'
import { plainLog } from '../observe/plain-log.ts'
import { FolderRefused } from '../relay/state-folder.ts'
import type { LocalBalancerOptions } from './context.ts'
import { elsewhere } from './elsewhere.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { afterStart } from './short-run.ts'
import { stdinEnded } from './stdin-ended.ts'

/** The balancer of this machine, until SIGTERM or SIGINT. */
export async function localBalancer(options: LocalBalancerOptions, io: Io): Promise<ExitCode> {
  const log = plainLog(io.err, options.logLevel)
  const asked = io.stopSignal()
  const stop = options.endWithStdin === true ? AbortSignal.any([asked, stdinEnded(io.stdin)]) : asked
  const pools = parsePools(options.pools)
  if (!pools.ok) {
    io.err(`lb-controller: --pool: ${pools.error}\n`)
    return exit.errors
  }
  const folder = resolve(options.stateDir)
  let balancer: LocalBalancer
  try {
    balancer = await startLocalBalancer({
      folder,
      socket: options.socket === undefined ? join(folder, 'balancer.sock') : resolve(options.socket),
      pools: pools.value,
      log,
      ...(options.sandboxBase === undefined ? {} : await elsewhere(options.sandboxBase, log)),
    })
  } catch (error) {
    if (!(error instanceof FolderRefused) && (error as NodeJS.ErrnoException).code === undefined) throw error
    io.err(`lb-controller: ${error instanceof Error ? error.message : String(error)}\n`)
    return exit.errors
  }
  afterStart(process.versions.v8)
  await aborted(stop)
  log.info('draining', { graceMs: options.drainMs })
  await balancer.close(options.drainMs)
  log.info('stopped')
  return exit.fine
}

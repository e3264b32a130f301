import { parsePools } from '../../providers/local/server/pools.ts'
import { aborted } from '../lib/aborted.ts'
import { plainLog } from '../observe/plain-log.ts'
import { startAwsServer } from '../sandbox/aws-server.ts'
import type { LocalAwsOptions } from './context.ts'
import { elsewhere } from './elsewhere.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { stdinEnded } from './stdin-ended.ts'

/** An AWS on this machine, until SIGTERM or SIGINT. */
export async function localAws(options: LocalAwsOptions, io: Io): Promise<ExitCode> {
  const { host, port, socket, clusterName, vpc, sandboxBase } = options
  const asked = io.stopSignal()
  const stop = options.endWithStdin ? AbortSignal.any([asked, stdinEnded(io.stdin)]) : asked
  const pools = parsePools([`aws=${options.pool}`])
  const [pool] = pools.ok ? pools.value : []
  if (pool === undefined) {
    io.err(`lb-controller: --pool: ${pools.ok ? 'there is none' : pools.error}\n`)
    return exit.errors
  }
  const log = plainLog(io.err)
  try {
    const server = await startAwsServer({
      host,
      port,
      ...(socket === undefined ? {} : { socket }),
      clusterName,
      vpcRange: vpc,
      pool,
      log,
      ...(sandboxBase === undefined ? {} : await elsewhere(sandboxBase, log)),
    })
    io.out(`AWS_ENDPOINT_URL=${server.url}\n`)
    await aborted(stop)
    await server.close(0)
    return exit.fine
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
    io.err(`lb-controller: ${error instanceof Error ? error.message : String(error)}\n`)
    return exit.errors
  }
}

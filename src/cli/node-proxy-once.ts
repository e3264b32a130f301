/** What the node proxy does once, instead of running. */
import { availableParallelism } from 'node:os'
import type { NodeProxyConfig } from '../config/node-proxy-settings.ts'
import { planeMakers } from '../node-proxy/planes.ts'
import { procSysctls, setSysctls, sysctlWishes } from '../node-proxy/sysctls.ts'
import { silentLog } from '../observe/log.ts'
import { silentMetricsOf } from '../observe/metrics.ts'
import { nodeProxyMetricTable } from '../observe/node-proxy-metric-table.ts'
import { trackConnections } from '../node-proxy/nftables/track.ts'
import { nftProgram } from '../node-proxy/nftables/nft.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { planeOptions, tableSettings } from './node-proxy-config.ts'
import { runningProxy } from './running-proxy.ts'

const rightsOfNft =
  'removing rules needs the program nft, and user 0 with the capability NET_ADMIN in the network of the host'

/** Every data plane removes its own: which one ran here last is not known. */
export async function cleanUp(config: NodeProxyConfig, io: Io): Promise<ExitCode> {
  const makers = planeMakers(planeOptions(config, silentLog, silentMetricsOf(nodeProxyMetricTable), io))
  const stop = io.stopSignal()
  let code: ExitCode = exit.fine
  for (const [name, make] of Object.entries(makers)) {
    try {
      const plane = await make()
      await plane.cleanup(stop)
      io.out(`${name}: nothing of the node proxy is left\n`)
    } catch (error) {
      code = exit.errors
      const hint = name === 'nftables' ? `\n  hint: ${rightsOfNft}` : ''
      io.err(`lb-controller: ${name}: ${textOf(error)}${hint}\n`)
    }
  }
  const running = await runningProxy(config)
  if (running === undefined) return code
  io.err(
    `lb-controller: a node proxy runs on this machine and answers at ${running}: it writes its rules again\n  hint: end it, then clean up once more\n`,
  )
  return exit.errors
}

export async function setKernelSettings(config: NodeProxyConfig, io: Io): Promise<ExitCode> {
  const { families } = tableSettings(config)
  const plane = config.dataPlane === 'userspace' ? 'userspace' : 'nftables'
  const wishes = sysctlWishes({ plane, families, cores: availableParallelism() })
  const stop = io.stopSignal()
  const done = await setSysctls(wishes, { ...procSysctls, track: () => trackConnections(nftProgram(), stop) })
  for (const { name, value, error } of done)
    if (error === undefined) io.out(`${name} = ${value}\n`)
    else io.err(`lb-controller: ${name} cannot be set to ${value}: ${error}\n`)
  if (done.length === 0) io.out('every setting of the kernel is as it should be\n')
  // Where rules cannot be had at all, a proxy in userspace must start all the same.
  return done.some(({ error, early }) => error !== undefined && early !== true) ? exit.errors : exit.fine
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

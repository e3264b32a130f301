import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { loadNodeProxyConfig } from '../config/load-node-proxy.ts'
import { nodeProxyTable, type NodeProxyConfig } from '../config/node-proxy-settings.ts'
import { monotonicClock } from '../lib/clock.ts'
import { hash } from '../lib/hash.ts'
import type { IpFamily } from '../lib/ip.ts'
import type { NodeProxyMetrics } from '../node-proxy/measures.ts'
import { machineFamilies } from '../node-proxy/node-addresses.ts'
import type { PlaneOptions } from '../node-proxy/planes.ts'
import { readNodePortAddresses, type TableSettings } from '../node-proxy/table/settings.ts'
import type { Log } from '../observe/log.ts'
import { paintFor } from './colour.ts'
import type { RunOptions } from './context.ts'
import type { Io } from './io.ts'
import { problemText } from './print.ts'
import { readSources } from './sources.ts'

/** The settings of the node proxy; undefined, after saying why, when one of them is wrong. */
export async function nodeProxyConfig(options: RunOptions, io: Io): Promise<NodeProxyConfig | undefined> {
  const place = options.configFile ?? io.env[nodeProxyTable.fileEnv] ?? ''
  const { sources, problems } = await readSources(place === '' ? [] : [place], io, { onlyFiles: true })
  const [file] = sources
  const loaded = loadNodeProxyConfig({
    env: io.env,
    flags: options.flags,
    ...(file === undefined ? {} : { file }),
  })
  const paint = paintFor(io, 'err', 'auto')
  for (const located of [...problems, ...loaded.problems]) io.err(problemText(located, paint))
  return problems.length > 0 ? undefined : loaded.config
}

/** What the settings mean for the table. */
export function tableSettings(config: NodeProxyConfig): TableSettings {
  const nodePorts = readNodePortAddresses(config.nodeportAddresses)
  if (!nodePorts.ok) throw new Error(nodePorts.error)
  return {
    nodeName: config.nodeName ?? hostname().toLowerCase(),
    families: (config.ipFamilies as readonly IpFamily[] | undefined) ?? machineFamilies(),
    nodePortAddresses: nodePorts.value,
    pods: detectorOf(config),
    masqueradeAll: config.masqueradeAll,
    onlyLoadBalancer: config.onlyLoadBalancer,
    ...(config.serviceProxyName === undefined ? {} : { serviceProxyName: config.serviceProxyName }),
    ignoreExternalAddresses: config.ignoreExternalIps,
    serviceRanges: config.serviceCidr ?? [],
  }
}

function detectorOf({ detectLocal, clusterCidr }: NodeProxyConfig): TableSettings['pods'] {
  const how = detectLocal ?? (clusterCidr === undefined ? 'node-cidr' : 'cluster-cidr')
  if (how === 'node-cidr') return { by: 'node' }
  if (how === 'cluster-cidr') return { by: 'ranges', ranges: clusterCidr ?? [] }
  return how === 'none' ? { by: 'none' } : { by: 'interface', prefix: how.slice('interface:'.length) }
}

/** What they mean for the data plane. `onSuperseded`: another process serves in its place. */
export const planeOptions = (
  config: NodeProxyConfig,
  log: Log,
  metrics: NodeProxyMetrics,
  { script = '' }: Pick<Io, 'script'>,
  onSuperseded: () => void = () => {},
): PlaneOptions => ({
  clock: monotonicClock,
  log,
  metrics,
  workers: config.workers,
  program: script,
  drainMs: config.drainTimeout,
  stateDir: stateDirOf(config),
  onSuperseded,
  masqueradeBit: config.masqueradeBit,
  ...(config.bindAddress === undefined ? {} : { bindAddresses: config.bindAddress }),
})

/** Where a process and the one that takes over from it find each other. */
export const stateDirOf = (config: NodeProxyConfig): string => config.stateDir ?? ownFolder(config)

/** Two proxies on one machine that are no successors of each other differ in one of these. */
function ownFolder({ nodeName, bindAddress, healthAddress }: NodeProxyConfig): string {
  const who = hash([userInfo().uid, nodeName, bindAddress, healthAddress], 16)
  return join(tmpdir(), `lb-node-proxy-${who}`)
}

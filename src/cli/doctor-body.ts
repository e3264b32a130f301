import type { Config } from '../config/schema.ts'
import { systemClock } from '../lib/clock.ts'
import { failed, skipped, type Check } from '../provider/checkup.ts'
import { loadProvider } from '../provider/load.ts'
import { paintFor } from './colour.ts'
import type { DoctorOptions } from './context.ts'
import { checkCluster, type ClusterFound } from './doctor-cluster.ts'
import { doctorText, isWell, type Section } from './doctor-text.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { connectTo } from './live.ts'
import { problemText } from './print.ts'
import { readConfig } from './read-config.ts'

/** What all answers together may take. */
const patienceMs = 30_000

export async function doctor(options: DoctorOptions, io: Io): Promise<ExitCode> {
  const { config, problems } = await readConfig(options.configFile, options.flags, io)
  const paint = paintFor(io, 'err', options.colour)
  for (const located of problems) io.err(problemText(located, paint))
  if (config === undefined) return exit.errors
  const signal = AbortSignal.timeout(patienceMs)
  const cluster = await lookAtCluster(config, options, signal)
  const sections: Section[] = [
    { title: 'cluster', checks: cluster.checks },
    { title: config.provider ?? 'cloud', checks: await checkCloud(config, cluster, signal) },
  ]
  if (options.output === 'json') io.out(`${JSON.stringify({ well: isWell(sections), sections }, null, 2)}\n`)
  else io.out(doctorText(sections, paintFor(io, 'out', options.colour)))
  return isWell(sections) ? exit.fine : exit.errors
}

async function lookAtCluster(
  config: Config,
  options: DoctorOptions,
  signal: AbortSignal,
): Promise<ClusterFound> {
  const { serviceAccount } = options
  try {
    const client = await connectTo(config, { attempts: 1 })
    try {
      const asked = {
        server: client.server,
        now: systemClock.now(),
        leaseNamespace: config.leaseNamespace,
        leaseName: config.leaseName,
        ...(serviceAccount === undefined ? {} : { serviceAccount }),
      }
      return await checkCluster(client, asked, signal)
    } finally {
      await client.close()
    }
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return { checks: [failed('kubeconfig', said, 'see --kubeconfig and --context')], nodes: [] }
  }
}

async function checkCloud(
  config: Config,
  { uid, nodes }: ClusterFound,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  if (config.provider === undefined)
    return [failed('provider', 'none is given', 'say --provider aws, or LB_CONTROLLER_PROVIDER=aws')]
  const clusterUid = uid === undefined ? {} : { clusterUid: uid }
  const loaded = await loadProvider(config.provider, config, { clock: systemClock, ...clusterUid })
  if (!loaded.ok) return loaded.error.map(({ message, hint }) => failed('provider', message, hint))
  const cluster = { name: config.clusterName, ...(uid === undefined ? {} : { uid }) }
  const checks = await loaded.value.checkup?.(cluster, nodes, signal)
  return checks ?? [skipped('cloud', `${config.provider} has nothing that doctor looks at`)]
}

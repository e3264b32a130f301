import type { Located } from '../config/located.ts'
import type { Config } from '../config/schema.ts'
import { connect, type Client } from '../kube/client.ts'
import { clusterUid } from '../kube/cluster.ts'
import { listAll } from '../kube/list-all.ts'
import { nodes as nodeType, services as serviceType } from '../kube/port.ts'
import { systemClock } from '../lib/clock.ts'
import type { JsonObject } from '../lib/json.ts'
import { fromService } from '../model/from-service.ts'
import { targetNodes, type TargetNode } from '../model/nodes.ts'
import type { NodeObject, ServiceObject } from '../model/objects.ts'
import type { Fact, Lookup } from '../provider/blueprint.ts'
import { loadProvider } from '../provider/load.ts'
import type { Provider } from '../provider/provider.ts'
import { paintFor } from './colour.ts'
import type { FactsOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { problemText } from './print.ts'
import { readConfig } from './read-config.ts'
import { readManifests } from './read-manifests.ts'
import { readSources } from './sources.ts'

/** What all answers together may take: an account with thousands of load balancers is read one by one. */
const patienceMs = 600_000

export async function facts(options: FactsOptions, io: Io): Promise<ExitCode> {
  const flags = { provider: options.provider, kubeconfig: options.kubeconfig, context: options.context }
  const { config, problems } = await readConfig(options.config, flags, io)
  const files = await readSources(options.files, io, {})
  const given = readManifests(files.sources)
  const say = (located: Located): void => io.err(problemText(located, paintFor(io, 'err', options.colour)))
  const all = [...problems, ...files.problems, ...given.problems]
  all.forEach(say)
  if (config === undefined || all.some(({ problem }) => problem.severity === 'error')) return exit.errors
  if (config.provider === undefined) {
    io.err('lb-controller: no provider is given: say --provider aws, or LB_CONTROLLER_PROVIDER=aws\n')
    return exit.errors
  }
  const signal = AbortSignal.timeout(patienceMs)
  try {
    const cluster = await lookAtCluster(config, signal)
    const deps = { clock: systemClock, clusterUid: cluster.uid }
    const loaded = await loadProvider(config.provider, config, deps)
    if (!loaded.ok) {
      loaded.error.forEach((problem) => say({ problem }))
      return exit.errors
    }
    const services = [...cluster.services, ...given.services.map(({ object }) => object)]
    const asked = askedBy(loaded.value, services, cluster.nodes)
    const found = await loaded.value.lookup(asked, signal)
    for (const fact of found) if (!('value' in fact)) io.err(`${whyNot(fact)}\n`)
    const existing = options.existing === true ? await loaded.value.existing?.(signal) : undefined
    await write(options, io, {
      cluster: { name: config.clusterName, uid: cluster.uid },
      [config.provider]: {
        ...loaded.value.facts.given?.(found),
        ...(existing === undefined ? {} : { existing }),
      },
    })
    return exit.fine
  } catch (error) {
    io.err(`lb-controller: ${error instanceof Error ? error.message : String(error)}\n`)
    return exit.errors
  }
}

interface ClusterSeen {
  readonly uid: string
  readonly services: readonly ServiceObject[]
  readonly nodes: readonly TargetNode[]
}

async function lookAtCluster(config: Config, signal: AbortSignal): Promise<ClusterSeen> {
  const client: Client = await connect({
    clock: systemClock,
    ...(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig }),
    ...(config.context === undefined ? {} : { context: config.context }),
  })
  try {
    const [uid, services, nodes] = await Promise.all([
      clusterUid(client, signal),
      listAll<ServiceObject>(client, serviceType, signal),
      listAll<NodeObject>(client, nodeType, signal),
    ])
    return { uid, services, nodes: targetNodes(nodes) }
  } finally {
    await client.close()
  }
}

/** What every Service asks, also while there is none. */
const plain: ServiceObject = {
  metadata: { name: 'plain', namespace: 'default' },
  spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
}

/** Of several that ask the same the arguments are united: one answer serves all. */
function askedBy(
  provider: Provider,
  services: readonly ServiceObject[],
  nodes: readonly TargetNode[],
): readonly Lookup[] {
  const asked = new Map<string, Lookup>()
  for (const service of [plain, ...services]) {
    if (service.spec?.type !== 'LoadBalancer') continue
    const { lb } = fromService(service, {
      provider: provider.name,
      table: provider.annotations,
      can: provider.can,
      origin: service.metadata.uid === undefined ? 'file' : 'cluster',
    })
    for (const lookup of lb === undefined ? [] : provider.lookups(lb, nodes)) {
      const before = asked.get(lookup.key)
      asked.set(lookup.key, before === undefined ? lookup : united(before, lookup))
    }
  }
  return [...asked.values()]
}

const united = (a: Lookup, b: Lookup): Lookup =>
  Array.isArray(a.args) && Array.isArray(b.args) ? { ...a, args: [...new Set([...a.args, ...b.args])] } : a

const whyNot = (fact: Exclude<Fact, { value: unknown }>): string =>
  'problem' in fact ? `${fact.problem.code} ${fact.problem.message}` : `not known: ${fact.unknown}`

async function write({ output }: FactsOptions, io: Io, file: JsonObject): Promise<void> {
  if (output === 'json') return io.out(`${JSON.stringify(file, null, 2)}\n`)
  const { yamlText } = await import('./yaml-text.ts')
  io.out(`# for "lb-controller dry-run --facts"; docs/reference/facts.md says what each line means\n`)
  io.out(yamlText(file))
}

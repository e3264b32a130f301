import type { JsonObject } from '../lib/json.ts'
import { fromService } from '../model/from-service.ts'
import { targetNodes, type TargetNode } from '../model/nodes.ts'
import type { ServiceObject } from '../model/objects.ts'
import { hasError } from '../model/problem.ts'
import type { Fact, Lookup } from '../provider/blueprint.ts'
import type { Provider } from '../provider/provider.ts'
import { paintFor } from './colour.ts'
import type { FactsOptions } from './context.ts'
import { exit, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { readCluster, withLive, type Live } from './live.ts'
import { problemText } from './print.ts'
import { readManifests, type Manifests } from './read-manifests.ts'
import { readSources } from './sources.ts'

/** What all answers together may take: an account with thousands of load balancers is read one by one. */
const patienceMs = 600_000

export async function facts(options: FactsOptions, io: Io): Promise<ExitCode> {
  const files = await readSources(options.files, io, {})
  const given = readManifests(files.sources)
  const problems = [...files.problems, ...given.problems]
  const paint = paintFor(io, 'err', options.colour)
  for (const located of problems) io.err(problemText(located, paint))
  if (hasError(problems.map(({ problem }) => problem))) return exit.errors
  const code = await withLive(options, io, (live) => tell(live, given, options, io), patienceMs)
  return code ?? exit.errors
}

async function tell(live: Live, given: Manifests, options: FactsOptions, io: Io): Promise<ExitCode> {
  const { provider, cluster, signal } = live
  const found = await readCluster(live)
  const services = [...found.services, ...given.services.map(({ object }) => object)]
  const facts = await provider.lookup(askedBy(provider, services, targetNodes(found.nodes)), signal)
  for (const fact of facts) if (!('value' in fact)) io.err(`${whyNot(fact)}\n`)
  const existing = options.existing === true ? await provider.existing?.(signal) : undefined
  await write(options, io, {
    cluster: { name: cluster.name, uid: cluster.uid ?? '' },
    [provider.name]: {
      ...provider.facts.given?.(facts),
      ...(existing === undefined ? {} : { existing }),
    },
  })
  return exit.fine
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

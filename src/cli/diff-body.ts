import type { Located } from '../config/located.ts'
import type { Preview } from '../controller/preview.ts'
import type { Client } from '../kube/client.ts'
import { KubeError } from '../kube/errors.ts'
import { systemClock } from '../lib/clock.ts'
import { ownerOf } from '../model/from-service.ts'
import type { ServiceObject } from '../model/objects.ts'
import { error, hasError, warning, type Problem } from '../model/problem.ts'
import { problemsOf, type Report, type ServiceReport } from '../report/report.ts'
import { asApplied } from './as-applied.ts'
import { paintFor } from './colour.ts'
import type { DiffOptions } from './context.ts'
import { reportText } from './dry-run-texts.ts'
import { exit, exitCodeOf, type ExitCode } from './exit.ts'
import type { Io } from './io.ts'
import { readCluster, withLive, type Live } from './live.ts'
import { noteOf } from './planner.ts'
import { printable, problemText } from './print.ts'
import { createProgress } from './progress.ts'
import { readManifests, type Manifests } from './read-manifests.ts'
import { readSources } from './sources.ts'

/** What all of it may take: an account with thousands of load balancers is read one by one. */
const patienceMs = 1_800_000

export async function diff(options: DiffOptions, io: Io): Promise<ExitCode> {
  const files = await readSources(options.files, io, options)
  const given = readManifests(files.sources)
  const problems = [...files.problems, ...given.problems]
  const paint = paintFor(io, 'err', options.colour)
  for (const located of problems) io.err(printable(problemText(located, paint)))
  if (hasError(problems.map(({ problem }) => problem))) return exit.errors
  const code = await withLive(options, io, (live) => show(live, given, options, io), patienceMs)
  return code ?? exit.errors
}

async function show(live: Live, given: Manifests, options: DiffOptions, io: Io): Promise<ExitCode> {
  const { config, client, provider, signal } = live
  const applied = await applyAll(client, given, options, signal)
  const { services, nodes } = await readCluster(live)
  const all = new Map(services.map((service) => [ownerOf(service).name, service]))
  for (const service of applied.services) all.set(ownerOf(service).name, service)
  const watched = [...all.values()].filter(
    ({ metadata }) => config.watchNamespace === undefined || metadata.namespace === config.watchNamespace,
  )
  const progress = createProgress(io, systemClock)
  const found = await live.see(
    { services: watched, nodes },
    { onProgress: (decided) => progress.at(decided, watched.length, provider.name) },
  )
  progress.end()
  const report = reportOf(found, provider.name, given, applied.problems)
  const texts = await reportText(report, options.output, paintFor(io, 'out', options.colour))
  for (const text of texts) io.out(options.output === 'tree' ? printable(text) : text)
  const said = problemsOf(report)
  const paint = paintFor(io, 'err', options.colour)
  for (const one of said) if (one.service === undefined) io.err(printable(problemText(one, paint)))
  return exitCodeOf({
    problems: said.map(({ problem }) => problem),
    changes: found.steps.length,
    failOn: 'error',
    detailed: options.detailedExitcode === true,
  })
}

/** What each Service of the files would be: defaults, allocated ports and what others wrote are the server's to say. */
async function applyAll(
  client: Client,
  given: Manifests,
  { namespace, fieldManager: manager }: DiffOptions,
  signal: AbortSignal,
): Promise<{ readonly services: readonly ServiceObject[]; readonly problems: readonly Located[] }> {
  const services: ServiceObject[] = []
  const problems: Located[] = []
  for (const { object, locate } of given.services) {
    const { namespace: own = namespace } = object.metadata
    const wanted = { ...object, metadata: { ...object.metadata, namespace: own } }
    try {
      services.push(await asApplied(client, wanted, manager, signal))
    } catch (thrown) {
      if (!(thrown instanceof KubeError) || thrown.code === 0) throw thrown
      problems.push(locate(refused(thrown)))
    }
  }
  return { services, problems }
}

function refused({ code, message }: KubeError): Problem {
  const hint =
    code === 403
      ? 'whoever runs diff with files needs the permission to patch Services; nothing is written'
      : 'kubectl apply would be refused too'
  return error('LB_APPLY_REFUSED', '', `the API server would not take it: ${message}`, { hint })
}

function reportOf(found: Preview, provider: string, given: Manifests, problems: readonly Located[]): Report {
  const services = found.services
    .filter(({ service, report }) => service.spec?.type === 'LoadBalancer' || report.objects.length > 0)
    .toSorted((a, b) => (a.report.service < b.report.service ? -1 : 1))
    .map(({ service, report }): ServiceReport => {
      const failure: readonly Problem[] =
        report.failure === undefined
          ? []
          : [warning('LB_CLOUD_FAILED', '', `${report.failure.code}: ${report.failure.message}`)]
      const all = [...report.problems, ...failure]
      return {
        owner: ownerOf(service),
        outcome: hasError(all) ? 'invalid' : service.spec?.type === 'LoadBalancer' ? 'planned' : 'none',
        ...noteOf(all),
        problems: all.map((problem) => ({ problem, place: report.service })),
        resources: [],
      }
    })
  const lost = found.lost.map(({ object: { kind, id }, owner }) => {
    return {
      problem: warning('LB_ORPHAN', '', `${kind} ${id} is ours, and its Service ${owner.name} is not there`),
    }
  })
  return {
    clouds: [
      {
        provider,
        live: true,
        services,
        plan: { provider, steps: found.steps.map(({ hold: _hold, ...step }) => step), problems: [] },
        problems: [],
      },
    ],
    onlyChanges: true,
    problems: [...problems, ...lost],
    skipped: given.skipped,
  }
}

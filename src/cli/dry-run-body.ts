import type { Located } from '../config/located.ts'
import { systemClock } from '../lib/clock.ts'
import { providers } from '../provider/names.ts'
import { problemsOf, type Report } from '../report/report.ts'
import { paintFor } from './colour.ts'
import type { CliContext } from './context.ts'
import { readInputs, type Inputs } from './dry-run-inputs.ts'
import { planServices } from './dry-run-plan.ts'
import { reportText } from './dry-run-texts.ts'
import type { DryRunOptions, Output } from './dry-run.ts'
import { exit, exitCodeOf, type ExitCode } from './exit.ts'
import { unknownSections } from './facts-file.ts'
import { inferProviders, type Inferred } from './infer-provider.ts'
import { createPlanner, type Planner } from './planner.ts'
import { printable, problemText } from './print.ts'
import { createProgress } from './progress.ts'
import { forShortRun } from './short-run.ts'

/** Reads, plans against an empty cloud or the one that the facts describe, shows. */
export async function dryRun(
  places: readonly string[],
  options: DryRunOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { io } = context
  const inputs = await readInputs(places, options, io)
  forShortRun()
  const { services, skipped } = inputs.manifests
  const problems: Located[] = [...inputs.problems]
  const { names, everyCloud } = await cloudsFor(inputs, options, context)
  if (inputs.facts !== undefined && inputs.config !== undefined)
    problems.push(...unknownSections(inputs.facts, names))
  const { planners, refused } = await plannersFor(names, inputs, options, context)
  problems.push(...refused)

  const progress = createProgress(io, systemClock)
  const report: Report = {
    clouds: planners.map((planner) =>
      planServices(planner, services, progress, drawn.includes(options.output)),
    ),
    problems,
    skipped,
    ...(everyCloud === true ? { everyCloud: noHint(names) } : {}),
  }
  const paint = paintFor(io, 'out', context.colour())
  const comparison =
    options.compare === undefined
      ? undefined
      : (await import('./dry-run-compare.ts')).compareAll(planners, services, progress)
  progress.end()
  const texts =
    comparison === undefined
      ? await reportText(report, options.output, paint)
      : [await (await import('./compare-texts.ts')).comparisonText(comparison, report, options.output, paint)]
  const bare = options.output === 'tree' || isList(options)
  for (const text of inChunks(texts)) io.out(bare ? printable(text) : text)

  const said = problemsOf(report)
  const errPaint = paintFor(io, 'err', context.colour())
  for (const one of said)
    if (one.service === undefined ? !isList(options) : !saidInPlace(options, context))
      io.err(printable(problemText(one, errPaint)))
  if (inputs.config === undefined) return exit.errors
  return exitCodeOf({
    problems: said.map(({ problem }) => problem),
    changes: report.clouds.reduce((sum, { plan }) => sum + plan.steps.length, 0),
    failOn: options.failOn,
    detailed: options.detailedExitcode === true,
  })
}

/** Forms with a picture of the objects of each Service. */
const drawn: readonly Output[] = ['html', 'mermaid']

/** Pieces in fewer, larger ones: each is a write. */
function* inChunks(pieces: Iterable<string>): Iterable<string> {
  let chunk = ''
  for (const piece of pieces) {
    chunk += piece
    if (chunk.length < 65_536) continue
    yield chunk
    chunk = ''
  }
  yield chunk
}

/** Made of problems: to say them on stderr too would show them twice in every log. */
const isList = ({ output }: DryRunOptions): boolean => output === 'github'

/**
 * The tree has the problems of Services under the lines that they belong to: on a terminal that shows both streams they
 * are not said again. A pipe, a file or a CI log gets every problem on stderr, whatever becomes of stdout.
 */
const saidInPlace = (options: DryRunOptions, { io }: CliContext): boolean =>
  isList(options) || (options.output === 'tree' && io.outIsTty === true && io.errIsTty === true)

const noHint = (names: readonly string[]): string =>
  `shown for ${names.join(', ')}: no annotation, class, node, fact or setting names a cloud; --provider picks`

/** A comparison is of all clouds, unless some are picked. */
async function cloudsFor(inputs: Inputs, options: DryRunOptions, context: CliContext): Promise<Inferred> {
  const { config, manifests, nodes, facts } = inputs
  if (config === undefined) return { names: [] }
  const asked = options.provider ?? (options.compare === true ? providers : undefined)
  return inferProviders({
    ...(asked === undefined ? {} : { asked }),
    services: manifests.services.map(({ object }) => object),
    ...(nodes === undefined ? {} : { nodes }),
    ...(facts === undefined ? {} : { facts }),
    config,
    classesOf: async (name) => {
      const loaded = await context.bodies.loadBlueprint(name, config)
      return loaded.ok ? loaded.value.classes : []
    },
  })
}

async function plannersFor(
  names: readonly string[],
  inputs: Inputs,
  { namespace }: DryRunOptions,
  { bodies }: CliContext,
): Promise<{ readonly planners: readonly Planner[]; readonly refused: readonly Located[] }> {
  const planners: Planner[] = []
  const refused: Located[] = []
  if (inputs.config === undefined) return { planners, refused }
  for (const name of names) {
    const loaded = await bodies.loadBlueprint(name, inputs.config)
    if (loaded.ok) planners.push(await createPlanner(loaded.value, inputs, namespace))
    else refused.push(...loaded.error.map((problem) => ({ problem, place: '--provider' })))
  }
  return { planners, refused }
}

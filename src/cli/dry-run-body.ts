import type { Located } from '../config/located.ts'
import { paintFor } from './colour.ts'
import type { CliContext } from './context.ts'
import { planServices, type ProviderPlan } from './dry-run-plan.ts'
import { jsonOf, treeOf } from './dry-run-output.ts'
import { readInputs } from './dry-run-inputs.ts'
import type { DryRunOptions } from './dry-run.ts'
import { exit, exitCodeOf, type ExitCode } from './exit.ts'
import { unknownSections } from './facts-file.ts'
import { inferProviders } from './infer-provider.ts'
import { inOrder, problemText } from './print.ts'

/** Reads, plans against an empty cloud, shows. What is wrong goes to stderr, after the plan, where it is seen. */
export async function dryRun(
  places: readonly string[],
  options: DryRunOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { io } = context
  const inputs = await readInputs(places, options, io)
  const problems: Located[] = [...inputs.problems]
  const plans: ProviderPlan[] = []
  if (inputs.config !== undefined) {
    const inferred = inferProviders(options.provider, inputs.manifests.services)
    problems.push(...inferred.problems)
    if (inputs.facts !== undefined) problems.push(...unknownSections(inputs.facts, inferred.names))
    for (const name of inferred.names) {
      const loaded = await context.bodies.loadBlueprint(name, inputs.config)
      if (loaded.ok) plans.push(await planServices(loaded.value, inputs, options.namespace))
      else problems.push(...loaded.error.map((problem) => ({ problem, place: '--provider' })))
    }
  }
  problems.push(...plans.flatMap((plan) => plan.problems))

  const ordered = inOrder(problems)
  if (options.output === 'tree')
    io.out(treeOf(plans, inputs.manifests, paintFor(io, 'out', context.colour())))
  else {
    const shown = jsonOf(plans, inputs.manifests, ordered)
    if (options.output === 'json') io.out(`${JSON.stringify(shown, null, 2)}\n`)
    else io.out((await import('yaml')).stringify(shown, { aliasDuplicateObjects: false, lineWidth: 0 }))
  }
  const paint = paintFor(io, 'err', context.colour())
  for (const located of ordered) io.err(problemText(located, paint))

  if (inputs.config === undefined) return exit.errors
  return exitCodeOf({
    problems: ordered.map(({ problem }) => problem),
    changes: plans.reduce((sum, { plan }) => sum + plan.steps.length, 0),
    failOn: options.failOn,
    detailed: options.detailedExitcode === true,
  })
}

import type { AnnotationSpec, AnnotationTable } from '../model/annotations.ts'
import { defaultConfigs } from '../provider/configs.ts'
import { paintFor } from './colour.ts'
import { helpEnd, oneOf, type AddCommand } from './context.ts'
import { exit } from './exit.ts'
import { plural, problemText } from './print.ts'

interface AnnotationsOptions {
  readonly provider: string
  readonly output: 'text' | 'json'
  readonly all?: true
}

export const addAnnotations: AddCommand = (program, { io, finish, bodies, colour }) => {
  program
    .command('annotations')
    .summary('the annotations that a provider reads')
    .description(
      'Lists the annotations that a provider reads: what each does, what it accepts and its default.',
    )
    .option('--provider <NAME>', 'the cloud', 'aws')
    .option('-a, --all', 'those too that are known and not honoured, and why')
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
    .addHelpText(
      'after',
      helpEnd({
        examples: ['lb-controller annotations --all', 'lb-controller annotations --provider aws -o json'],
      }),
    )
    .action(async ({ provider, output, all }: AnnotationsOptions) => {
      const loaded = await bodies.loadBlueprint(provider, defaultConfigs)
      if (!loaded.ok) {
        const paint = paintFor(io, 'err', colour())
        for (const problem of loaded.error) io.err(problemText({ problem, place: '--provider' }, paint))
        return finish(exit.errors)
      }
      const table = rowsOf(loaded.value.annotations, all === true)
      io.out(
        output === 'json'
          ? `${JSON.stringify(table.map(asJson), null, 2)}\n`
          : tableText(table, provider, all === true),
      )
    })
}

type Row = AnnotationSpec<unknown>

const rowsOf = (table: AnnotationTable, all: boolean): readonly Row[] =>
  Object.values(table)
    .filter(({ verdict }) => all || verdict.is === 'implemented')
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))

const asJson = ({ key, type, verdict, doc, default: fallback, example }: Row) => ({
  key,
  type: type.name,
  accepts: type.accepts,
  default: fallback,
  example,
  doc,
  verdict: verdict.is,
  ...('why' in verdict ? { why: verdict.why } : {}),
})

function tableText(table: readonly Row[], provider: string, all: boolean): string {
  const blocks = table.map((row) => {
    const { verdict } = row
    if ('why' in verdict) return `${row.key}\n  ${verdict.is}: ${verdict.why}\n`
    return `${row.key}\n  ${row.doc}\n  accepts: ${row.type.accepts}\n  default: ${row.default}\n  example: "${row.example}"\n`
  })
  const hint = all ? '' : ' (--all adds those that are not honoured, and why)'
  return `${blocks.join('\n')}\n${plural(table.length, 'annotation')} of ${provider}${hint}\n`
}

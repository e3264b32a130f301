import type { AnnotationSpec, AnnotationTable } from '../model/annotations.ts'
import { portable } from '../model/portable.ts'
import { defaultConfigs } from '../provider/configs.ts'
import { paintFor } from './colour.ts'
import { helpEnd, oneOf, type AddCommand } from './context.ts'
import { exit } from './exit.ts'
import { plural } from '../report/report.ts'
import { problemText } from './print.ts'

interface AnnotationsOptions {
  readonly provider: string
  readonly output: 'text' | 'json'
  readonly all?: true
  readonly portable?: true
}

export const addAnnotations: AddCommand = (program, { io, finish, bodies, colour }) => {
  program
    .command('annotations')
    .summary('the annotations that a provider reads, and those that every provider reads')
    .description(
      'Lists the annotations that a provider reads: what each does, what it accepts and its default. With --portable, ' +
        'those that ask for the same on every cloud, and the key of the provider that each stands for.',
    )
    .option('--provider <NAME>', 'the cloud', 'aws')
    .option('--portable', 'only the portable ones, lb-controller.io/..., and what each is there')
    .option('-a, --all', 'those too that are known and not honoured, and why')
    .option('-o, --output <FORMAT>', 'text or json', oneOf(['text', 'json']), 'text')
    .addHelpText(
      'after',
      helpEnd({
        examples: [
          'lb-controller annotations --all',
          'lb-controller annotations --provider aws -o json',
          'lb-controller annotations --provider gcp --portable',
        ],
      }),
    )
    .action(async ({ provider, output, all, portable: onlyPortable }: AnnotationsOptions) => {
      const loaded = await bodies.loadBlueprint(provider, defaultConfigs)
      if (!loaded.ok) {
        const paint = paintFor(io, 'err', colour())
        for (const problem of loaded.error) io.err(problemText({ problem, place: '--provider' }, paint))
        return finish(exit.errors)
      }
      if (onlyPortable === true) {
        const rows = portableRows(loaded.value.annotations)
        io.out(output === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : portableText(rows, provider))
        return
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

interface PortableRow {
  readonly key: string
  readonly accepts: string
  readonly example: string
  readonly doc: string
  /** What stands for it on this cloud; itself where the cloud has no key of its own for it. */
  readonly is?: string
  readonly verdict: Row['verdict']['is']
  readonly why?: string
}

/** Every portable key, with what this provider makes of it. */
function portableRows(table: AnnotationTable): readonly PortableRow[] {
  const specs = Object.values(table)
  return Object.values(portable).map(({ key, type, example, doc }) => {
    const row = specs.find((spec) => spec.portable?.key === key || spec.key === key)
    const verdict = row?.verdict ?? ({ is: 'ignored', why: 'this provider does not know it' } as const)
    return {
      key,
      accepts: type.accepts,
      example,
      doc,
      ...(row === undefined || row.key === key ? {} : { is: row.key }),
      verdict: verdict.is,
      ...('why' in verdict ? { why: verdict.why } : {}),
    }
  })
}

function portableText(rows: readonly PortableRow[], provider: string): string {
  const blocks = rows.map(({ key, doc, accepts, example, is, verdict, why }) => {
    const there =
      why === undefined ? (is === undefined ? verdict : `the same as ${is}`) : `${verdict}: ${why}`
    return `${key}\n  ${doc}\n  accepts: ${accepts}\n  example: "${example}"\n  on ${provider}: ${there}\n`
  })
  return `${blocks.join('\n')}\n${plural(rows.length, 'portable annotation')}, on ${provider}\n`
}

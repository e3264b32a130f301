import type { Paint, Style } from '../plan/render-view.ts'
import type { Comparison, ComparedService, Word } from '../report/compare.ts'
import { plural, type Report } from '../report/report.ts'
import { countsText, problemsJson } from './dry-run-output.ts'
import { jsonText, yamlText } from './dry-run-texts.ts'
import type { Output } from './dry-run.ts'

/** A comparison in any form that it has; `dry-run` refuses the others before anything is read. */
export async function comparisonText(
  comparison: Comparison,
  report: Report,
  output: Output,
  paint: Paint,
): Promise<string> {
  if (output === 'json') return jsonText(asData(comparison, report))
  if (output === 'yaml') return yamlText(asData(comparison, report))
  if (output === 'html') return (await import('../report/html-compare.ts')).compareHtml(comparison, report)
  return asText(comparison, report, paint)
}

const asData = ({ clouds, services }: Comparison, report: Report) => ({
  clouds,
  services: services.map(({ service, none, rows }) => ({
    name: service,
    ...(none === undefined ? {} : { none }),
    asks: rows.map(({ ask, cells }) => ({
      ask: ask.label,
      written: ask.written,
      paths: ask.paths,
      clouds: Object.fromEntries(clouds.map((cloud, at) => [cloud, cells[at]])),
    })),
  })),
  problems: problemsJson(report),
})

const styles: Readonly<Record<Word, Style>> = {
  done: 'create',
  emulated: 'note',
  ignored: 'update',
  refused: 'error',
}

/** Wide enough for `emulated (123)`. */
const cellWidth = 15
const width = 100

function asText({ clouds, services }: Comparison, report: Report, paint: Paint): string {
  const blocks = services.map((service) => serviceText(service, clouds, paint))
  if (services.length === 0) blocks.push('no Service found')
  blocks.push(totals(services, clouds, paint))
  const counts = countsText(report, paint)
  if (counts !== '') blocks.push(counts)
  return `${blocks.join('\n\n')}\n`
}

/** Each cell a word and a number; what the numbers say stands below the table. */
function serviceText(
  { service, none, rows }: ComparedService,
  clouds: readonly string[],
  paint: Paint,
): string {
  if (none !== undefined) return `${paint('heading', service)}\n  ${none}`
  const notes = new Map<string, { readonly at: number; readonly clouds: Set<string> }>()
  const number = (cloud: string, sentence: string): number => {
    const known = notes.get(sentence) ?? { at: notes.size + 1, clouds: new Set() }
    known.clouds.add(cloud)
    notes.set(sentence, known)
    return known.at
  }
  const room = Math.max(20, width - 2 - cellWidth * clouds.length)
  const asks = rows.map(({ ask }) =>
    fit([ask.label, ask.written].filter((text) => text !== '').join('  '), room),
  )
  const first = Math.min(room, Math.max(...asks.map(({ length }) => length), 0))
  const table = rows.map(({ cells }, row) => {
    const words = cells.map(({ word, sentence }, at) => {
      const text = `${word} (${number(clouds[at] ?? '', sentence)})`
      return paint(styles[word], text) + ' '.repeat(Math.max(0, cellWidth - text.length))
    })
    return `  ${(asks[row] ?? '').padEnd(first)}  ${words.join('')}`.trimEnd()
  })
  const head = `  ${' '.repeat(first)}  ${clouds.map((cloud) => cloud.padEnd(cellWidth)).join('')}`.trimEnd()
  const said = [...notes].flatMap(([sentence, note]) =>
    wrapped(`(${note.at})`.padStart(6), `${[...note.clouds].join(', ')}: ${sentence}`),
  )
  return [paint('heading', service), paint('heading', head), ...table, '', ...said].join('\n')
}

const fit = (text: string, room: number): string =>
  text.length <= room - 2 ? text : `${text.slice(0, room - 5)}...`

/** Lines of at most 100 columns; a word that is longer stays whole. */
function wrapped(lead: string, text: string): readonly string[] {
  const lines: string[] = []
  let line = lead
  for (const word of text.split(/\s+/)) {
    if (line.length + 1 + word.length > width && line.trim() !== '') {
      lines.push(line)
      line = ' '.repeat(lead.length)
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

const order: readonly Word[] = ['done', 'emulated', 'ignored', 'refused']

/** `aws: 12 done, 1 ignored; 2 of 3 Services planned as they are`. */
function totals(services: readonly ComparedService[], clouds: readonly string[], paint: Paint): string {
  const asked = services.filter(({ none }) => none === undefined)
  return clouds
    .map((cloud, at) => {
      const words = asked.map(({ rows }) => rows.flatMap(({ cells }) => cells[at]?.word ?? []))
      const all = words.flat()
      const counts = order.flatMap((word) => {
        const count = all.filter((one) => one === word).length
        return count === 0 ? [] : [`${count} ${word}`]
      })
      const whole = words.filter((of) => !of.includes('refused')).length
      const services = `${whole} of ${plural(asked.length, 'Service')} planned as written`
      return `${paint('heading', `${cloud}:`)} ${[counts.join(', '), services].filter((text) => text !== '').join('; ')}`
    })
    .join('\n')
}

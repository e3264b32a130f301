import { summaryOf } from '../plan/sections.ts'
import { outcomesText, problemCounts, problemsOf, type Report, type Said } from './report.ts'

/** The commands that a GitHub workflow reads from standard output, one a line. */
const commands = { error: 'error', warning: 'warning', note: 'notice' } as const

/** A message ends at the end of its line, so that is written as its number. */
const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** A property ends at a comma or colon too. */
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** Every problem as an annotation at its line of the pull request, then what would be done, in plain lines. */
export function githubOf(report: Report): string {
  const problems = problemsOf(report)
  const summaries = report.clouds.map(({ plan, services }) =>
    [summaryOf(plan), outcomesText(services)].filter((text) => text !== '').join('; '),
  )
  const lines = [...problems.map(commandOf), ...summaries, ...problemCounts(problems)]
  return `${lines.join('\n')}\n`
}

function commandOf({ problem, place, line, column, clouds, service }: Said): string {
  const { code, severity, message, path, accepted, hint } = problem
  const file = place === undefined || place.startsWith('<') || place.startsWith('--') ? undefined : place
  const properties = Object.entries({ file, line, col: column, title: code }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${property(String(value))}`],
  )
  const whose = [service, clouds.length === 0 ? undefined : `on ${clouds.join(', ')}`]
  const rows = [
    message,
    path === '' ? '' : `at: ${path}`,
    accepted === undefined ? '' : `accepted: ${accepted}`,
    hint === undefined ? '' : `hint: ${hint}`,
    whose.filter((text) => text !== undefined).join(' '),
  ]
  const text = rows.filter((row) => row !== '').join('\n')
  return `::${commands[severity]} ${properties.join(',')}::${data(text)}`
}

import type { Located } from '../config/located.ts'
import type { Problem } from '../model/problem.ts'
import type { Paint } from '../plan/render-view.ts'
import { sourceOf } from '../report/report.ts'

/**
 * `file:line:column code severity: message`, as compilers say it and editors follow it; below it the field, what would
 * have been accepted, and the hint last.
 */
export function problemText(located: Located, paint: Paint): string {
  const { problem } = located
  const place = sourceOf(located)
  const head = [
    ...(place === '' ? [] : [paint('heading', place)]),
    `${problem.code} ${paint(problem.severity, `${problem.severity}:`)} ${problem.message}`,
  ].join(' ')
  const rows = [
    problem.path === '' ? '' : `at: ${problem.path}${valueOf(problem)}`,
    problem.accepted === undefined ? '' : `accepted: ${problem.accepted}`,
    problem.hint === undefined ? '' : `hint: ${problem.hint}`,
  ]
  return [head, ...rows.filter((row) => row !== '').map((row) => paint('dim', `  ${row}`))].join('\n') + '\n'
}

const longestValue = 120

function valueOf({ value }: Problem): string {
  if (value === undefined) return ''
  return ` = ${JSON.stringify(value.length > longestValue ? `${value.slice(0, longestValue)}...` : value)}`
}

/** Rows as columns: every column as wide as its widest cell, the last one free. */
export function columns(rows: readonly (readonly string[])[], gap = '  '): string {
  const widths: number[] = []
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
        .join(gap)
        .trimEnd(),
    )
    .join('\n')
}

/** Colours are ours; any other sign that steers a terminal is from a file, and is shown instead of obeyed. */
// oxlint-disable-next-line no-control-regex -- the escape is what is looked for
const steering = /(\u001B\[\d*(?:;\d+)*m)|[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/gu

export const printable = (text: string): string =>
  text.replaceAll(steering, (_sign, colour: string | undefined) => colour ?? '\uFFFD')

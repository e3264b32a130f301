import type { Located } from '../config/located.ts'
import type { Problem } from '../model/problem.ts'
import type { Paint } from '../plan/render.ts'

const placeOf = ({ place, line, column }: Located): string =>
  [place, line, column].filter((part) => part !== undefined).join(':')

/**
 * `file:line:column code severity: message`, as compilers say it and editors follow it; below it the field, what would
 * have been accepted, and the hint last.
 */
export function problemText(located: Located, paint: Paint): string {
  const { problem } = located
  const place = placeOf(located)
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

/** In the order of the files as given, and in a file from top to bottom: as a reader meets them. */
export function inOrder(problems: readonly Located[]): readonly Located[] {
  const places = [...new Set(problems.map(({ place }) => place))]
  return problems.toSorted(
    (a, b) =>
      places.indexOf(a.place) - places.indexOf(b.place) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  )
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

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

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { metricTable } from '../src/observe/metric-table.ts'

/** Every metric, and whether anything sets it: a row of the table that nobody fills must not be sold as one. */
export function metricsPage(root: string): string {
  const sources = globSync('src/**/*.ts', { cwd: root })
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
  const rows = Object.entries(metricTable).map(([name, metric]) => ({
    name,
    ...metric,
    filled: new RegExp(`\\b${name}\\.(?:inc|set|observe)\\(`).test(sources),
  }))
  return [
    '<!-- Written by scripts/docs.ts from src/observe/metric-table.ts. Do not edit. -->',
    '',
    '# Metrics',
    '',
    'Served at `/metrics` on [`httpAddress`](settings.md#httpaddress) in the Prometheus text format, with the process',
    'metrics of Node (`process_*`, `nodejs_*`). Names that the service controller of Kubernetes or client-go use mean the',
    'same here.',
    '',
    ...table(rows.filter(({ filled }) => filled)),
    '## Named, and not filled yet',
    '',
    'These are served without a value, or with zero. Do not build an alert on them.',
    '',
    ...table(rows.filter(({ filled }) => !filled)),
  ].join('\n')
}

interface Row {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly labels: readonly string[]
}

const table = (rows: readonly Row[]): string[] => [
  '| Metric | Type | Labels | What it counts |',
  '|---|---|---|---|',
  ...rows.map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  ),
  '',
]

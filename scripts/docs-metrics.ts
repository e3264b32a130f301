import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { metricTable, type Definition } from '../src/observe/metric-table.ts'
import { nodeProxyMetricTable } from '../src/observe/node-proxy-metric-table.ts'

/** Every metric, and whether anything sets it: a row of the table that nobody fills must not be sold as one. */
export function metricsPage(root: string): string {
  const sources = globSync('src/**/*.ts', { cwd: root })
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
  const rowsOf = (definitions: Readonly<Record<string, Definition>>) =>
    Object.entries(definitions).map(([name, metric]) => ({
      name,
      ...metric,
      filled: new RegExp(`\\b${name}(?:\\.(?:inc|set|observe)\\(|$)`, 'm').test(sources),
    }))
  const rows = rowsOf(metricTable)
  const ofNode = rowsOf(nodeProxyMetricTable)
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
    '## Of the node proxy',
    '',
    'Served at `/metrics` on [`metricsAddress`](settings-node-proxy.md#metricsaddress). Names that kube-proxy uses mean the',
    'same here.',
    '',
    ...table(ofNode.filter(({ filled }) => filled)),
    'There is no `kubeproxy_nftables_localhost_nodeport_rejected_packets_total`: UDP and SCTP to a NodePort on loopback meet no',
    'rule of ours that could count them. Nobody listens there, so the kernel refuses them by itself. The same address answers',
    '`/proxyMode` with `nftables` or `userspace`, and `/healthz` with `ok` while the process answers at all, as kube-proxy does;',
    '[the health of the proxy](../guide/install-node-proxy.md#health-and-metrics) is served elsewhere.',
    '',
    '## Named, and not filled yet',
    '',
    'These are served without a value, or with zero. Do not build an alert on them.',
    '',
    ...table([...rows, ...ofNode].filter(({ filled }) => !filled)),
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

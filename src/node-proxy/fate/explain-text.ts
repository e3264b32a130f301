import type { ExplainedDestination, ExplainedEndpoint, Explanation } from './explain.ts'
import type { Fate, SourceKind } from './fate.ts'

/** The explanation for people: a block for each address, then endpoints, health port and notes. */
export function explanationText(explanation: Explanation): string {
  const { service, node, zone, dataPlane, ignored } = explanation
  const place = zone === undefined ? node : `${node} (zone ${zone})`
  const blocks = [
    [`Service ${service} on node ${place}, data plane ${dataPlane}`],
    ignored === undefined ? [] : [`Not served: ${ignored}`],
    ...explanation.destinations.map(destinationLines),
    // Those of a Service that is not served were not looked at.
    ignored === undefined ? endpointLines(explanation.endpoints) : [],
    healthLines(explanation.healthCheck),
    listed('Notes', explanation.notes.flatMap(noteLines)),
    listed('This data plane differs from the kernel', explanation.differences ?? []),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const sources: readonly (readonly [SourceKind, string])[] = [
  ['outside', 'from outside'],
  ['pod', 'from a pod'],
  ['node', 'from this node'],
]

function destinationLines(destination: ExplainedDestination): readonly string[] {
  const { kind, address, port, protocol, portName, fates } = destination
  const at = `${address.includes(':') ? `[${address}]` : address}:${port}/${protocol}`
  const named = portName === '' ? '' : ` (${portName})`
  return [
    `${kind} ${at}${named}`,
    ...aligned(grouped(fates).map(([who, fate]) => [who, outcome(fate), because(fate)])),
  ]
}

/** Sources that fare alike share a line. */
function grouped(fates: ExplainedDestination['fates']): readonly (readonly [string, Fate])[] {
  const groups = new Map<string, { readonly names: string[]; readonly fate: Fate }>()
  for (const [kind, name] of sources) {
    const key = JSON.stringify(fates[kind])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { names: [name], fate: fates[kind] })
    else group.names.push(name)
  }
  return [...groups.values()].map(({ names, fate }) => [
    names.length === sources.length ? 'from anywhere' : names.join(', ').replaceAll(', from', ','),
    fate,
  ])
}

const shownEndpoints = 3
const ended = { reject: 'refused', drop: 'dropped', pass: 'left alone' } as const

function outcome(fate: Fate): string {
  if (fate.verdict !== 'forward') return ended[fate.verdict]
  const shown = fate.endpoints
    .slice(0, shownEndpoints)
    .map(({ address, port }) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`))
  const more = fate.endpoints.length - shown.length
  return `-> ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const seen = {
  kept: "sees the client's address",
  masqueraded: "sees this node's address",
  relay: "sees the relay's address",
} as const

function because(fate: Fate): string {
  const only =
    fate.onlyFrom === undefined ? '' : `only from ${fate.onlyFrom.join(', ')}, others are dropped; `
  if (fate.verdict !== 'forward') return `${only}${fate.why}`
  const kept = fate.affinitySeconds === undefined ? '' : `, stays for ${fate.affinitySeconds} s`
  return `${seen[fate.source]}${kept}; ${only}${fate.why}`
}

function endpointLines(endpoints: readonly ExplainedEndpoint[]): readonly string[] {
  if (endpoints.length === 0) return ['Endpoints: none']
  const rows = endpoints.map((one) => {
    const at = one.address.includes(':') ? `[${one.address}]:${one.port}` : `${one.address}:${one.port}`
    const where = [one.node ?? 'no node', ...(one.zone === undefined ? [] : [`zone ${one.zone}`])].join(', ')
    const port = one.portName === '' ? one.protocol : `${one.portName}/${one.protocol}`
    return [port, at, where, one.state, usedBy(one)]
  })
  return ['Endpoints', ...aligned(rows)]
}

function usedBy({ cluster, local, why }: ExplainedEndpoint): string {
  if (cluster) return local ? 'used' : 'used, but not by policy Local'
  return local ? `used by policy Local only: ${why}` : `left out: ${why}`
}

function healthLines(health: Explanation['healthCheck']): readonly string[] {
  if (health === undefined) return []
  const { port, status, localEndpoints } = health
  const count = `${localEndpoints} ready ${localEndpoints === 1 ? 'endpoint' : 'endpoints'} on this node`
  return [`Health check port ${port} answers ${status}: ${count}`]
}

const noteLines = ({
  code,
  path,
  message,
  accepted,
  hint,
}: Explanation['notes'][number]): readonly string[] => [
  `${code} ${path}: ${message}`,
  ...(accepted === undefined ? [] : [`  accepted: ${accepted}`]),
  ...(hint === undefined ? [] : [`  hint: ${hint}`]),
]

const listed = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)]

/** Every column as wide as its widest cell, the last one free. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
}

import { marks } from '../plan/render-view.ts'
import { harmless } from './escape.ts'
import { graphOf, indexPlan, type GraphNode } from './graph.ts'
import type { CloudReport, Report, ServiceReport } from './report.ts'

/**
 * A label is between quotes, and mermaid reads Markdown, HTML and its own entities in there: everything but letters,
 * digits and a few signs is written as an entity, so that no name can end a label or begin a tag.
 */
const label = (text: string): string =>
  harmless(text).replaceAll(/[^A-Za-z0-9 _.,:/()=-]/gu, (sign) => `#${sign.codePointAt(0)};`)

/** A flowchart of all clouds and Services. Shared objects stand once, beside the Services that share them. */
export function mermaidOf(report: Report): string {
  const ids = new Ids()
  const many = report.clouds.length > 1
  const lines = report.clouds.flatMap((cloud) => {
    const chart = cloudLines(cloud, ids)
    return many ? group(ids.of(`cloud ${cloud.provider}`), cloud.provider, chart) : chart
  })
  return [
    'flowchart LR',
    ...lines.map((line) => `  ${line}`),
    '  classDef create stroke:#1a7f37,stroke-width:2px',
    '  classDef update stroke:#9a6700,stroke-width:2px',
    '  classDef delete stroke:#cf222e,stroke-width:2px',
    '  classDef there stroke-dasharray:4 3',
    '',
  ].join('\n')
}

/** Names of nodes are ours: n1, n2, ... */
class Ids {
  readonly #ids = new Map<string, string>()

  of(what: string): string {
    const known = this.#ids.get(what) ?? `n${this.#ids.size + 1}`
    this.#ids.set(what, known)
    return known
  }
}

const group = (id: string, title: string, lines: readonly string[]): readonly string[] => [
  `subgraph ${id}["${label(title)}"]`,
  ...lines.map((line) => `  ${line}`),
  'end',
]

function cloudLines(cloud: CloudReport, ids: Ids): readonly string[] {
  const index = indexPlan(cloud)
  const { provider } = cloud
  const shared = new Map<string, GraphNode>()
  const edges = new Set<string>()
  const services = cloud.services.flatMap((service) => {
    const graph = graphOf(service, index)
    // Clients and nodes are everybody's; one of each in every Service keeps the lines short.
    const scope = (id: string): string => `${provider} ${shared.has(id) ? '' : service.owner.uid} ${id}`
    for (const node of graph.nodes) if (node.shared) shared.set(node.id, node)
    const own = graph.nodes.filter((node) => !node.shared)
    const lines = own.map((node) => nodeLine(node, ids.of(scope(node.id))))
    for (const { from, to, aside } of graph.edges)
      edges.add(`${ids.of(scope(from))} ${aside ? '-.->' : '-->'} ${ids.of(scope(to))}`)
    return group(ids.of(`${provider} service ${service.owner.uid}`), titleOf(service), lines)
  })
  const common = [...shared.values()].map((node) => nodeLine(node, ids.of(`${provider}  ${node.id}`)))
  return [
    ...services,
    ...(common.length === 0 ? [] : group(ids.of(`${provider} shared`), 'shared', common)),
    ...edges,
  ]
}

const titleOf = ({ owner, outcome, note }: ServiceReport): string =>
  outcome === 'planned' ? owner.name : `${owner.name}: ${note ?? outcome}`

function nodeLine({ lines, state }: GraphNode, id: string): string {
  const [first = '', ...more] = lines
  const mark = state === 'actor' || state === 'there' ? '' : `${marks[state]} `
  // The only tag of the document, between texts that can hold none.
  const text = [mark + first, ...more].map(label).join('<br/>')
  if (state === 'actor') return `${id}(["${text}"])`
  return `${id}["${text}"]:::${state === 'repair' ? 'update' : state}`
}

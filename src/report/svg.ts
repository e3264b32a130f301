import { marks } from '../plan/render-view.ts'
import { escaped } from './escape.ts'
import type { Graph } from './graph.ts'
import { rankOf } from './roles.ts'
import { layoutOf, boxLine, type Box, type Line } from './layout.ts'

/** The picture of a graph. `id` makes its title the only one of the page. */
export function svgOf(graph: Graph, id: string, title: string): string {
  const { width, height, boxes, lines } = layoutOf(graph)
  return [
    `<svg role="img" aria-labelledby="${id}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title id="${id}">${escaped(title)}</title>`,
    ...lines.map(lineSvg),
    ...boxes.map(boxSvg),
    '</svg>',
  ].join('')
}

function boxSvg({ node, x, y, width, height }: Box): string {
  const mark = node.state === 'actor' || node.state === 'there' ? '' : `${marks[node.state]} `
  const rows = node.lines.map((line, at) => (at === 0 ? mark : '') + boxLine(line))
  const texts = rows.map(
    (row, at) =>
      `<text x="${x + 12}" y="${y + 22 + at * 18}"${at === 0 ? '' : ' class="more"'}>${escaped(row)}</text>`,
  )
  return (
    `<g class="box ${node.state}${node.shared ? ' shared' : ''}"><title>${escaped(node.title)}</title>` +
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>${texts.join('')}</g>`
  )
}

/** Bends between columns; straight within one, where a lane keeps it clear of boxes. */
function lineSvg({ edge, points }: Line): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  let [x, y] = first
  let path = `M${x} ${y}`
  for (const [toX, toY] of rest) {
    const middle = (x + toX) / 2
    path += toY === y ? `H${toX}` : `C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`
    x = toX
    y = toY
  }
  const arrow = `M${x - 7} ${y - 4}L${x} ${y}L${x - 7} ${y + 4}`
  return `<path class="line${edge.aside ? ' aside' : ''}" d="${path}${arrow}"/>`
}

/** The same in words, for those who do not see it. */
export function graphText({ nodes, edges }: Graph): readonly string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const rank = (id: string): number => rankOf(byId.get(id)?.column ?? 'pool')
  return [...Map.groupBy(edges, ({ from }) => from)]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([from, of]) => {
      const to = of.map((edge) => `${byId.get(edge.to)?.title ?? ''}${edge.aside ? ' (no traffic)' : ''}`)
      return `${byId.get(from)?.title ?? ''} → ${to.join(', ')}`
    })
}

import type { Graph, GraphEdge, GraphNode } from './graph.ts'
import { columns, rankOf } from './roles.ts'

/**
 * A picture in columns, from clients on the left to nodes on the right:
 *
 *   clients --> load balancer --> listener 80  --> pool 80  --> nodes
 *                            \--> listener 443 --> pool 443 -/
 *
 * An object stands right of everything that leads to it in its own column's order, so a line always runs to the right. A
 * line over several columns keeps a lane free in those between: it never runs through a box.
 */
export interface Box {
  readonly node: GraphNode
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Line {
  readonly edge: GraphEdge
  /** From the right side of a box, through its lanes, to the left side of another. */
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly lines: readonly Line[]
}

const gap = { x: 44, y: 18 }
const pad = { x: 12, y: 9 }
const lineHeight = 18
const laneHeight = 10
/** Of the letters of svg.ts, with some room: no page can be asked how wide they are. */
const charWidth = 7.9
const margin = 8
/** Longer lines are cut; the whole title is in the text below the picture. */
const longestLine = 26

export const boxLine = (text: string): string =>
  text.length <= longestLine ? text : `${text.slice(0, longestLine - 1)}…`

interface Slot {
  readonly id: string
  readonly node?: GraphNode
  readonly width: number
  readonly height: number
}

export function layoutOf(graph: Graph): Layout {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]))
  const edges = graph.edges.filter(({ from, to }) => nodes.has(from) && nodes.has(to))
  const layers = layersOf(graph.nodes, edges)
  const slots: Slot[][] = Array.from({ length: Math.max(0, ...layers.values()) + 1 }, () => [])
  for (const node of graph.nodes) slots[layers.get(node.id) ?? 0]?.push(slotOf(node))
  const routes = edges.map((edge) => ({ edge, stops: lanes(edge, layers, slots) }))
  untangle(
    slots,
    routes.map(({ stops }) => stops),
  )
  const placed = place(slots)
  const boxes = [...placed.at.values()].flatMap(({ slot: { node }, ...rest }) =>
    node === undefined ? [] : [{ node, ...rest }],
  )
  const lines = routes.map(({ edge, stops }) => ({ edge, points: pointsOf(stops, placed.at) }))
  return { width: placed.width, height: placed.height, boxes, lines }
}

function slotOf(node: GraphNode): Slot {
  const texts = node.lines.map(boxLine)
  // A mark and a blank stand before the first line.
  const letters = Math.max(...texts.map(({ length }, at) => (at === 0 ? length + 2 : length)))
  return {
    id: node.id,
    node,
    width: Math.ceil(letters * charWidth) + 2 * pad.x,
    height: texts.length * lineHeight + 2 * pad.y,
  }
}

/** The column by role; further right where something in the same column leads to it. Empty columns are left out. */
function layersOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const stride = nodes.length + 1
  const layer = new Map(nodes.map(({ id, column }) => [id, rankOf(column) * stride]))
  const last = (columns.length - 1) * stride
  // Each round moves a chain by one; a ring, which no cloud has, stops with the rounds.
  for (let round = 0; round < nodes.length; round++)
    for (const { from, to } of edges) {
      const [left = 0, right = 0] = [layer.get(from), layer.get(to)]
      const room = Math.floor(left / stride) === Math.floor(right / stride) && left < last
      if (room && right <= left) layer.set(to, Math.min(left + 1, last - 1))
    }
  const used = [...new Set(layer.values())].toSorted((a, b) => a - b)
  return new Map([...layer].map(([id, at]) => [id, used.indexOf(at)]))
}

/** The slots that an edge passes, from its first box to its last; a line to the left is drawn from the other end. */
function lanes(
  { from, to }: GraphEdge,
  layers: ReadonlyMap<string, number>,
  slots: readonly Slot[][],
): readonly string[] {
  const [left, right] = (layers.get(from) ?? 0) <= (layers.get(to) ?? 0) ? [from, to] : [to, from]
  const stops = [left]
  for (let at = (layers.get(left) ?? 0) + 1; at < (layers.get(right) ?? 0); at++) {
    const id = `lane ${at} ${from} ${to}`
    slots[at]?.push({ id, width: 0, height: laneHeight })
    stops.push(id)
  }
  return [...stops, right]
}

/** Sorts each column by the mean place of what its slots are tied to in the column before, a few times to and fro. */
function untangle(slots: Slot[][], routes: readonly (readonly string[])[]): void {
  const before = new Map<string, string[]>()
  const after = new Map<string, string[]>()
  for (const stops of routes)
    for (const [at, stop] of stops.entries()) {
      const next = stops[at + 1]
      if (next === undefined) continue
      tie(after, stop, next)
      tie(before, next, stop)
    }
  for (let round = 0; round < 4; round++) {
    const forth = round % 2 === 0
    const order = forth ? slots.keys() : [...slots.keys()].toReversed()
    for (const at of order) {
      const column = slots[at]
      const beside = slots[forth ? at - 1 : at + 1]
      if (column === undefined || beside === undefined) continue
      const places = new Map(beside.map(({ id }, row) => [id, row]))
      const ties = forth ? before : after
      const mean = new Map(
        column.map((slot, row) => [slot.id, meanOf(ties.get(slot.id) ?? [], places) ?? row]),
      )
      column.sort((a, b) => (mean.get(a.id) ?? 0) - (mean.get(b.id) ?? 0))
    }
  }
}

function tie(map: Map<string, string[]>, from: string, to: string): void {
  map.set(from, [...(map.get(from) ?? []), to])
}

function meanOf(ids: readonly string[], places: ReadonlyMap<string, number>): number | undefined {
  const rows = ids.flatMap((id) => places.get(id) ?? [])
  return rows.length === 0 ? undefined : rows.reduce((sum, row) => sum + row, 0) / rows.length
}

interface Placed {
  readonly slot: Slot
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Columns beside each other, each in the middle of the height. */
function place(slots: readonly Slot[][]) {
  const heights = slots.map((column) => column.reduce((sum, { height }) => sum + height + gap.y, -gap.y))
  const height = Math.max(0, ...heights)
  const at = new Map<string, Placed>()
  let x = margin
  for (const [index, column] of slots.entries()) {
    const width = Math.max(0, ...column.map((slot) => slot.width))
    let y = margin + (height - (heights[index] ?? 0)) / 2
    for (const slot of column) {
      at.set(slot.id, { slot, x, y, width, height: slot.height })
      y += slot.height + gap.y
    }
    x += width + gap.x
  }
  return { at, width: Math.max(0, x - gap.x + margin), height: height + 2 * margin }
}

function pointsOf(stops: readonly string[], at: ReadonlyMap<string, Placed>): Line['points'] {
  return stops.flatMap((id, index): Line['points'] => {
    const slot = at.get(id)
    if (slot === undefined) return []
    const y = slot.y + slot.height / 2
    const [left, right] = [slot.x, slot.x + slot.width]
    if (index === 0) return [[right, y]]
    if (index === stops.length - 1) return [[left, y]]
    return [
      [left, y],
      [right, y],
    ]
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Graph, GraphNode } from '../../src/report/graph.ts'
import { layoutOf, type Box } from '../../src/report/layout.ts'
import { columns } from '../../src/report/roles.ts'

const node = fc.record({
  column: fc.constantFrom(...columns),
  lines: fc.array(fc.string({ maxLength: 60 }), { minLength: 1, maxLength: 3 }),
})

/** Any objects in any columns with any lines between them, rings among them. */
const graphs: fc.Arbitrary<Graph> = fc.array(node, { minLength: 1, maxLength: 14 }).chain((made) => {
  const nodes = made.map(({ column, lines }, at): GraphNode => ({
    id: `n${at}`,
    title: `n${at}`,
    lines,
    column,
    state: 'create',
    shared: false,
  }))
  const end = fc.nat({ max: nodes.length - 1 })
  return fc
    .uniqueArray(fc.tuple(end, end), { maxLength: 20, selector: ([from, to]) => `${from} ${to}` })
    .map((pairs) => ({
      nodes,
      edges: pairs
        .filter(([from, to]) => from !== to)
        .map(([from, to]) => ({ from: `n${from}`, to: `n${to}`, aside: false })),
    }))
})

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

test('no two boxes overlap, all are in the picture, and none is lost', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { boxes, width, height } = layoutOf(graph)
      assert.equal(boxes.length, graph.nodes.length)
      for (const [at, box] of boxes.entries()) {
        assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height)
        for (const other of boxes.slice(at + 1)) assert.ok(!overlap(box, other))
      }
    }),
    { numRuns: 300 },
  )
})

test('a line runs to the right, from box to box, and level where it passes other columns', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const { boxes, lines } = layoutOf(graph)
      for (const { edge, points } of lines) {
        const [first, last] = [points[0], points.at(-1)]
        assert.ok(first !== undefined && last !== undefined)
        const ends = boxes.filter(({ node }) => node.id === edge.from || node.id === edge.to)
        const columnsApart = ends[0]?.x !== ends[1]?.x
        if (!columnsApart) continue
        for (const [at, [x, y]] of points.entries()) {
          const next = points[at + 1]
          if (next === undefined) continue
          assert.ok(next[0] >= x)
          // Between two points of one column no box is in the way.
          if (at % 2 === 0) continue
          assert.equal(next[1], y)
          for (const box of boxes) {
            const across = box.x < next[0] && x < box.x + box.width
            assert.ok(!across || y < box.y || y > box.y + box.height)
          }
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('the same graph is the same picture', () => {
  fc.assert(
    fc.property(graphs, (graph) => assert.deepEqual(layoutOf(graph), layoutOf(graph))),
    {
      numRuns: 50,
    },
  )
})

/**
 * Where everything stands in the picture of a Service's way. Wide, it goes from left to right in four columns:
 *
 *   clients ──┬─ listener ─┬─ node ─┬─ pods      a node with the pods on it is a group, one under the other;
 *             └─ listener ─┤        │            all ways between two columns pass one point,
 *                          └─ node ─┴─ pods      unless traffic stays on its node
 *
 * Narrow, the same goes from top to bottom, with pods inside the box of their node.
 */
import type { Asked, Layout } from './picture-boxes.ts'
import { groupsOf } from './picture-groups.ts'
import { narrowLayout } from './picture-narrow.ts'
import { wideLayout } from './picture-wide.ts'

const wideFrom = 700
/** More pods than this on any node, or in all, are cells instead of boxes. */
const mostBoxes = { onNode: 6, all: 24 }

export function layoutOf(asked: Asked): Layout {
  const { path, width } = asked
  const { groups, left } = groupsOf(path)
  const plain =
    (path.pods?.length ?? 0) <= mostBoxes.all && groups.every(({ pods }) => pods.length <= mostBoxes.onNode)
  const parts = { ...asked, groups, left, plain }
  return width >= wideFrom ? wideLayout(parts) : narrowLayout(parts)
}

import type { PathListener } from '../traffic-path.ts'
import {
  edge,
  gap,
  isIdle,
  isReached,
  lacksPods,
  leftWords,
  listenerHeight,
  nodeHeight,
  noPods,
  passes,
  placePods,
  podGap,
  podHeight,
  type Box,
  type Layout,
  type Line,
  type Parts,
} from './picture-boxes.ts'

/** From top to bottom, along one line. */
export function narrowLayout(parts: Parts): Layout {
  const { path, policy, width, groups, left, plain } = parts
  const boxes: Box[] = []
  const lines: Line[] = []
  const spine = edge + 8
  const indent = 26
  const full = width - 2 * edge
  const inner = width - indent - edge
  boxes.push({ what: 'clients', x: edge, y: edge, width: full, height: 34 })
  let y = edge + 34 + gap
  let from = edge + 34
  const join = (key: string, to: number, carries: boolean, listener?: PathListener): void => {
    lines.push(
      {
        key: `in ${key}`,
        from: [spine, from],
        to: [spine, to],
        carries,
        ...(listener === undefined ? {} : { listener }),
      },
      {
        key: `to ${key}`,
        from: [spine, to],
        to: [indent, to],
        carries,
        ...(listener === undefined ? {} : { listener }),
      },
    )
    from = to
  }
  for (const listener of path.listeners) {
    boxes.push({ what: 'listener', listener, x: indent, y, width: inner, height: listenerHeight })
    join(
      `${listener.address} ${listener.port} ${listener.protocol}`,
      y + listenerHeight / 2,
      listener.failure === undefined,
      listener,
    )
    y += listenerHeight + gap
  }
  for (const { node, pods } of groups) {
    const top = y
    if (node !== undefined) {
      const idle = isIdle({ node, pods }, policy, path.pods !== undefined)
      boxes.push({ what: 'node', node, idle, x: indent, y, width: inner, height: nodeHeight })
      y += nodeHeight + podGap
    }
    const under = node === undefined ? 0 : 16
    y += placePods(pods, { x: indent + under, y, width: inner - under }, plain, boxes)
    if (pods.length === 0) y -= podGap
    const at = top + (node === undefined ? podHeight : nodeHeight) / 2
    join(`node ${node?.name ?? ''}`, at, isReached(parts) && passes(node))
    y += gap
  }
  if (left.length > 0) {
    boxes.push({ what: 'words', text: leftWords(left), x: indent, y, width: inner, height: 20 })
    y += 20 + gap
  }
  if (lacksPods(parts)) {
    boxes.push({ what: 'words', text: noPods, x: indent, y, width: inner, height: 20 })
    y += 20 + gap
  }
  return { width, height: Math.ceil(y - gap + edge), wide: false, boxes, lines }
}

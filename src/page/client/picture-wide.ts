import {
  edge,
  gap,
  isIdle,
  isReached,
  lacksPods,
  leftWords,
  listenerHeight,
  middle,
  nodeHeight,
  noPods,
  passes,
  placePods,
  type Box,
  type Group,
  type Layout,
  type Line,
  type Parts,
  type Place,
} from './picture-boxes.ts'

/** How wide the columns are to each other, and one part at most. */
const share = { listener: 23, node: 18, pod: 29 }
const widest = 12

/** From left to right, in four columns. */
export function wideLayout(parts: Parts): Layout {
  const { path, policy, width, groups, left, plain } = parts
  const direct = path.nodes.length === 0
  const podsKnown = path.pods !== undefined
  const space = Math.round(Math.min(72, width * 0.07))
  const clientWidth = 84
  const columns = (direct ? 1 : 2) + (podsKnown ? 1 : 0)
  const rest = width - 2 * edge - clientWidth - space * columns
  const shares = share.listener + (direct ? 0 : share.node) + (podsKnown ? share.pod : 0)
  const [listenerWidth, nodeWidth, podWidth] = [share.listener, share.node, share.pod].map((part) =>
    Math.min(part * widest, Math.floor((rest * part) / shares)),
  ) as [number, number, number]
  const listenerX = edge + clientWidth + space
  const nodeX = listenerX + listenerWidth + space
  const podX = direct ? nodeX : nodeX + nodeWidth + space
  const boxes: Box[] = []
  const lines: Line[] = []

  interface Spot {
    readonly group: Group
    readonly node: Place | undefined
    readonly pods: readonly Box[]
    readonly middle: number
  }
  const spots: Spot[] = []
  let y = edge
  for (const group of groups) {
    const pods: Box[] = []
    const podsHeight = placePods(group.pods, { x: podX, y, width: podWidth }, plain, pods)
    const height = Math.max(direct ? 0 : nodeHeight, podsHeight)
    const down = (height - podsHeight) / 2
    const moved = pods.map((box) => ({ ...box, y: box.y + down }))
    const node: Box | undefined =
      group.node === undefined || direct
        ? undefined
        : {
            what: 'node',
            node: group.node,
            idle: isIdle(group, policy, podsKnown),
            x: nodeX,
            y: y + (height - nodeHeight) / 2,
            width: nodeWidth,
            height: nodeHeight,
          }
    boxes.push(...(node === undefined ? [] : [node]), ...moved)
    spots.push({ group, node, pods: moved, middle: y + height / 2 })
    y += height + gap
  }
  if (left.length > 0) {
    boxes.push({ what: 'words', text: leftWords(left), x: nodeX, y, width: nodeWidth, height: 20 })
    y += 20 + gap
  }
  const listenersHeight = path.listeners.length * (listenerHeight + gap) - gap
  const height = Math.max(y - gap, listenersHeight + edge, 60)
  // What stands on the right comes to the middle when the listeners are higher.
  const shift = Math.max(0, (height - (y - gap)) / 2)
  if (shift > 0) {
    for (const [at, box] of boxes.entries()) boxes[at] = { ...box, y: box.y + shift }
    for (const [at, spot] of spots.entries())
      spots[at] = {
        ...spot,
        node: spot.node === undefined ? undefined : { ...spot.node, y: spot.node.y + shift },
        pods: spot.pods.map((box) => ({ ...box, y: box.y + shift })),
        middle: spot.middle + shift,
      }
  }
  const centre = height / 2
  const clients: Box = { what: 'clients', x: edge, y: centre - 22, width: clientWidth, height: 44 }
  boxes.push(clients)
  const meet: readonly [number, number] = [listenerX + listenerWidth + space / 2, centre]
  const reached = isReached(parts)
  if (path.listeners.length === 0)
    lines.push({ key: 'in', from: [edge + clientWidth, centre], to: meet, carries: reached })
  path.listeners.forEach((listener, at) => {
    const box: Box = {
      what: 'listener',
      listener,
      x: listenerX,
      y: centre - listenersHeight / 2 + at * (listenerHeight + gap),
      width: listenerWidth,
      height: listenerHeight,
    }
    boxes.push(box)
    const carries = listener.failure === undefined
    const key = `${listener.address} ${listener.port} ${listener.protocol}`
    lines.push(
      {
        key: `in ${key}`,
        from: [edge + clientWidth, centre],
        to: [listenerX, middle(box)],
        carries,
        listener,
      },
      { key: `out ${key}`, from: [listenerX + listenerWidth, middle(box)], to: meet, carries, listener },
    )
  })
  const join: readonly [number, number] = [podX - space / 2, centre]
  const stays = policy === 'Local' || direct
  const anyReady = path.pods?.some(({ ready }) => ready) === true
  if (lacksPods(parts)) {
    boxes.push({ what: 'words', text: noPods, x: podX, y: centre - 10, width: podWidth, height: 20 })
    lines.push({ key: 'no pods', from: direct ? meet : join, to: [podX, centre], carries: false })
  }
  for (const { group, node, pods, middle: at } of spots) {
    const name = group.node?.name ?? ''
    const carries =
      reached && passes(group.node) && (policy === 'Cluster' || group.pods.some((pod) => pod.ready))
    if (node !== undefined) {
      lines.push({ key: `node ${name}`, from: meet, to: [nodeX, at], carries })
      if (podsKnown && !stays)
        lines.push({
          key: `join ${name}`,
          from: [nodeX + nodeWidth, at],
          to: join,
          carries: carries && anyReady,
        })
    }
    const from: readonly [number, number] = direct
      ? meet
      : stays && node !== undefined
        ? [nodeX + nodeWidth, at]
        : join
    if (group.node === undefined && stays && !direct) continue
    const ends = plain ? pods : pods.slice(0, 1)
    for (const [index, box] of ends.entries()) {
      const ready = box.what === 'pod' ? box.pod.ready : group.pods.some((pod) => pod.ready)
      const to: readonly [number, number] = [podX, plain ? middle(box) : at]
      const gets = ready && (stays && !direct ? carries : !direct || reached)
      lines.push({
        key: `pod ${name} ${box.what === 'pod' ? box.pod.name : index}`,
        from,
        to,
        carries: gets,
      })
    }
  }
  return { width, height: Math.ceil(height + edge), wide: true, boxes, lines }
}

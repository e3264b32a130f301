/**
 * Where everything stands in the picture of a Service's way. Wide, it goes from left to right in four columns:
 *
 *   clients ──┬─ listener ─┬─ node ─┬─ pods      a node with the pods on it is a group, one under the other;
 *             └─ listener ─┤        │            all ways between two columns pass one point,
 *                          └─ node ─┴─ pods      unless traffic stays on its node
 *
 * Narrow, the same goes from top to bottom, with pods inside the box of their node.
 */
import type { PathListener, PathNode, PathPod, TrafficPath } from '../traffic-path.ts'

export interface Asked {
  readonly path: TrafficPath
  readonly policy: 'Cluster' | 'Local'
  /** In CSS pixels. */
  readonly width: number
}

export interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export type Box = Place &
  (
    | { readonly what: 'clients' }
    | { readonly what: 'listener'; readonly listener: PathListener }
    /** `idle`: it has no pods, so it gets nothing, as asked. */
    | { readonly what: 'node'; readonly node: PathNode; readonly idle: boolean }
    | { readonly what: 'pod'; readonly pod: PathPod }
    /** Pods where there are too many for boxes, each a square: two forms cost less than a thousand. */
    | { readonly what: 'cells'; readonly pods: readonly PathPod[]; readonly columns: number }
    /** What there is no room for, or a node that is none of the targets. */
    | { readonly what: 'words'; readonly text: string }
  )

/** `carries`: traffic may pass there now. */
export interface Line {
  readonly key: string
  readonly from: readonly [x: number, y: number]
  readonly to: readonly [x: number, y: number]
  readonly carries: boolean
  /** Of which listener; undefined: of any. */
  readonly listener?: PathListener
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly wide: boolean
  readonly boxes: readonly Box[]
  readonly lines: readonly Line[]
}

/** Pods on one node. */
export interface Group {
  /** Undefined: pods that stand on none of the nodes here. */
  readonly node: PathNode | undefined
  readonly pods: readonly PathPod[]
}

const wideFrom = 700
const gap = 12
const nodeHeight = 50
const podHeight = 34
const podGap = 6
const listenerHeight = 98
export const cell = 13
const cellGap = 4
export const cellPitch = cell + cellGap
/** More pods than this on any node, or in all, are cells instead of boxes. */
const mostBoxes = { onNode: 6, all: 24 }
const mostCells = 1_000
const mostNodes = 24
const edge = 2
/** How wide the columns are to each other, and one part at most. */
const share = { listener: 23, node: 18, pod: 29 }
const widest = 12

export function layoutOf({ path, policy, width }: Asked): Layout {
  const { groups, left } = groupsOf(path)
  const plain =
    (path.pods?.length ?? 0) <= mostBoxes.all && groups.every(({ pods }) => pods.length <= mostBoxes.onNode)
  const parts = { path, policy, width, groups, left, plain }
  return width >= wideFrom ? wideLayout(parts) : narrowLayout(parts)
}

interface Parts extends Asked {
  readonly groups: readonly Group[]
  /** Nodes that there is no room for. */
  readonly left: readonly PathNode[]
  readonly plain: boolean
}

/** Nodes with their pods, in order of their names; where they are too many, those that have something to tell. */
export function groupsOf({ nodes, pods = [] }: TrafficPath): {
  readonly groups: readonly Group[]
  readonly left: readonly PathNode[]
} {
  const known = new Set(nodes.map(({ name }) => name))
  const tells = ({ name, healthy }: PathNode): number =>
    (pods.some(({ node }) => node === name) ? 2 : 0) + (healthy === false ? 1 : 0)
  const shown = new Set(nodes.toSorted((a, b) => tells(b) - tells(a)).slice(0, mostNodes))
  const byName = nodes.toSorted((a, b) => order.compare(a.name, b.name))
  const others = pods.filter(({ node }) => !known.has(node))
  return {
    groups: [
      ...byName
        .filter((node) => shown.has(node))
        .map((node) => ({ node, pods: sorted(pods.filter((pod) => pod.node === node.name)) })),
      ...(others.length === 0 ? [] : [{ node: undefined, pods: sorted(others) }]),
    ],
    left: byName.filter((node) => !shown.has(node)),
  }
}

const order = new Intl.Collator('en', { numeric: true })
const sorted = (pods: readonly PathPod[]): readonly PathPod[] =>
  pods.toSorted((a, b) => order.compare(a.name, b.name))

/** Pods of one group from a corner on; answers how high they stand. */
function placePods(
  pods: readonly PathPod[],
  { x, y, width }: Omit<Place, 'height'>,
  plain: boolean,
  into: Box[],
): number {
  if (pods.length === 0) return 0
  if (plain) {
    pods.forEach((pod, at) =>
      into.push({ what: 'pod', pod, x, y: y + at * (podHeight + podGap), width, height: podHeight }),
    )
    return pods.length * (podHeight + podGap) - podGap
  }
  const columns = Math.max(1, Math.floor((width + cellGap) / cellPitch))
  const drawn = pods.slice(0, mostCells)
  const ready = pods.filter((pod) => pod.ready).length
  into.push({ what: 'words', text: `${ready} of ${pods.length} pods ready`, x, y, width, height: 18 })
  const high = Math.ceil(drawn.length / columns) * cellPitch - cellGap
  into.push({ what: 'cells', pods: drawn, columns, x, y: y + 20, width, height: high })
  return 20 + high
}

const leftWords = (left: readonly PathNode[]): string => {
  const sick = left.filter(({ healthy }) => healthy === false).length
  return `and ${left.length} more nodes${sick === 0 ? '' : `, ${sick} of them not healthy`}`
}

const isIdle = ({ pods }: Group, policy: 'Cluster' | 'Local', podsKnown: boolean): boolean =>
  policy === 'Local' && podsKnown && pods.length === 0

const passes = (node: PathNode | undefined): boolean => node?.healthy !== false
const middle = ({ y, height }: Place): number => y + height / 2

function wideLayout({ path, policy, width, groups, left, plain }: Parts): Layout {
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
  for (const { group, node, pods, middle: at } of spots) {
    const name = group.node?.name ?? ''
    const carries = passes(group.node) && (policy === 'Cluster' || group.pods.some((pod) => pod.ready))
    if (node !== undefined) {
      lines.push({ key: `node ${name}`, from: meet, to: [nodeX, at], carries })
      if (podsKnown && !stays)
        lines.push({ key: `join ${name}`, from: [nodeX + nodeWidth, at], to: join, carries })
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
      const reached = ready && (stays && !direct ? carries : true)
      lines.push({
        key: `pod ${name} ${box.what === 'pod' ? box.pod.name : index}`,
        from,
        to,
        carries: reached,
      })
    }
  }
  return { width, height: Math.ceil(height + edge), wide: true, boxes, lines }
}

function narrowLayout({ path, policy, width, groups, left, plain }: Parts): Layout {
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
    join(`node ${node?.name ?? ''}`, top + (node === undefined ? podHeight : nodeHeight) / 2, passes(node))
    y += gap
  }
  if (left.length > 0) {
    boxes.push({ what: 'words', text: leftWords(left), x: indent, y, width: inner, height: 20 })
    y += 20 + gap
  }
  return { width, height: Math.ceil(y - gap + edge), wide: false, boxes, lines }
}

/** What the two layouts of the picture are made of. */
import type { PathListener, PathNode, PathPod, TrafficPath } from '../traffic-path.ts'

export interface Asked {
  readonly path: TrafficPath
  readonly policy: 'Cluster' | 'Local'
  /** In CSS pixels. */
  readonly width: number
  /** It has no address of its own: its name leads to the pods. */
  readonly headless?: boolean
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

export interface Parts extends Asked {
  readonly groups: readonly Group[]
  /** Nodes that there is no room for. */
  readonly left: readonly PathNode[]
  readonly plain: boolean
}

export const gap = 12
export const nodeHeight = 50
export const podHeight = 34
export const podGap = 6
export const listenerHeight = 98
export const cell = 13
export const cellGap = 4
export const cellPitch = cell + cellGap
export const edge = 2
/** More pods than these on a node are not drawn. */
const mostCells = 1_000

/** Pods of one group from a corner on; answers how high they stand. */
export function placePods(
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

export const leftWords = (left: readonly PathNode[]): string => {
  const sick = left.filter(({ healthy }) => healthy === false).length
  return `and ${left.length} more nodes${sick === 0 ? '' : `, ${sick} of them not healthy`}`
}

export const isIdle = ({ pods }: Group, policy: 'Cluster' | 'Local', podsKnown: boolean): boolean =>
  policy === 'Local' && podsKnown && pods.length === 0

/** Without a load balancer nobody comes from outside. */
export const isReached = ({ path, headless = false }: Asked): boolean => headless || path.listeners.length > 0

export const noPods = 'no pods'
/** Where pods would stand if there were any. */
export const lacksPods = ({ path, policy }: Asked): boolean =>
  path.pods?.length === 0 && (policy === 'Cluster' || path.nodes.length === 0)

export const passes = (node: PathNode | undefined): boolean => node?.healthy !== false
export const middle = ({ y, height }: Place): number => y + height / 2

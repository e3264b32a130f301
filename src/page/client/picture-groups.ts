import type { PathNode, PathPod, TrafficPath } from '../traffic-path.ts'
import type { Group } from './picture-boxes.ts'

const mostNodes = 24

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

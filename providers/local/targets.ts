import { parseAddress } from '../../src/lib/ip.ts'
import { stableText } from '../../src/lib/json.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import { type Part, type Parts, unknown } from '../../src/plan/resource.ts'
import type { LocalTarget } from './api.ts'

const types = ['InternalIP', 'ExternalIP'] as const

/** Where a node is reached: its first IPv4 address, inside before outside. */
export function nodeAddress({ addresses }: Pick<TargetNode, 'addresses'>): string | undefined {
  for (const type of types)
    for (const one of addresses) {
      const parsed = one.type === type ? parseAddress(one.address) : undefined
      if (parsed?.ok === true && parsed.value.family === 'IPv4') return parsed.value.text
    }
  return undefined
}

export const targetKey = (address: string, port: number | string): string => `${address}:${port}`

const known = new WeakMap<readonly TargetNode[], Map<number, Parts>>()

/** Every node on this port. The same object for the same nodes, so that many Services hold one. */
export function nodeTargets(nodes: readonly TargetNode[], port: number): Parts {
  const byPort = known.get(nodes) ?? new Map<number, Parts>()
  known.set(nodes, byPort)
  const found = byPort.get(port) ?? made(nodes, port)
  byPort.set(port, found)
  return found
}

function made(nodes: readonly TargetNode[], port: number): Parts {
  const parts: Record<string, Part> = {}
  for (const node of nodes) {
    const address = nodeAddress(node)
    if (address === undefined) continue
    parts[targetKey(address, port)] = { spec: { address, port }, owners: [], path: `node/${node.name}` }
  }
  return parts
}

/** Stands for the targets while nodes or their port are not known. */
export const unknownTargets = (why: string, port: number | undefined): Parts => ({
  [targetKey('<each node>', port ?? '<node port>')]: {
    spec: { address: unknown(why), port: port ?? unknown('the NodePort, which the API server allocates') },
    owners: [],
  },
})

export const targetParts = (targets: readonly LocalTarget[]): Parts =>
  Object.fromEntries(
    targets.map(({ address, port }) => [targetKey(address, port), { spec: { address, port }, owners: [] }]),
  )

const selected = new WeakMap<readonly TargetNode[], Map<string, readonly TargetNode[]>>()

/** Those with all these labels. The same array for the same labels. */
export function labelled(
  nodes: readonly TargetNode[],
  labels: Readonly<Record<string, string>>,
): readonly TargetNode[] {
  const byLabels = selected.get(nodes) ?? new Map<string, readonly TargetNode[]>()
  selected.set(nodes, byLabels)
  const key = stableText(labels)
  const found =
    byLabels.get(key) ??
    nodes.filter((node) => Object.entries(labels).every(([name, value]) => node.labels[name] === value))
  byLabels.set(key, found)
  return found
}

import { hash } from '../../src/lib/hash.ts'
import type { TargetNode } from '../../src/model/nodes.ts'

/** A node that is an EC2 instance. */
export interface InstanceNode {
  readonly id: string
  readonly node: string
  readonly zone?: string
}

export interface Instances {
  /** Sorted by instance id. */
  readonly list: readonly InstanceNode[]
  readonly ids: readonly string[]
  readonly hash: string
}

/** `aws:///us-east-1a/i-0abc`; Fargate and hand-made nodes have no instance in theirs. */
const instanceInProviderId = /^aws:\/\/.*\/(?<id>i-[0-9a-z]+)$/

export const instanceId = (node: TargetNode): string | undefined =>
  instanceInProviderId.exec(node.providerID)?.groups?.['id']

const known = new WeakMap<readonly TargetNode[], Instances>()

/** The instances among the nodes, computed once per array: thousands of Services share one. */
export function instancesOf(nodes: readonly TargetNode[]): Instances {
  const found = known.get(nodes)
  if (found !== undefined) return found
  const list = nodes
    .flatMap((node) => {
      const id = instanceId(node)
      return id === undefined
        ? []
        : [{ id, node: node.name, ...(node.zone === undefined ? {} : { zone: node.zone }) }]
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const ids = list.map((node) => node.id)
  const instances = { list, ids, hash: hash(ids) }
  known.set(nodes, instances)
  return instances
}

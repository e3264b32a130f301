import { hash } from '../../src/lib/hash.ts'
import type { TargetNode } from '../../src/model/nodes.ts'

/** A node by its machine: `gce://project/zone/instance`. */
export interface Machine {
  readonly node: string
  readonly name: string
  readonly zone: string
  readonly project: string
  /** Of another subnet than the cluster's default one. */
  readonly subnet?: string
  readonly labels: Readonly<Record<string, string>>
}

interface Machines {
  readonly list: readonly Machine[]
  /** The same for the same machines. */
  readonly hash: string
}

const known = new WeakMap<readonly TargetNode[], Machines>()
const form = /^gce:\/\/(?<project>[^/]+)\/(?<zone>[^/]+)\/(?<name>[^/]+)$/
const subnetLabel = 'cloud.google.com/gke-node-pool-subnet'

/** The machines of nodes, sorted by name. Nodes whose machine is not known yet are left out. Computed once per array. */
export function machinesOf(nodes: readonly TargetNode[]): Machines {
  const found = known.get(nodes)
  if (found !== undefined) return found
  const list = nodes.flatMap((node): Machine[] => {
    const parts = form.exec(node.providerID)?.groups
    if (parts === undefined) return []
    const { project = '', zone = '', name = '' } = parts
    const subnet = node.labels[subnetLabel] ?? ''
    return [
      { node: node.name, project, zone, name, labels: node.labels, ...(subnet === '' ? {} : { subnet }) },
    ]
  })
  const sorted = list.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const machines: Machines = { list: sorted, hash: hash(sorted.map(({ name, zone }) => `${zone}/${name}`)) }
  known.set(nodes, machines)
  return machines
}

/** `us-central1-a` is in us-central1. */
export const regionOfZone = (zone: string): string => zone.replace(/-[a-z]+$/, '')

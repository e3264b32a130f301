import { parseAddress } from '../../src/lib/ip.ts'
import type { Json, JsonObject } from '../../src/lib/json.ts'
import type { Family } from '../../src/model/load-balancer.ts'
import type { TargetNode } from '../../src/model/nodes.ts'
import { type Owner, type Part, type Parts, unknown } from '../../src/plan/resource.ts'
import { memberName } from './names.ts'

const types = ['InternalIP', 'ExternalIP'] as const

/** Where a node is reached: its first address of the family, inside before outside. */
export function nodeAddress(
  { addresses }: Pick<TargetNode, 'addresses'>,
  family: Family | undefined,
): string | undefined {
  for (const type of types) {
    const found = addresses.find(
      (one) => one.type === type && (family === undefined || familyOf(one.address) === family),
    )
    if (found !== undefined) return found.address
  }
  return undefined
}

function familyOf(text: string): Family | undefined {
  const parsed = parseAddress(text)
  return parsed.ok ? parsed.value.family : undefined
}

/** As Neutron writes it. */
const canonical = (text: string): string => {
  const parsed = parseAddress(text)
  return parsed.ok ? parsed.value.text : text
}

export interface MembersOf {
  readonly nodes: readonly TargetNode[]
  readonly family: Family | undefined
  /** Undefined while the API server has yet to choose it; none where it is 0. */
  readonly nodePort: number | undefined
  readonly gap: string
  readonly subnetId: Json | undefined
  /** Where health is asked, if not on the NodePort. */
  readonly monitorPort: Json | undefined
  readonly serial: boolean
  readonly owners: readonly Owner[]
}

export const memberKey = (address: string, port: string | number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

/** One for each node that has an address of the family. */
export function membersOn(of: MembersOf): Parts {
  const { nodes, family, nodePort, gap } = of
  if (nodePort === 0) return {}
  const parts: Record<string, Part> = {}
  for (const node of nodes) {
    const found = nodeAddress(node, family)
    if (found === undefined) continue
    const address = canonical(found)
    const name = memberName(node.name, address, nodePort ?? gap, of.serial)
    parts[memberKey(address, nodePort ?? gap)] = {
      spec: memberSpec(of, name, address),
      owners: of.owners,
      path: `node/${node.name}`,
    }
  }
  return parts
}

/** Stands for the members while no nodes are given. */
export const unknownMembers = (of: MembersOf, why: string): Parts => ({
  [memberKey('<each node>', of.nodePort ?? of.gap)]: {
    spec: memberSpec(of, unknown(why), unknown(why)),
    owners: of.owners,
  },
})

const memberSpec = (of: MembersOf, name: Json, address: Json): JsonObject => ({
  name,
  address,
  protocol_port: of.nodePort ?? unknown('the NodePort, which the API server allocates'),
  ...(of.subnetId === undefined ? {} : { subnet_id: of.subnetId }),
  ...(of.monitorPort === undefined ? {} : { monitor_port: of.monitorPort }),
})

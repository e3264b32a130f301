import { isObject, type JsonObject } from '../../../src/lib/json.ts'
import type { Observed, Owner, Part } from '../../../src/plan/resource.ts'
import { observedGroup } from '../kinds/security-group.ts'
import type { Holders } from './observe.ts'
import { addressText } from './rule.ts'

/** The groups among these objects with the owners of their rules, as the load balancers and addresses tell them. */
export function withHolders(observed: readonly Observed[]): readonly Observed[] {
  if (!observed.some(({ kind }) => kind === 'security-group')) return observed
  const holders = holdersIn(observed)
  return observed.map((item) =>
    item.kind === 'security-group' && isObject(item.raw) ? (observedGroup(item.raw, holders) ?? item) : item,
  )
}

/**
 * An address is of whoever has a frontend with it. What is for a node is told by the node port: that is one Service's
 * alone, and its load balancing rule sends there.
 */
export function holdersIn(observed: readonly Observed[]): Holders {
  const byAddress = new Map<string, Owner[]>()
  const byNodePort = new Map<string, Owner[]>()
  const publicIPs = new Map<string, string>()
  for (const { kind, id, out, owners } of observed) {
    const { address } = out
    if (kind !== 'public-ip' || address === undefined) continue
    publicIPs.set(id.toLowerCase(), address)
    add(byAddress, addressText(address), owners)
  }
  for (const { kind, parts = {} } of observed) {
    if (kind !== 'load-balancer') continue
    for (const [key, part] of Object.entries(parts)) {
      const properties = propertiesOf(part)
      if (key.startsWith('frontend/')) add(byAddress, addressIn(properties, publicIPs), part.owners)
      else if (key.startsWith('rule/') && properties['enableFloatingIP'] !== true)
        add(byNodePort, `${Number(properties['backendPort'])}`, part.owners)
    }
  }
  return (address, ports) => {
    const at = byAddress.get(address)
    return distinct(at ?? ports.flatMap((port) => byNodePort.get(port) ?? []))
  }
}

const propertiesOf = ({ spec }: Part): JsonObject => (isObject(spec['properties']) ? spec['properties'] : {})

function addressIn(properties: JsonObject, publicIPs: ReadonlyMap<string, string>): string | undefined {
  const { privateIPAddress, publicIPAddress } = properties
  if (typeof privateIPAddress === 'string') return addressText(privateIPAddress)
  const id = isObject(publicIPAddress) ? publicIPAddress['id'] : undefined
  const address = typeof id === 'string' ? publicIPs.get(id.toLowerCase()) : undefined
  return address === undefined ? undefined : addressText(address)
}

function add(to: Map<string, Owner[]>, key: string | undefined, owners: readonly Owner[]): void {
  if (key === undefined || owners.length === 0) return
  const list = to.get(key)
  if (list === undefined) to.set(key, [...owners])
  else list.push(...owners)
}

const distinct = (owners: readonly Owner[]): readonly Owner[] => [
  ...new Map(owners.map((owner) => [owner.uid, owner])).values(),
]

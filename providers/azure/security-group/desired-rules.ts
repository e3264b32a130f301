import type { Json } from '../../../src/lib/json.ts'
import type { Family, Port, Protocol } from '../../../src/model/load-balancer.ts'
import { type Owner, type Part, type Parts, unknown } from '../../../src/plan/resource.ts'
import type { Access } from './access.ts'
import { aggregated } from './aggregate.ts'
import { allowName, denyName, wireProtocol } from './names.ts'
import { partKey, type Rule, ruleSpec } from './rule.ts'

/** An address that packets are for when they pass the security group. */
export interface Destination {
  readonly family: Family
  /** A text, a ref to what will have the address, or why nobody knows it yet. */
  readonly address: Json
}

export interface RulesAsked {
  readonly owner: Owner
  readonly access: Access
  readonly ports: readonly Port[]
  /** `port`: the load balancer keeps the packet's own destination (floating IP). `nodePort`: it puts the node's there. */
  readonly arrivesAt: 'port' | 'nodePort'
  readonly destinations: readonly Destination[]
}

const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP']
const families: readonly Family[] = ['IPv4', 'IPv6']

/** This Service's destinations in the rules of the group. */
export function rulesFor(asked: RulesAsked): Parts {
  const { access, owner } = asked
  const parts: Record<string, Part> = {}
  const add = (rule: Rule, family: Family, path: string): void => {
    for (const { family: of, address } of asked.destinations)
      if (of === family)
        parts[partKey(rule.name, address)] = { spec: ruleSpec(rule, [address]), owners: [owner], path }
  }
  for (const protocol of protocols) {
    const ports = portsOf(asked, protocol)
    if (ports.length === 0) continue
    for (const family of families) {
      for (const tag of access.tags) add(allow(asked, ports, family, [tag]), family, access.paths.tags)
      const ranges = aggregated(access.ranges[family])
      if (ranges.length > 0) add(allow(asked, ports, family, ranges), family, access.paths.ranges)
    }
  }
  if (access.denyRest) for (const family of families) add(denyAll(family), family, access.paths.denyRest)
  return parts
}

const portsOf = ({ ports }: RulesAsked, protocol: Protocol): readonly Port[] =>
  ports.filter((port) => port.protocol === protocol)

function allow(asked: RulesAsked, ports: readonly Port[], family: Family, sources: readonly string[]): Rule {
  const protocol = wireProtocol[ports[0]?.protocol ?? 'TCP']
  const missing = ports.find((port) => port[asked.arrivesAt] === undefined)
  const numbers = ports.map((port) => String(port[asked.arrivesAt])).toSorted()
  return {
    // A name cannot be made of what is not known; until then it says what it will be made of.
    name:
      missing === undefined
        ? allowName({ protocol, family, sources, ports: numbers })
        : `<allow ${family} ${protocol} from ${sources.join(',')} to ${gapOf(missing)}>`,
    access: 'Allow',
    protocol,
    sources,
    ports: missing === undefined ? numbers : unknown(gapOf(missing)),
  }
}

const gapOf = ({ port }: Port): string => `the node port of port ${port}`

/** Azure lets the whole virtual network in by default; this stands behind everything that is allowed. */
const denyAll = (family: Family): Rule => ({
  name: denyName(family),
  access: 'Deny',
  protocol: '*',
  sources: ['*'],
  ports: '*',
})

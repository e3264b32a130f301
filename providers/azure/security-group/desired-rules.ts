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
  /** `port`: the load balancer keeps the packet's own destination (floating IP). `nodePort`: it puts the node's there. */
  readonly arrivesAt: 'port' | 'nodePort'
}

interface RulesAsked {
  readonly owner: Owner
  readonly access: Access
  readonly ports: readonly Port[]
  readonly destinations: readonly Destination[]
}

const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP']
const families: readonly Family[] = ['IPv4', 'IPv6']

/** This Service's destinations in the rules of the group. */
export function rulesFor({ access, owner, ports, destinations }: RulesAsked): Parts {
  const parts: Record<string, Part> = {}
  const add = (rule: Rule, { address }: Destination, path: string): void => {
    parts[partKey(rule.name, address)] = { spec: ruleSpec(rule, [address]), owners: [owner], path }
  }
  for (const protocol of protocols) {
    const of = ports.filter((port) => port.protocol === protocol)
    if (of.length === 0) continue
    for (const family of families) {
      const to = destinations.filter((one) => one.family === family)
      for (const tag of access.tags) for (const one of to) add(allow(of, one, [tag]), one, access.paths.tags)
      const ranges = aggregated(access.ranges[family])
      if (ranges.length > 0) for (const one of to) add(allow(of, one, ranges), one, access.paths.ranges)
    }
  }
  if (access.denyRest)
    for (const one of destinations.toSorted(byFamily)) add(denyAll(one.family), one, access.paths.denyRest)
  return parts
}

/** IPv4 first, so that priorities are given in one order. */
const byFamily = (a: Destination, b: Destination): number =>
  a.family < b.family ? -1 : a.family > b.family ? 1 : 0

function allow(ports: readonly Port[], { family, arrivesAt }: Destination, sources: readonly string[]): Rule {
  const protocol = wireProtocol[ports[0]?.protocol ?? 'TCP']
  const missing = ports.find((port) => port[arrivesAt] === undefined)
  const numbers = ports.map((port) => `${port[arrivesAt]}`).toSorted()
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

import type { IpFamily } from '../../lib/ip.ts'
import { endText, goneText, type FlowEnd, type GoneFlows } from './flows.ts'
import type { FlowIndex } from './flow-index.ts'

/** One walk of the kernel over its table. What is absent is not asked of a flow. */
export interface FlowDelete {
  readonly family: IpFamily
  readonly address?: string
  readonly port?: number
  readonly to?: FlowEnd
  /** What it is done for. */
  readonly gone: readonly GoneFlows[]
}

/**
 * As few walks as do it: each goes over the whole table. A pod that is gone from a port is gone from all addresses
 * of that port, and one walk finds it there, unless another Service still serves it at this port. A pod that nobody serves
 * at all is found by itself, at the port of its Service and at the node port.
 */
export function deletesOf(gone: readonly GoneFlows[], index: FlowIndex): readonly FlowDelete[] {
  const deletes: FlowDelete[] = []
  const left: GoneFlows[] = []
  for (const group of grouped(gone, endName)) {
    const [{ to, target }] = group
    const ports = new Set(group.map((each) => each.target.port))
    if (typeof to === 'string' || ports.size === 1 || index.serves(target.family, endText(to)))
      left.push(...group)
    else deletes.push({ family: target.family, to, gone: group })
  }
  for (const group of grouped(left, portName)) {
    const [first] = group
    const { to, target } = first
    const { family, port } = target
    const { address } = target
    if (typeof to === 'string')
      for (const each of addressesOf(first, index))
        deletes.push({
          family,
          address: each,
          port,
          ...(to === 'all' ? {} : { to: { address: each, port } }),
          gone: group,
        })
    else if (group.length === 1 && address !== undefined)
      deletes.push({ family, address, port, to, gone: group })
    else if (!index.servesAt(target, endText(to))) deletes.push({ family, port, to, gone: group })
    else
      for (const one of group)
        for (const each of addressesOf(one, index))
          deletes.push({ family, address: each, port, to, gone: [one] })
  }
  return deletes
}

const addressesOf = ({ target }: GoneFlows, index: FlowIndex): readonly string[] =>
  target.address === undefined ? index.nodeAddresses(target.family) : [target.address]

type Group = readonly [GoneFlows, ...GoneFlows[]]

function grouped(gone: readonly GoneFlows[], nameOf: (each: GoneFlows) => string): Iterable<Group> {
  const groups = new Map<string, [GoneFlows, ...GoneFlows[]]>()
  for (const each of gone) {
    const name = nameOf(each)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [each])
    else group.push(each)
  }
  return groups.values()
}

/** Those to one endpoint together, all others alone. */
const endName = (each: GoneFlows): string =>
  typeof each.to === 'string' ? goneText(each) : `${each.target.family} ${endText(each.to)}`

/** Those to one endpoint at one port together, all others alone. */
const portName = (each: GoneFlows): string =>
  typeof each.to === 'string'
    ? goneText(each)
    : `${each.target.family} ${each.target.port} ${endText(each.to)}`

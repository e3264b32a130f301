import type { IpFamily } from '../../lib/ip.ts'
import type { Row } from '../table/row.ts'

/** Where a UDP client sent to. No address: a node port, at any address of this node. */
export interface FlowTarget {
  readonly family: IpFamily
  readonly address?: string
  readonly port: number
}

export interface FlowEnd {
  readonly address: string
  readonly port: number
}

/**
 * Tracked flows to a target that must end. `all`: whatever answers them; `untranslated`: those that were let through
 * as they were, before the Service was there; else those that go to this endpoint.
 */
export interface GoneFlows {
  readonly target: FlowTarget
  readonly to: 'all' | 'untranslated' | FlowEnd
}

/**
 * What of the kernel's memory became wrong when a row became another. UDP only: a client that goes on sending would keep
 * such a flow alive for ever. Serving endpoints count, whatever policies say. No row, or none that serves: every
 * flow is stale, so that a sender who never listens is not sent to a dead pod after the Service has come back.
 */
export function goneFlows(before: Row | undefined, after: Row | undefined): readonly GoneFlows[] {
  const old = flowTargets(before)
  const now = flowTargets(after)
  const had = servingOf(before)
  const have = servingOf(after)
  const keys = new Set(have.map(endText))
  const lost = had.filter((end) => !keys.has(endText(end)))
  const gone: GoneFlows[] = []
  for (const [name, target] of old) {
    // Also where nobody served: what was noted of it before may not have been ended yet, and no row will tell of it.
    if (!now.has(name)) gone.push({ target, to: 'all' })
    else if (have.length === 0 && lost.length > 1) gone.push({ target, to: 'all' })
    else for (const to of lost) gone.push({ target, to })
  }
  for (const [name, target] of now)
    if (!old.has(name) || (had.length === 0 && have.length > 0)) gone.push({ target, to: 'untranslated' })
  return gone
}

/** By what tells them apart. */
export function flowTargets(row: Row | undefined): ReadonlyMap<string, FlowTarget> {
  if (row?.protocol !== 'UDP') return new Map()
  const { family, port, nodePort } = row
  const addresses = [
    ...(row.clusterAddress === undefined ? [] : [row.clusterAddress]),
    ...row.externalAddresses,
    ...row.loadBalancerAddresses,
  ]
  const targets = addresses.map((address): FlowTarget => ({ family, address, port }))
  if (nodePort !== undefined) targets.push({ family, port: nodePort })
  return new Map(targets.map((target) => [targetText(target), target]))
}

/** A row that does not say who serves is judged by who is used. */
export function servingOf(row: Row | undefined): readonly FlowEnd[] {
  if (row?.protocol !== 'UDP') return []
  return row.serving ?? [...(row.cluster ?? []), ...(row.local ?? [])]
}

export const endText = ({ address, port }: FlowEnd): string => `${address} ${port}`

export const targetText = ({ family, address, port }: FlowTarget): string =>
  `${family} ${address ?? 'node'} ${port}`

export const goneText = ({ target, to }: GoneFlows): string =>
  `${targetText(target)} ${typeof to === 'string' ? to : endText(to)}`

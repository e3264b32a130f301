import { isIPv4, isIPv6 } from 'node:net'
import { parseCidr } from '../../lib/ip.ts'
import type { FamilySettings, Row } from '../table/row.ts'
import { within } from '../table/ranges.ts'
import { type Placed, type PlacedSet, endpointNumbers } from './placed.ts'
import { type SetName, type Target, targetsOf } from './target.ts'
import { classid, codes, valueOf } from './value.ts'

/** One element of a set, or of a map when it has a value. */
export interface Element {
  readonly set: string
  readonly key: string
  readonly value?: string
}

/** What a chain does that chooses an endpoint; there is one for each kind of choice, however many Services make it. */
export interface Choice {
  readonly protocol: 'tcp' | 'udp' | 'sctp'
  readonly endpoints: number
  readonly masquerade: 'never' | 'always' | 'unless-pod'
  readonly affinity?: { readonly seconds: number; readonly local: boolean }
}

const words = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const

/** Elements that several rows may ask for. */
export const shared: ReadonlySet<string> = new Set(['cluster-addresses', 'hairpin'])

/** Which elements serve a row, each once. `code` answers the number of the chain that makes a choice. */
export function elementsOf(
  placed: Placed,
  settings: FamilySettings,
  code: (choice: Choice) => number,
): readonly Element[] {
  const { row } = placed
  mustBeAddresses(placed)
  const elements = new Map<string, Element>()
  const put = (set: string, key: string, value?: string): void => {
    const id = `${set} ${key}`
    if (!elements.has(id)) elements.set(id, value === undefined ? { set, key } : { set, key, value })
  }
  const protocol = words[row.protocol]
  const used = new Set<SetName>()
  const value = (target: Target): string => {
    if (target === 'refuse' || target === 'drop') return valueOf(codes[target], 0)
    used.add(target.set)
    const set = placed[target.set]
    if (set === undefined) throw new Error(`${row.key} has no place for its ${target.set} endpoints`)
    const { masquerade } = target
    const choice = { protocol, endpoints: set.order.length, masquerade }
    const affinity =
      row.affinitySeconds === undefined
        ? {}
        : { affinity: { seconds: row.affinitySeconds, local: target.set === 'local' } }
    return valueOf(code({ ...choice, ...affinity }), set.id)
  }
  const targets = targetsOf(row, settings)
  const service = `${protocol} . ${row.port}`
  if (row.clusterAddress !== undefined) {
    put('services', `${row.clusterAddress} . ${service}`, value(targets.cluster))
    put('cluster-addresses', row.clusterAddress)
  }
  for (const address of [...row.externalAddresses, ...row.loadBalancerAddresses]) {
    put('services', `${address} . ${service}`, value(targets.external))
    if (targets.outside !== undefined) put('outside', `${address} . ${service}`, value(targets.outside))
  }
  if (row.nodePort !== undefined) {
    const key = `${protocol} . ${row.nodePort}`
    put('ports', key, value(targets.external))
    if (targets.outside !== undefined) put('outside-ports', key, value(targets.outside))
  }
  guard(row, settings, put)
  for (const name of used) {
    const set = placed[name]
    if (set === undefined) continue
    if (row.affinitySeconds === undefined) slots(set, protocol, put)
    else affineSlots(set, protocol, name === 'local' ? 'local-' : '', put)
    // Remote pods meet an unmasqueraded choice of remote endpoints only by the short cut of policy Local.
    for (const { address, local } of set.order)
      if (local || row.externalLocal) put('hairpin', `${address} . ${address}`)
  }
  return [...elements.values()]
}

/** nft would ask the DNS for what is no address, in the middle of a transaction. */
function mustBeAddresses({ row, cluster, local }: Placed): void {
  const fits = row.family === 'IPv4' ? isIPv4 : isIPv6
  const endpoints = [...(cluster?.order ?? []), ...(local?.order ?? [])].map(({ address }) => address)
  const own = row.clusterAddress === undefined ? [] : [row.clusterAddress]
  const bad = [...own, ...row.externalAddresses, ...row.loadBalancerAddresses, ...endpoints].find(
    (text) => !fits(text),
  )
  if (bad !== undefined) throw new Error(`${JSON.stringify(bad)} is no ${row.family} address`)
}

type Put = (set: string, key: string, value?: string) => void

function slots(set: PlacedSet, protocol: string, put: Put): void {
  for (const [at, { address, port }] of set.order.entries())
    put(`slots-${protocol}`, `${classid(set.id)} . ${at}`, `${address} . ${port}`)
}

function affineSlots(set: PlacedSet, protocol: string, prefix: string, put: Put): void {
  const group = set.id & 0xffff
  const numbers = endpointNumbers(set.order)
  for (const [at, endpoint] of set.order.entries()) {
    const { address, port } = endpoint
    const id = classid((numbers.get(endpoint) ?? 0) * 0x10000 + group)
    put(`${prefix}picks`, `${classid(group)} . ${at}`, id)
    put(`${prefix}ids-${protocol}`, id, `${address} . ${port}`)
  }
}

/** Who may use the load balancer addresses: one exact set per length of prefix, so that a change touches its elements only. */
function guard(row: Row, settings: FamilySettings, put: Put): void {
  const ranges = row.allowedSources
  if (ranges === undefined || ranges.some((range) => range.endsWith('/0'))) return
  const ownInside = settings.nodeAddresses.some((address) => within(address, ranges))
  for (const address of row.loadBalancerAddresses) {
    const key = `${address} . ${words[row.protocol]} . ${row.port}`
    put('guarded', key)
    for (const range of ranges) {
      const cidr = parseCidr(range)
      if (!cidr.ok) continue
      const network = cidr.value.text.slice(0, cidr.value.text.indexOf('/'))
      put(`allow${cidr.value.prefix}`, `${key} . ${network}`)
    }
    // Some clouds make what a node sends to a load balancer look as if the load balancer had sent it.
    if (ownInside) put(`allow${row.family === 'IPv4' ? 32 : 128}`, `${key} . ${address}`)
  }
}

import type { JsonObject } from '../../src/lib/json.ts'
import type { Port } from '../../src/model/load-balancer.ts'
import type { Transport } from './names.ts'

/** A forwarding rule lists so many ports at most. */
const mostListed = 5

/** `80`, or `80-82`: undefined where the text is neither. */
export function spanOf(text: string): readonly [number, number] | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text)
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? match[1])]
}

/** Ports and ranges of ports with neighbours joined, in order. A text that is no port stays as it is. */
export function joined(texts: readonly string[]): readonly string[] {
  const spans = texts.map(spanOf)
  if (spans.includes(undefined)) return [...new Set(texts)].toSorted()
  const merged: [number, number][] = []
  for (const [from, to] of (spans as readonly (readonly [number, number])[]).toSorted(
    (a, b) => a[0] - b[0],
  )) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
}

/** From the first port to the last. What lies between is open at the load balancer, not in the firewall. */
export function portRange(ports: readonly number[]): string {
  return `${Math.min(...ports)}-${Math.max(...ports)}`
}

export const hasGaps = (ports: readonly number[]): boolean =>
  Math.max(...ports) - Math.min(...ports) + 1 > new Set(ports).size

type RulePorts =
  { readonly ports: readonly string[] } | { readonly portRange: string } | { readonly allPorts: true }

interface PortOptions {
  readonly transport: Transport
  readonly internal: boolean
  /** Whether single ports are listed where there are few enough. */
  readonly discrete: boolean
  /** The rule that stands. */
  readonly existing?: JsonObject | undefined
}

/** How a rule says its ports. One that says a range keeps doing so: to list them would mean to make it anew. */
export function rulePorts(
  numbers: readonly number[],
  { transport, internal, discrete, existing }: PortOptions,
): RulePorts {
  if (transport === 'L3_DEFAULT') return { allPorts: true }
  const ports = [...new Set(numbers)].toSorted((a, b) => a - b)
  const listed = ports.length <= mostListed
  if (internal) return listed ? { ports: ports.map(String) } : { allPorts: true }
  if (!listed || !discrete) return { portRange: portRange(ports) }
  return keepsRange(existing, ports) ? { portRange: portRange(ports) } : { ports: ports.map(String) }
}

export function keepsRange(existing: JsonObject | undefined, ports: readonly number[]): boolean {
  const listed = existing?.['ports']
  const lists = Array.isArray(listed) && listed.length > 0
  return !lists && existing?.['portRange'] === portRange(ports)
}

interface Transports {
  readonly tcp: readonly Port[]
  readonly udp: readonly Port[]
}

export const transportsOf = (ports: readonly Port[]): Transports => ({
  tcp: ports.filter(({ protocol }) => protocol === 'TCP'),
  udp: ports.filter(({ protocol }) => protocol === 'UDP'),
})

/** What a backend service, and one rule for all ports, must carry. */
export function protocolOf({ tcp, udp }: Transports): Transport {
  return tcp.length > 0 && udp.length > 0 ? 'L3_DEFAULT' : udp.length > 0 ? 'UDP' : 'TCP'
}

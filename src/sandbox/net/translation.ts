import { within } from '../../node-proxy/table/ranges.ts'
import type { Layout } from '../layout.ts'
import { lowPortBase, type LoopbackFacts } from './system.ts'

export interface Place {
  readonly address: string
  readonly port: number
}

export interface Moved {
  readonly protocol: Protocol
  readonly from: Place
  readonly to: Place
}

type Protocol = 'TCP' | 'UDP'

const only = '127.0.0.1'
const nodePorts = { first: 30_000, count: 2_768 }
const healthPort = 10_256
const mostPort = 65_535
/** With one address each of these has ports of its own, so that processes need not talk about who takes which. */
const shares = {
  balancer: { first: 11_000, count: 4_000 },
  cluster: { first: 15_000, count: 5_000 },
  pod: { first: 20_000, count: 10_000 },
} as const
/** So many ports are tried. */
const mostTries = 32

/**
 * Where something that is said to be at a place may really be, best first; none: nowhere. Where the system has all of
 * loopback, that is the place itself. NodePorts have one place only: several processes work it out, each by itself.
 */
export function candidates(
  place: Place,
  { addresses, lowestPort }: LoopbackFacts,
  layout: Layout,
): readonly Place[] {
  const { address, port } = place
  if (!address.startsWith('127.')) return [place]
  if (addresses === 'all') {
    if (port >= lowestPort) return [place]
    return Array.from({ length: 10 }, (_, turn) => ({ address, port: lowPortBase + 1000 * turn + port }))
  }
  const node = nodeNumber(address, layout)
  const ports = node === undefined ? portsOf(place, lowestPort, layout) : nodePortsOf(node, port)
  return ports.filter((each) => each <= mostPort).map((each) => ({ address: only, port: each }))
}

/** Of the layout's form, so that nodes that come later count too. */
function nodeNumber(address: string, { base }: Layout): number | undefined {
  const [, second, third, last] = address.split('.').map(Number)
  return second === base && third === 0 && (last ?? 0) > 10 ? (last ?? 0) - 10 : undefined
}

/** The first node has the ports themselves. */
function nodePortsOf(node: number, port: number): readonly number[] {
  if (port === healthPort) return [port + node - 1]
  const inRange = port >= nodePorts.first && port < nodePorts.first + nodePorts.count
  return inRange ? [port + nodePorts.count * (node - 1)] : []
}

function portsOf({ address, port }: Place, lowestPort: number, layout: Layout): readonly number[] {
  const share = shareOf(address, layout)
  if (share === undefined) return [port >= lowestPort ? port : lowPortBase + port]
  const { first, count } = shares[share]
  const [, , third = 0, last = 0] = address.split('.').map(Number)
  const begin = (third * 256 + last) * 97 + port
  const tries = Array.from({ length: mostTries }, (_, turn) => first + ((begin + turn) % count))
  // What people type should be what they expect: at the first address, so that it matters to nobody who comes first.
  const plain = share === 'balancer' && last === 1 ? [port, 8000 + (port % 1000)] : []
  return [...plain.filter((each) => each >= Math.max(lowestPort, 1024)), ...tries]
}

function shareOf(address: string, { base, pool, serviceRange }: Layout): keyof typeof shares | undefined {
  if (within(address, [pool])) return 'balancer'
  if (within(address, [serviceRange])) return 'cluster'
  const [, second, third = 0] = address.split('.').map(Number)
  return second === base && third > 0 ? 'pod' : undefined
}

/** Where everything is, as far as this process has asked. Who was told a place keeps it. */
export class Translation {
  readonly facts: LoopbackFacts
  readonly #layout: Layout
  readonly #places = new Map<string, Place>()
  /** By place: what is there, or that it is a stranger's. */
  readonly #holders = new Map<string, string>()

  constructor(facts: LoopbackFacts, layout: Layout) {
    this.facts = facts
    this.#layout = layout
  }

  /** Nothing is anywhere else than it is said to be. */
  get isPlain(): boolean {
    return this.facts.addresses === 'all' && this.facts.lowestPort <= 1
  }

  /** To listen or to dial there. The place itself where there is no other. */
  at(protocol: Protocol, place: Place): Place {
    const key = keyOf(protocol, place)
    return this.#places.get(key) ?? this.#choose(protocol, place, key) ?? place
  }

  /** The place that was told is a stranger's: answers the next one. Undefined: there is none. */
  next(protocol: Protocol, place: Place): Place | undefined {
    const key = keyOf(protocol, place)
    const before = this.#places.get(key)
    if (before === undefined) return undefined
    this.#holders.set(keyOf(protocol, before), stranger)
    this.#places.delete(key)
    return this.#choose(protocol, place, key)
  }

  /** What was told to be elsewhere. */
  moved(): readonly Moved[] {
    return Array.from(this.#places, ([key, to]) => {
      const [protocol, address = '', port] = key.split(' ')
      return { protocol: protocol === 'UDP' ? 'UDP' : 'TCP', from: { address, port: Number(port) }, to }
    })
  }

  #choose(protocol: Protocol, place: Place, key: string): Place | undefined {
    const all = candidates(place, this.facts, this.#layout)
    if (all[0] === place) return undefined
    const free = all.find((one) => !this.#holders.has(keyOf(protocol, one)))
    if (free === undefined) return undefined
    this.#places.set(key, free)
    this.#holders.set(keyOf(protocol, free), key)
    return free
  }
}

const stranger = ''
const keyOf = (protocol: Protocol, { address, port }: Place): string => `${protocol} ${address} ${port}`

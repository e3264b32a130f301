import assert from 'node:assert/strict'
import { contains, parseAddress, parseCidr } from '../../../src/lib/ip.ts'
import type { Table } from './kernel.ts'

export interface Packet {
  readonly hook: 'prerouting' | 'output'
  /** The interface that it came from; empty in `output`. */
  readonly from: string
  readonly source: string
  readonly to: string
  readonly protocol: string
  readonly port: number
}

export interface Machine {
  readonly table: Table
  readonly ownAddresses: readonly string[]
  /** Who had which endpoint. */
  readonly affinity: Map<string, string>
  /** Answers a number under `n`. */
  readonly random: (n: number) => number
}

export type Outcome =
  | { readonly verdict: 'reject' | 'drop' | 'pass' }
  | {
      readonly verdict: 'forward'
      readonly endpoint: string
      readonly masqueraded: boolean
      readonly affinitySeconds?: number
    }

/** What the rules do with the first packet of a connection: every rule is read as nft reads it. */
export function outcomeOf(machine: Machine, packet: Packet): Outcome {
  const walk = new Walk(machine, packet)
  const verdict = walk.chain(packet.hook)
  if (verdict !== 'accept') return { verdict: verdict === 'reject' || verdict === 'drop' ? verdict : 'pass' }
  return walk.leave()
}

type Verdict = 'accept' | 'reject' | 'drop' | 'return' | 'masquerade'
/** Of one expression: the rule ends here, goes on, or has decided. */
type Step = 'miss' | 'next' | Verdict

interface Expression {
  readonly is: RegExp
  readonly act: (walk: Walk, words: readonly string[]) => Step
}

const hit = (holds: boolean): Step => (holds ? 'next' : 'miss')
const listed = (text: string): readonly string[] => text.split(', ')

/** In the order in which they are tried, whole expressions before those that they begin with. */
const expressions: readonly Expression[] = [
  {
    is: /^ip6? daddr \. meta l4proto \. th dport \. (?:ip6? saddr|\(ip6? saddr & (\S+)\)) @(\S+) return/,
    act: (walk, [mask, set]) =>
      walk.holds(set, `${walk.service} . ${walk.network(mask)}`) ? 'return' : 'miss',
  },
  {
    is: /^ip6? daddr \. meta l4proto \. th dport @(\S+)/,
    act: (walk, [set]) => hit(walk.holds(set, walk.service)),
  },
  {
    is: /^meta priority set (ip6? daddr \. )?meta l4proto \. th dport map @(\S+)/,
    act: (walk, [whole, map]) =>
      walk.load(map, whole === undefined ? walk.service.split(' . ').slice(1).join(' . ') : walk.service),
  },
  {
    is: /^meta priority & (0x\S+) vmap @(\S+)/,
    act: (walk, [mask, map]) => walk.jump(walk.value(map, classid(walk.priority & Number(mask)))),
  },
  { is: /^meta priority set 0$/, act: (walk) => walk.set(0) },
  {
    is: /^meta priority set \(meta priority & (0x\S+)\) \. numgen random mod (\d+) map @(\S+)/,
    act: (walk, [mask, n, map]) =>
      walk.load(map, `${classid(walk.priority & Number(mask))} . ${walk.random(Number(n))}`),
  },
  {
    is: /^meta priority set \(meta priority & (0x\S+)\) \. (?:ip saddr|jhash .*? @nh,64,64) map @affinity/,
    act: (walk, [mask]) => walk.remembered(Number(mask)),
  },
  {
    is: /^update @affinity \{ \(meta priority & (0x\S+)\) \. .*? timeout (\d+)s : meta priority \}/,
    act: (walk, [mask, seconds]) => walk.remember(Number(mask), Number(seconds)),
  },
  {
    is: /^delete @affinity \{ \(meta priority & (0x\S+)\) \. .*? : meta priority \}/,
    act: (walk, [mask]) => walk.forget(Number(mask)),
  },
  {
    is: /^dnat ip6? to \(meta priority & (0x\S+)\) \. numgen random mod (\d+) map @(\S+)/,
    act: (walk, [mask, n, map]) =>
      walk.translate(map, `${classid(walk.priority & Number(mask))} . ${walk.random(Number(n))}`),
  },
  {
    is: /^dnat ip6? to meta priority map @(\S+)/,
    act: (walk, [map]) => walk.translate(map, classid(walk.priority)),
  },
  {
    is: /^ip6? saddr \. ip6? daddr @(\S+)/,
    act: (walk, [set]) => hit(walk.holds(set, `${walk.packet.source} . ${walk.to}`)),
  },
  { is: /^ip6? daddr @(\S+)/, act: (walk, [set]) => hit(walk.holds(set, walk.to)) },
  { is: /^ip6? daddr \{ (.*?) \}/, act: (walk, [list = '']) => hit(isIn(walk.to, listed(list))) },
  { is: /^ip6? daddr != (\S+)/, act: (walk, [range = '']) => hit(!isIn(walk.to, [range])) },
  {
    is: /^ip6? saddr != \{ (.*?) \}/,
    act: (walk, [list = '']) => hit(!isIn(walk.packet.source, listed(list))),
  },
  { is: /^fib daddr type local/, act: (walk) => hit(walk.isOwn()) },
  {
    is: /^iifname != "(\S+)\*"/,
    act: (walk, [prefix = '']) => hit(!walk.packet.from.startsWith(prefix)),
  },
  { is: /^meta l4proto (tcp|udp|sctp)/, act: (walk, [word]) => hit(walk.packet.protocol === word) },
  { is: /^(?:ct status dnat)/, act: (walk) => hit(walk.endpoint !== undefined) },
  {
    is: /^meta mark & (0x\S+) == (0x\S+)/,
    act: (walk, [mask, value]) => hit((walk.mark & Number(mask)) === Number(value)),
  },
  {
    is: /^meta mark set meta mark ([|^]) (0x\S+)/,
    act: (walk, [operator, bit]) => {
      walk.mark = operator === '|' ? walk.mark | Number(bit) : walk.mark ^ Number(bit)
      return 'next'
    },
  },
  { is: /^((?:goto|jump) \S+)/, act: (walk, [verdict]) => walk.jump(verdict) },
  { is: /^masquerade fully-random/, act: () => 'masquerade' },
  { is: /^reject(?: with tcp reset)?$/, act: () => 'reject' },
  { is: /^drop$/, act: () => 'drop' },
]

interface Parsed {
  readonly act: Expression['act']
  readonly words: readonly string[]
}

const known = new Map<string, readonly Parsed[]>()

function parsed(rule: string): readonly Parsed[] {
  const before = known.get(rule)
  if (before !== undefined) return before
  const all: Parsed[] = []
  for (let rest = rule; rest !== '';) {
    const found = expressions.find(({ is }) => is.test(rest))
    assert.ok(found, `unknown to the model: ${rest}`)
    const [whole, ...words] = found.is.exec(rest) ?? ['']
    rest = rest.slice(whole.length).trim()
    all.push({ act: found.act, words })
  }
  known.set(rule, all)
  return all
}

class Walk {
  readonly packet: Packet
  readonly #machine: Machine
  mark = 0
  priority = 0
  endpoint: string | undefined
  #seconds: number | undefined

  constructor(machine: Machine, packet: Packet) {
    this.#machine = machine
    this.packet = packet
  }

  /** After translation: the endpoint's. */
  get to(): string {
    return this.endpoint?.split(' . ')[0] ?? this.packet.to
  }

  get service(): string {
    return `${this.packet.to} . ${this.packet.protocol} . ${this.packet.port}`
  }

  chain(name: string): Verdict {
    const rules = this.#machine.table.chains.get(name)
    assert.ok(rules, `no chain ${name}`)
    for (const rule of rules) {
      const verdict = this.#rule(rule)
      if (verdict !== undefined) return verdict
    }
    return 'return'
  }

  leave(): Outcome {
    const verdict = this.chain('postrouting')
    assert.equal(this.mark, 0, 'the mark is cleared where the packet leaves')
    assert.equal(this.priority, 0, 'and so is the priority')
    const affinity = this.#seconds === undefined ? {} : { affinitySeconds: this.#seconds }
    return {
      verdict: 'forward',
      endpoint: this.endpoint ?? '',
      masqueraded: verdict === 'masquerade',
      ...affinity,
    }
  }

  #rule(rule: string): Verdict | undefined {
    for (const { act, words } of parsed(rule)) {
      const step = act(this, words)
      if (step === 'miss') return undefined
      if (step !== 'next') return step
    }
    return undefined
  }

  holds = (set = '', key = ''): boolean => this.#machine.table.sets.get(set)?.has(key) ?? false
  value = (map = '', key = ''): string | undefined => this.#machine.table.sets.get(map)?.get(key)
  random = (n: number): number => this.#machine.random(n)
  isOwn = (): boolean =>
    this.#machine.ownAddresses.includes(this.packet.to) || isIn(this.packet.to, ['127.0.0.0/8', '::1/128'])

  network(mask: string | undefined): string {
    if (mask === undefined) return this.packet.source
    const parsed = parseAddress(mask)
    assert.ok(parsed.ok, `${mask} is no mask`)
    const ones = parsed.value.bytes.reduce(
      (sum, byte) => sum + byte.toString(2).replaceAll('0', '').length,
      0,
    )
    const cidr = parseCidr(`${this.packet.source}/${ones}`)
    return cidr.ok ? cidr.value.text.slice(0, cidr.value.text.indexOf('/')) : 'nothing'
  }

  load(map: string | undefined, key: string): Step {
    const value = this.value(map, key)
    return value === undefined ? 'miss' : this.set(numberOf(value))
  }

  set(priority: number): Step {
    this.priority = priority
    return 'next'
  }

  jump(verdict: string | undefined): Step {
    if (verdict === undefined) return 'miss'
    if (verdict === 'drop') return 'drop'
    const [verb, chain = ''] = verdict.split(' ')
    const met = this.chain(chain)
    return verb === 'jump' && met === 'return' ? 'next' : met
  }

  translate(map: string | undefined, key: string): Step {
    this.endpoint = this.value(map, key)
    return this.endpoint === undefined ? 'miss' : 'accept'
  }

  #client = (mask: number): string => `${classid(this.priority & mask)} . ${this.packet.source}`

  remembered(mask: number): Step {
    const value = this.#machine.affinity.get(this.#client(mask))
    return value === undefined ? 'miss' : this.set(numberOf(value))
  }

  remember(mask: number, seconds: number): Step {
    const client = this.#client(mask)
    // Who is known is renewed only.
    if (!this.#machine.affinity.has(client)) this.#machine.affinity.set(client, classid(this.priority))
    this.#seconds = seconds
    return 'next'
  }

  forget(mask: number): Step {
    this.#machine.affinity.delete(this.#client(mask))
    return 'next'
  }
}

const classid = (value: number): string =>
  `${(value >>> 16).toString(16)}:${((value >>> 0) % 0x10000).toString(16)}`

const numberOf = (text: string): number => {
  const [major = '0', minor = '0'] = text.split(':')
  return Number.parseInt(major, 16) * 0x10000 + Number.parseInt(minor, 16)
}

function isIn(text: string, ranges: readonly string[]): boolean {
  const address = parseAddress(text)
  return ranges.some((range) => {
    const cidr = parseCidr(range.includes('/') ? range : `${range}/128`)
    return cidr.ok && address.ok && contains(cidr.value, address.value)
  })
}

import type { IpFamily } from '../../lib/ip.ts'
import type { FamilySettings } from '../table/row.ts'
import type { Choice } from './elements.ts'
import { disjoint } from '../table/ranges.ts'
import { affineMask, classid, codeMask, codes, setMask } from './value.ts'
import { loopback, mask, tableOf, word } from './words.ts'

/**
 * Rules, chains and empty maps: everything but the elements, as text for nft. All but the base chains and the affinity
 * map carry their generation in their name, so that a fresh load grows beside the one that serves.
 */
export interface Frame {
  readonly family: IpFamily
  readonly generation: number
  readonly settings: FamilySettings
  /** Of the packet mark: set on what is to be masqueraded, cleared where it leaves. */
  readonly masqueradeBit: number
}

const protocols = ['tcp', 'udp', 'sctp'] as const

export const baseChains = ['prerouting', 'output', 'postrouting'] as const

/** More clients than this at once get no new entry; they are forwarded all the same. */
const affinityEntries = 262_144

/** No `numgen` in these would do, but nft takes a number of 32 bits in a key only where an expression has that type. */
const slot = 'numgen random mod 65536'

/**
 * Who had which endpoint. nft 1.0.6 writes wrong registers for `update` of a map whose key is over 16 bytes long, so a
 * client of IPv6 is known by its network of 64 bits and a hash of the whole address.
 */
const client: Readonly<Record<IpFamily, { readonly type: string; readonly key: string }>> = {
  IPv4: { type: 'typeof meta priority . ip saddr', key: 'ip saddr' },
  IPv6: {
    type: `typeof meta priority . ${slot} . @nh,64,64`,
    key: 'jhash ip6 saddr mod 4294967295 seed 1 . @nh,64,64',
  },
}

/** Ports belong to a protocol: nft 1.0.6 refuses a rule of another one, once the map is in the kernel. */
const perProtocol = (addr: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    protocols.flatMap((protocol) => [
      [`slots-${protocol}`, `typeof meta priority . ${slot} : ${addr} daddr . ${protocol} dport`],
      [`ids-${protocol}`, `typeof meta priority : ${addr} daddr . ${protocol} dport`],
      [`local-ids-${protocol}`, `typeof meta priority : ${addr} daddr . ${protocol} dport`],
    ]),
  )

const maps = (addr: string): Readonly<Record<string, string>> => ({
  services: `typeof ${addr} daddr . meta l4proto . th dport : meta priority`,
  outside: `typeof ${addr} daddr . meta l4proto . th dport : meta priority`,
  ports: 'typeof meta l4proto . th dport : meta priority',
  'outside-ports': 'typeof meta l4proto . th dport : meta priority',
  dispatch: 'typeof meta priority : verdict',
  picks: `typeof meta priority . ${slot} : meta priority`,
  'local-picks': `typeof meta priority . ${slot} : meta priority`,
  ...perProtocol(addr),
})

const sets = (addr: string): Readonly<Record<string, string>> => ({
  guarded: `typeof ${addr} daddr . meta l4proto . th dport`,
  'cluster-addresses': `typeof ${addr} daddr`,
  hairpin: `typeof ${addr} saddr . ${addr} daddr`,
})

export const named = ({ generation }: Frame, name: string): string => `${name}-g${generation}`

/** The empty objects of a generation; nothing refers to them yet. */
export function ground(frame: Frame): string {
  const { family } = frame
  const [table, addr] = [tableOf(family), word(family)]
  const lines = [
    `add table ${table}`,
    `add map ${table} affinity { ${client[family].type} : meta priority; size ${affinityEntries}; flags dynamic,timeout; }`,
  ]
  for (const [name, spec] of Object.entries(maps(addr)))
    lines.push(`add map ${table} ${named(frame, name)} { ${spec}; }`)
  for (const [name, spec] of Object.entries(sets(addr)))
    lines.push(`add set ${table} ${named(frame, name)} { ${spec}; }`)
  for (const chain of ['refuse', 'refuse-node', 'guard', 'ports-outside', 'ports-all'])
    lines.push(`add chain ${table} ${named(frame, chain)}`)
  const rule = ruleOf(frame)
  lines.push(
    // The node has a chain of its own, so that a chain or map of every base chain is referred to by no other one.
    ...['refuse', 'refuse-node'].flatMap((chain) => [
      rule(chain, 'meta l4proto tcp reject with tcp reset'),
      rule(chain, 'reject'),
    ]),
    rule('guard', 'drop'),
    rule('ports-outside', `${outsider(frame)} ${lookup(frame, 'meta l4proto . th dport', 'outside-ports')}`),
    rule('ports-outside', `goto ${named(frame, 'ports-all')}`),
    rule('ports-all', lookup(frame, 'meta l4proto . th dport', 'ports')),
    `add element ${table} ${named(frame, 'dispatch')} { ${classid(codes.refuse * 0x100000)} : goto ${named(frame, 'refuse')}, ${classid(codes.drop * 0x100000)} : drop }`,
  )
  return `${lines.join('\n')}\n`
}

/** Points the base chains at this generation: one transaction, so that every packet meets the old rules or the new. */
export function turn(frame: Frame): string {
  const { family, settings } = frame
  const [table, addr] = [tableOf(family), word(family)]
  const key = `${addr} daddr . meta l4proto . th dport`
  const rule = ruleOf(frame, true)
  const lines = [
    `add chain ${table} prerouting { type nat hook prerouting priority -100; policy accept; }`,
    `add chain ${table} output { type nat hook output priority -100; policy accept; }`,
    `add chain ${table} postrouting { type nat hook postrouting priority 100; policy accept; }`,
    ...baseChains.map((chain) => `flush chain ${table} ${chain}`),
  ]
  const ranges = disjoint(settings.serviceRanges)
  const { nodePorts } = settings
  const answering = nodePorts.ranges === 'all' ? 'all' : disjoint(nodePorts.ranges)
  for (const chain of ['prerouting', 'output'] as const) {
    lines.push(rule(chain, `${key} @${named(frame, 'guarded')} jump ${named(frame, 'guard')}`))
    if (chain === 'prerouting') lines.push(rule(chain, `${outsider(frame)} ${lookup(frame, key, 'outside')}`))
    lines.push(rule(chain, lookup(frame, key, 'services')))
    lines.push(
      rule(
        chain,
        `${addr} daddr @${named(frame, 'cluster-addresses')} goto ${named(frame, chain === 'prerouting' ? 'refuse' : 'refuse-node')}`,
      ),
    )
    if (ranges.length > 0) lines.push(rule(chain, `${addr} daddr { ${ranges.join(', ')} } drop`))
    const ports = named(frame, chain === 'prerouting' ? 'ports-outside' : 'ports-all')
    const own = `fib daddr type local ${addr} daddr != ${loopback(family)}`
    if (answering === 'all' || answering.some((range) => range.endsWith('/0')))
      lines.push(rule(chain, `${own} goto ${ports}`))
    else if (answering.length > 0)
      lines.push(rule(chain, `${addr} daddr { ${answering.join(', ')} } ${own} goto ${ports}`))
  }
  const bit = bitOf(frame)
  lines.push(
    // What choosing left in the priority must not reach a queue of the interface. Only first packets come here.
    rule('postrouting', 'ct status dnat meta priority set 0'),
    rule(
      'postrouting',
      `meta mark & ${bit} == ${bit} ct status dnat meta mark set meta mark ^ ${bit} masquerade fully-random`,
    ),
    rule(
      'postrouting',
      `ct status dnat ${addr} saddr . ${addr} daddr @${named(frame, 'hairpin')} masquerade fully-random`,
    ),
  )
  return `${lines.join('\n')}\n`
}

/** The chain of a choice, without generation. */
export function choiceName({ protocol, endpoints, masquerade, affinity }: Choice): string {
  const base = `${affinity === undefined ? 'pick' : 'affine'}-${protocol}-${endpoints}-${masquerade}`
  return affinity === undefined ? base : `${base}-${affinity.seconds}${affinity.local ? '-local' : ''}`
}

export function choiceChain(frame: Frame, choice: Choice, code: number): string {
  const table = tableOf(frame.family)
  const name = choiceName(choice)
  const rule = ruleOf(frame)
  const lines = [`add chain ${table} ${named(frame, name)}`]
  const bit = bitOf(frame)
  const mark = `meta mark set meta mark | ${bit}`
  if (choice.masquerade === 'always') lines.push(rule(name, mark))
  if (choice.masquerade === 'unless-pod') lines.push(rule(name, `${outsider(frame)} ${mark}`))
  for (const body of choice.affinity === undefined ? pick(frame, choice) : affine(frame, choice))
    lines.push(rule(name, body))
  lines.push(
    `add element ${table} ${named(frame, 'dispatch')} { ${classid(code * 0x100000)} : goto ${named(frame, name)} }`,
  )
  return `${lines.join('\n')}\n`
}

// The second rule is for a packet that was on its way when a transaction took its slot: the first slot is there as long
// as there is any.
const pick = (frame: Frame, { protocol, endpoints }: Choice): readonly string[] =>
  (endpoints === 1 ? [1] : [endpoints, 1]).map(
    (modulus) =>
      `meta l4proto ${protocol} dnat ${word(frame.family)} to (meta priority & ${setMask}) . numgen random mod ${modulus} map @${named(frame, `slots-${protocol}`)}`,
  )

/**
 * An entry whose endpoint is gone misses in `ids`. It has to be deleted first: `update` renews the time of an entry
 * that is there and leaves its value. The fourth rule is for when the affinity map is full and `update` ends the third
 * one after it chose; the last is for a packet on its way while its pick is taken.
 */
function affine(frame: Frame, { protocol, endpoints, affinity }: Choice): readonly string[] {
  const addr = word(frame.family)
  const prefix = affinity?.local === true ? 'local-' : ''
  const group = `(meta priority & ${affineMask})`
  const key = `${group} . ${client[frame.family].key}`
  const transport = `meta l4proto ${protocol}`
  const renew = `update @affinity { ${key} timeout ${affinity?.seconds ?? 0}s : meta priority }`
  const forward = `dnat ${addr} to meta priority map @${named(frame, `${prefix}ids-${protocol}`)}`
  const random = (modulus: number) =>
    `meta priority set ${group} . numgen random mod ${modulus} map @${named(frame, `${prefix}picks`)}`
  return [
    `${transport} meta priority set ${key} map @affinity ${renew} ${forward}`,
    `delete @affinity { ${key} : meta priority }`,
    `${transport} ${random(endpoints)} ${renew} ${forward}`,
    `${transport} ${forward}`,
    `${transport} ${random(1)} ${forward}`,
  ]
}

/** A set of allowed sources for one length of prefix, and the rule that looks into it, before the one that drops. */
export function allowance(frame: Frame, prefix: number): string {
  const { family } = frame
  const [table, addr] = [tableOf(family), word(family)]
  const name = named(frame, `allow${prefix}`)
  const key = `${addr} daddr . meta l4proto . th dport`
  const network =
    prefix === (family === 'IPv4' ? 32 : 128) ? `${addr} saddr` : `(${addr} saddr & ${mask(family, prefix)})`
  return [
    `add set ${table} ${name} { typeof ${key} . ${addr} saddr; }`,
    `insert rule ${table} ${named(frame, 'guard')} ${key} . ${network} @${name} return`,
    '',
  ].join('\n')
}

const ruleOf =
  (frame: Frame, base = false) =>
  (chain: string, body: string): string =>
    `add rule ${tableOf(frame.family)} ${base ? chain : named(frame, chain)} ${body.trim()}`

const bitOf = ({ masqueradeBit }: Frame): string => `0x${(2 ** masqueradeBit).toString(16)}`

/** A map that misses ends its rule before the priority is touched. */
const lookup = (frame: Frame, key: string, map: string): string =>
  `meta priority set ${key} map @${named(frame, map)} meta priority & ${codeMask} vmap @${named(frame, 'dispatch')}`

/** Matches what does not come from a pod of this node; without a way to tell, everything. */
function outsider({ family, settings: { pods } }: Frame): string {
  if (pods.by === 'interface') return `iifname != "${pods.prefix}*"`
  if (pods.by === 'none') return ''
  const ranges = disjoint(pods.ranges)
  return ranges.length === 0 ? '' : `${word(family)} saddr != { ${ranges.join(', ')} }`
}

import { readFile, writeFile } from 'node:fs/promises'
import type { IpFamily } from '../lib/ip.ts'
import type { Log } from '../observe/log.ts'

/** A setting of the kernel that the proxy lives by. */
export interface SysctlWish {
  /** As sysctl(8) spells it. */
  readonly name: string
  readonly value: number
  /** More is fine, too. */
  readonly atLeast?: true
  /** Only there once connections are tracked, which a fresh kernel does not do before a rule asks for it. */
  readonly tracking?: true
  /** Somebody else may need it otherwise: it is spoken of, and not set. */
  readonly warnOnly?: true
  /** What goes wrong without. */
  readonly why: string
}

export interface SysctlNeeds {
  readonly plane: 'nftables' | 'userspace'
  readonly families: readonly IpFamily[]
  readonly cores: number
}

/** The kernel's settings, by name. */
export interface SysctlPort {
  /** Undefined: this kernel has no such setting, or not yet. */
  read(name: string): Promise<number | undefined>
  write(name: string, value: number): Promise<void>
  /** Makes the kernel track connections, so that what belongs to that can be set. Rejects when it does not. */
  track?(): Promise<void>
}

/**
 * What is wanted on a node. `route_localnet` is wanted off: node ports on loopback go through a forwarder, and with it
 * set, as kube-proxy leaves it in iptables mode, neighbours of the node reach what listens on its loopback addresses.
 * Whoever set it may need it for something else: it is warned of, and never set.
 */
export function sysctlWishes({ plane, families, cores }: SysctlNeeds): readonly SysctlWish[] {
  if (plane === 'userspace')
    return [
      {
        name: 'net.ipv4.tcp_migrate_req',
        value: 1,
        why: 'connections that arrive while the proxy restarts may be reset',
      },
    ]
  const forwarding = {
    IPv4: { name: 'net.ipv4.ip_forward', value: 1, why: 'the node forwards no IPv4 packet to a pod' },
    IPv6: {
      name: 'net.ipv6.conf.all.forwarding',
      value: 1,
      why: 'the node forwards no IPv6 packet to a pod',
    },
  }
  return [
    ...families.map((family) => forwarding[family]),
    ...(families.includes('IPv4') ? [noLocalRouting] : []),
    {
      name: 'net.netfilter.nf_conntrack_tcp_be_liberal',
      value: 1,
      tracking: true,
      why: 'a late TCP packet is not translated back, and its connection is reset',
    },
    {
      // As kube-proxy has it.
      name: 'net.netfilter.nf_conntrack_max',
      value: Math.max(131_072, 32_768 * cores),
      atLeast: true,
      tracking: true,
      why: 'with more connections than these, new ones are dropped',
    },
  ]
}

const noLocalRouting: SysctlWish = {
  name: 'net.ipv4.conf.all.route_localnet',
  value: 0,
  warnOnly: true,
  why: "neighbours of the node reach what listens on 127.0.0.1; nothing here needs it, kube-proxy's iptables mode did",
}

export interface SysctlLack extends SysctlWish {
  readonly found: number
}

/** Wishes that are not met. What the kernel does not have is none: it may be built without. */
export async function unmetSysctls(
  wishes: readonly SysctlWish[],
  port: SysctlPort,
): Promise<readonly SysctlLack[]> {
  const lacks: SysctlLack[] = []
  for (const wish of wishes) {
    const found = await port.read(wish.name)
    const met = found === undefined || (wish.atLeast === true ? found >= wish.value : found === wish.value)
    if (!met) lacks.push({ ...wish, found })
  }
  return lacks
}

/** One warning for all that is amiss, with the command that mends it. */
export async function warnOfSysctls(
  wishes: readonly SysctlWish[],
  port: SysctlPort,
  log: Log,
): Promise<void> {
  const lacks = await unmetSysctls(wishes, port)
  if (lacks.length === 0) return
  log.warn('settings of the kernel are not as the proxy needs them', {
    without: lacks.map(({ name, found, why }) => `${name}=${found}: ${why}`),
    mend: sysctlCommand(lacks),
  })
}

const sysctlCommand = (wishes: readonly Pick<SysctlWish, 'name' | 'value'>[]): string =>
  `sysctl -w ${wishes.map(({ name, value }) => `${name}=${value}`).join(' ')}`

export interface SysctlSet {
  readonly name: string
  readonly value: number
  /** Undefined: it holds now. */
  readonly error?: string
  /** The kernel did not have it yet; the proxy looks again when it starts, after its rules have been tried. */
  readonly early?: true
}

/**
 * Sets what is not met, each by itself: for a privileged run before the proxy starts. On a fresh node that is before
 * anything tracks connections, and what belongs to that would not be there to be set: tracking is started first.
 */
export async function setSysctls(
  wishes: readonly SysctlWish[],
  port: SysctlPort,
): Promise<readonly SysctlSet[]> {
  const done: SysctlSet[] = []
  const untracked = await absent(wishes, port)
  if (untracked.length > 0)
    await port.track?.().catch((error: unknown) => {
      const message = `the kernel tracks no connections yet: ${error instanceof Error ? error.message : String(error)}`
      for (const { name, value } of untracked) done.push({ name, value, error: message, early: true })
    })
  for (const wish of await unmetSysctls(wishes, port)) {
    const { name, value, warnOnly } = wish
    if (warnOnly === true) continue
    try {
      await port.write(name, value)
      done.push({ name, value })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      done.push({ name, value, error: `${message}; run privileged, or as root: ${sysctlCommand([wish])}` })
    }
  }
  return done
}

/** What would be there if connections were tracked. */
async function absent(wishes: readonly SysctlWish[], port: SysctlPort): Promise<readonly SysctlWish[]> {
  const found: SysctlWish[] = []
  for (const wish of wishes)
    if (wish.tracking === true && (await port.read(wish.name)) === undefined) found.push(wish)
  return found
}

/** /proc/sys of the network namespace that this process is in. */
export const procSysctls: SysctlPort = {
  async read(name) {
    try {
      const value = Number((await readFile(fileOf(name), 'utf8')).trim())
      return Number.isNaN(value) ? undefined : value
    } catch {
      return undefined
    }
  },
  write: (name, value) => writeFile(fileOf(name), `${value}\n`),
}

const fileOf = (name: string): string => `/proc/sys/${name.replaceAll('.', '/')}`

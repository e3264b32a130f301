import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  procSysctls,
  setSysctls,
  sysctlWishes,
  unmetSysctls,
  warnOfSysctls,
  type SysctlNeeds,
  type SysctlPort,
} from '../../src/node-proxy/sysctls.ts'
import { silentLog, type Fields } from '../../src/observe/log.ts'

const dual: SysctlNeeds = { plane: 'nftables', families: ['IPv4', 'IPv6'], cores: 2 }

const good = {
  'net.ipv4.ip_forward': 1,
  'net.ipv6.conf.all.forwarding': 1,
  'net.netfilter.nf_conntrack_tcp_be_liberal': 1,
  'net.netfilter.nf_conntrack_max': 262_144,
}

class Kernel implements SysctlPort {
  readonly values: Map<string, number>
  readonly locked: ReadonlySet<string>

  constructor(values: Readonly<Record<string, number>>, locked: readonly string[] = []) {
    this.values = new Map(Object.entries(values))
    this.locked = new Set(locked)
  }

  read(name: string): Promise<number | undefined> {
    return Promise.resolve(this.values.get(name))
  }

  write(name: string, value: number): Promise<void> {
    if (this.locked.has(name)) return Promise.reject(new Error('EROFS: read-only file system'))
    this.values.set(name, value)
    return Promise.resolve()
  }
}

interface Case {
  readonly name: string
  readonly needs?: SysctlNeeds
  readonly values: Readonly<Record<string, number>>
  readonly unmet: readonly string[]
}

const cases: readonly Case[] = [
  { name: 'all as wanted', values: good, unmet: [] },
  {
    name: 'IPv4 is not forwarded',
    values: { ...good, 'net.ipv4.ip_forward': 0 },
    unmet: ['net.ipv4.ip_forward'],
  },
  {
    name: 'a family that is not served is not asked about',
    needs: { ...dual, families: ['IPv4'] },
    values: { ...good, 'net.ipv6.conf.all.forwarding': 0 },
    unmet: [],
  },
  {
    name: 'room for as many connections as kube-proxy makes',
    needs: { ...dual, cores: 16 },
    values: good,
    unmet: ['net.netfilter.nf_conntrack_max'],
  },
  { name: 'what the kernel does not have yet', values: { 'net.ipv4.ip_forward': 1 }, unmet: [] },
  {
    name: 'userspace forwards nothing, but restarts',
    needs: { ...dual, plane: 'userspace' },
    values: { 'net.ipv4.ip_forward': 0, 'net.ipv4.tcp_migrate_req': 0 },
    unmet: ['net.ipv4.tcp_migrate_req'],
  },
]

for (const { name, needs = dual, values, unmet } of cases)
  test(`sysctls: ${name}`, async () => {
    const lacks = await unmetSysctls(sysctlWishes(needs), new Kernel(values))
    assert.deepEqual(
      lacks.map((lack) => lack.name),
      unmet,
    )
  })

test('sysctls: one warning, with the command that mends all', async () => {
  const lines: Fields[] = []
  const log = { ...silentLog, warn: (_: string, fields: Fields = {}) => void lines.push(fields) }
  const kernel = new Kernel({
    ...good,
    'net.ipv4.ip_forward': 0,
    'net.netfilter.nf_conntrack_tcp_be_liberal': 0,
  })
  await warnOfSysctls(sysctlWishes(dual), kernel, log)
  assert.equal(lines.length, 1)
  assert.equal(
    lines[0]?.['mend'],
    'sysctl -w net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_tcp_be_liberal=1',
  )
  await warnOfSysctls(sysctlWishes(dual), new Kernel(good), log)
  assert.equal(lines.length, 1)
})

test('sysctls: set, each by itself; more than wanted is left', async () => {
  const values = { ...good, 'net.ipv4.ip_forward': 0, 'net.ipv6.conf.all.forwarding': 0 }
  const kernel = new Kernel(values, ['net.ipv4.ip_forward'])
  const done = await setSysctls(sysctlWishes(dual), kernel)
  assert.equal(done.length, 2)
  assert.match(done[0]?.error ?? '', /EROFS.*sysctl -w net\.ipv4\.ip_forward=1/)
  assert.equal(done[1]?.error, undefined)
  assert.equal(kernel.values.get('net.ipv6.conf.all.forwarding'), 1)
  assert.equal(kernel.values.get('net.netfilter.nf_conntrack_max'), 262_144)
})

const noNft = () => Promise.reject(new Error('nft: not found'))
const fresh = { 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 }

test('sysctls: on a fresh node, tracking is started first, so that its settings are there to be set', async () => {
  const kernel = new Kernel(fresh)
  const tracked = {
    'net.netfilter.nf_conntrack_tcp_be_liberal': 0,
    'net.netfilter.nf_conntrack_max': 65_536,
  }
  let asked = 0
  const track = () => {
    asked++
    for (const [name, value] of Object.entries(tracked)) kernel.values.set(name, value)
    return Promise.resolve()
  }
  const port = { read: kernel.read.bind(kernel), write: kernel.write.bind(kernel), track }
  const done = await setSysctls(sysctlWishes(dual), port)
  assert.deepEqual(
    done.map(({ name, error }) => [name, error]),
    Object.keys(tracked).map((name) => [name, undefined]),
  )
  assert.deepEqual(await setSysctls(sysctlWishes(dual), port), [])
  assert.equal(asked, 1)
})

test('sysctls: where tracking cannot be started, what belongs to it is named, and the rest is set', async () => {
  const kernel = new Kernel({ ...fresh, 'net.ipv4.ip_forward': 0 })
  const port = { read: kernel.read.bind(kernel), write: kernel.write.bind(kernel), track: noNft }
  const done = await setSysctls(sysctlWishes(dual), port)
  assert.deepEqual(
    done.map(({ error = 'set', early }) => [error, early]),
    [
      ['the kernel tracks no connections yet: nft: not found', true],
      ['the kernel tracks no connections yet: nft: not found', true],
      ['set', undefined],
    ],
  )
})

test('sysctls: what an earlier proxy left open is warned of, and not set', async () => {
  const name = 'net.ipv4.conf.all.route_localnet'
  const kernel = new Kernel({ ...good, [name]: 1 })
  const [lack, ...more] = await unmetSysctls(sysctlWishes(dual), kernel)
  assert.deepEqual([lack?.name, more], [name, []])
  assert.deepEqual(await setSysctls(sysctlWishes(dual), kernel), [])
  assert.equal(kernel.values.get(name), 1)
})

test('sysctls: a name that no kernel has', async () =>
  assert.equal(await procSysctls.read('net.ipv4.no_such_setting'), undefined))

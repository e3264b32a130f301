import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { NftablesPlane } from '../src/node-proxy/nftables/plane.ts'
import { rowOf, settings, tableOf } from './node-proxy-nft-shapes.ts'

const server = '10.200.0.2'
const cluster = '10.96.255.1'
const external = '203.0.113.1'

/** Translated by one rule and no table: what any translation costs. */
const bare = '10.96.255.2'

export type To = 'direct' | 'bare' | 'nft' | 'masqueraded'
const port = 8080

export interface Rate {
  /** In a second of the clock, which others share. */
  readonly wall: number
  /** In a second of processor time that client and server used: packets travel within their system calls. */
  readonly cpu: number
}

export interface Traffic {
  /** New connections, each of which reads a byte. */
  connections(to: To): Rate
  /** Gbit/s of one connection. */
  throughput(to: To): number
  close(): void
}

const run = (command: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command[0] ?? '', command.slice(1), {
    encoding: 'utf8',
    timeout: 60_000,
  })
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr.trim()}`)
  return stdout
}

const inside = (namespace: string, ...command: string[]): string[] => [
  'ip',
  'netns',
  'exec',
  namespace,
  ...command,
]

/** A client and a server in namespaces of their own; this process is in the namespace of the node between them. */
export async function traffic(name: string, services: number, seconds: number): Promise<Traffic> {
  const [client, far] = [`${name}-c`, `${name}-s`]
  // Namespaces live beside this one; what is made here has to be moved there.
  for (const [namespace, mine, theirs, net] of [
    [client, 'toc', 'c0', '10.199.0'],
    [far, 'tos', 's0', '10.200.0'],
  ] as const) {
    run(['ip', 'netns', 'add', namespace])
    run(['ip', 'link', 'add', mine, 'type', 'veth', 'peer', 'name', theirs, 'netns', namespace])
    run(['ip', 'addr', 'add', `${net}.1/24`, 'dev', mine])
    run(['ip', 'link', 'set', mine, 'up'])
    run(inside(namespace, 'ip', 'addr', 'add', `${net}.2/24`, 'dev', theirs))
    run(inside(namespace, 'ip', 'link', 'set', theirs, 'up'))
    run(inside(namespace, 'ip', 'link', 'set', 'lo', 'up'))
    run(inside(namespace, 'ip', 'route', 'add', 'default', 'via', `${net}.1`))
    run(
      inside(
        namespace,
        'sysctl',
        '-qw',
        'net.ipv4.ip_local_port_range=1024 65535',
        'net.ipv4.tcp_tw_reuse=1',
      ),
    )
  }
  run(['sysctl', '-qw', 'net.ipv4.ip_forward=1'])
  const node = process.execPath
  const serve = `require('net').createServer((s)=>{s.on('error',()=>{});s.end('x')}).listen(${port},'0.0.0.0',511)`
  const listening = spawn('ip', inside(far, node, '-e', serve).slice(1), { stdio: 'ignore' })
  const children = [
    listening,
    spawn('ip', inside(far, 'iperf3', '-s', '-p', '5201').slice(1), { stdio: 'ignore' }),
  ]
  const rows = new Map(
    Array.from({ length: services }, (_, number) => rowOf(number, 'cluster')).map((row) => [row.key, row]),
  )
  for (const at of [port, 5201]) {
    const row = {
      ...rowOf(0, 'cluster', [{ address: server, port: at, local: true }]),
      key: `to ${at}`,
      clusterAddress: cluster,
      // What comes over it is masqueraded, what goes to the cluster address is not: the client is in the range of pods.
      externalAddresses: [external],
      port: at,
    }
    rows.set(row.key, row)
  }
  const { failures } = await new NftablesPlane().apply(
    {
      ...tableOf(rows),
      families: { IPv4: { ...settings, pods: { by: 'ranges', ranges: ['10.199.0.0/24'] } } },
    },
    'all',
    new AbortController().signal,
  )
  if (failures.length > 0) throw new Error(failures[0]?.message)
  run([
    'nft',
    'add table ip lb-bench-bare; ' +
      'add chain ip lb-bench-bare prerouting { type nat hook prerouting priority -101; }; ' +
      `add rule ip lb-bench-bare prerouting ip daddr ${bare} dnat to ${server}`,
  ])
  const connect = `
    const net = require('net'), end = Date.now() + ${seconds * 1000}; let done = 0, open = 0
    const began = process.cpuUsage()
    const next = () => {
      if (Date.now() >= end) { if (--open === 0) { const { user, system } = process.cpuUsage(began); console.log(done, user + system) } return }
      const s = net.connect(${port}, process.argv[1]); s.on('data', () => done++); s.on('error', () => {}); s.on('close', next)
    }
    for (; open < 16; open++) next()`
  await new Promise((resolve) => setTimeout(resolve, 500))
  const address = { direct: server, bare, nft: cluster, masqueraded: external }
  return {
    connections(to) {
      const before = cpuSeconds(listening.pid)
      const [done = 0, micros = 0] = run(inside(client, node, '-e', connect, address[to]))
        .split(' ')
        .map(Number)
      const cpu = micros / 1e6 + cpuSeconds(listening.pid) - before
      return { wall: done / seconds, cpu: done / cpu }
    },
    throughput: (to) =>
      (
        JSON.parse(
          run(inside(client, 'iperf3', '-J', '-c', address[to], '-p', '5201', '-t', String(seconds))),
        ) as Ended
      ).end.sum_received.bits_per_second / 1e9,
    close() {
      for (const child of children) child.kill('SIGKILL')
      for (const namespace of [client, far]) spawnSync('ip', ['netns', 'del', namespace])
    },
  }
}

/** So far, of all threads. */
const cpuSeconds = (pid = 0): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, thread) =>
      sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9,
    0,
  )

interface Ended {
  readonly end: { readonly sum_received: { readonly bits_per_second: number } }
}

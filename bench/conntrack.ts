/**
 * What it costs to end the UDP flows of a pod that is gone, while the kernel tracks 200,000 others: the proxy's own
 * clean-up, from the written table to the last flow ended, beside a bare `conntrack -L` of everything, in turns. All in
 * a network namespace of its own. Needs root. Ends with 1 when the bar is missed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadAverage } from './load-average.ts'
import { monotonicClock } from '../src/lib/clock.ts'
import { FlowCleaner } from '../src/node-proxy/conntrack/cleaner.ts'
import { conntrackTool } from '../src/node-proxy/conntrack/tool.ts'
import type { ProxyEndpoint, ProxyTable, Row } from '../src/node-proxy/table/row.ts'
import { silentLog } from '../src/observe/log.ts'

const entries = 200_000
const services = 1_000
const rounds = 9
const barMs = 1_500
const namespace = `lbbench-ct-${process.pid}`
const inside = ['ip', 'netns', 'exec', namespace] as const

const perService = entries / services
const two = (n: number): string => `${n >> 8}.${n & 255}`
const endpointOf = (service: number, turn: number): ProxyEndpoint => ({
  address: `10.2${turn}.${two(service)}`,
  port: 5353,
  local: true,
})

/** Half of its flows go to either of two pods; a third one comes when one of them is replaced. */
function rowOf(service: number, serving: readonly ProxyEndpoint[]): Row {
  return {
    key: `bench/s${service}:dns/UDP/IPv4`,
    namespace: 'bench',
    name: `s${service}`,
    portName: 'dns',
    family: 'IPv4',
    protocol: 'UDP',
    port: 53,
    clusterAddress: `10.96.${two(service)}`,
    externalAddresses: [],
    // One in two is a load balancer: its pods are gone from a cluster address, a load balancer address and a node port.
    loadBalancerAddresses: service % 2 === 0 ? [] : [`203.0.${two(service)}`],
    ...(service % 2 === 0 ? {} : { nodePort: 30_000 + service }),
    internalLocal: false,
    externalLocal: false,
    cluster: serving,
    local: serving,
    serving,
    anywhere: true,
  }
}

const families: ProxyTable['families'] = {
  IPv4: {
    nodePorts: { ranges: 'all', localhost: false },
    pods: { by: 'none' },
    serviceRanges: ['10.96.0.0/12'],
    masqueradeAll: false,
    nodeAddresses: ['192.0.2.1'],
  },
}

function run(command: readonly string[]): void {
  const [program = '', ...args] = command
  const { status, stderr } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
}

/** By a file: conntrack opens /dev/stdin by its name, which a socket does not allow. */
function fill(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lb-bench-ct-'))
  try {
    const lines: string[] = []
    for (let service = 0; service < services; service++)
      for (let client = 0; client < perService; client++) {
        const { address, port } = endpointOf(service, client % 2)
        const { clusterAddress = '' } = rowOf(service, [])
        lines.push(
          `-I -p udp -s 172.16.${client}.1 -d ${clusterAddress} --sport ${10_000 + service} --dport 53 -g ${address}:${port} -t 3600\n`,
        )
      }
    const file = join(folder, 'flows')
    writeFileSync(file, lines.join(''))
    run([...inside, 'conntrack', '-R', file])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function tracked(): number {
  const { stdout } = spawnSync(inside[0], [...inside.slice(1), 'conntrack', '-C'], { encoding: 'utf8' })
  return Number(stdout)
}

const line = (name: string, ms: number, rest = '') =>
  console.log(`  ${name.padEnd(46)} ${(ms / 1000).toFixed(2).padStart(5)} s  ${rest}`)

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

run(['ip', 'netns', 'add', namespace])
const stop = new AbortController()
try {
  fill()
  const full = tracked()
  if (full < entries * 0.99)
    throw new Error(`only ${full} flows are tracked; raise net.netfilter.nf_conntrack_max`)

  let last = { deleted: 0, walks: 0 }
  const cleaner = new FlowCleaner({
    tool: conntrackTool([...inside, 'conntrack']),
    clock: monotonicClock,
    log: silentLog,
    onPass: (pass) => (last = pass),
  })
  const ended = cleaner.run(stop.signal)
  const rows = new Map<string, Row>()
  const put = (row: Row) => rows.set(row.key, row)
  const table: ProxyTable = { rows, healthChecks: new Map(), families }
  const timed = async (change: () => void): Promise<number> => {
    last = { deleted: 0, walks: 0 }
    const start = performance.now()
    change()
    cleaner.written(table, ['IPv4'])
    while (cleaner.busy) await new Promise((resolve) => setTimeout(resolve, 2))
    return performance.now() - start
  }
  const expect = (deleted: number, walks: number) => {
    if (last.deleted !== deleted || last.walks !== walks)
      throw new Error(`ended ${last.deleted} flows in ${last.walks} walks, not ${deleted} in ${walks}`)
  }
  const whole = () => timedSync([...inside, 'conntrack', '-L'])
  const both = (service: number) => [endpointOf(service, 0), endpointOf(service, 1)]

  const heapBefore = process.memoryUsage().rss
  const startMs = await timed(() => {
    for (let service = 0; service < services; service++) put(rowOf(service, both(service)))
  })
  const grownMb = (process.memoryUsage().rss - heapBefore) / 2 ** 20
  const times = { list: [] as number[], one: [] as number[], loadBalancer: [] as number[] }
  const ratios = { one: [] as number[], loadBalancer: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    const list = whole()
    const lone = 2 * round
    const one = await timed(() => put(rowOf(lone, [endpointOf(lone, 0), endpointOf(lone, 2)])))
    expect(perService / 2, 1)
    const balanced = 2 * round + 1
    const loadBalancer = await timed(() =>
      put(rowOf(balanced, [endpointOf(balanced, 0), endpointOf(balanced, 2)])),
    )
    expect(perService / 2, 1)
    times.list.push(list)
    times.one.push(one)
    times.loadBalancer.push(loadBalancer)
    ratios.one.push(one / list)
    ratios.loadBalancer.push(loadBalancer / list)
  }
  stop.abort()
  await ended

  const ratio = (values: readonly number[]) => `${median(values).toFixed(2)} of conntrack -L`
  console.log(`${full} UDP flows of ${services} Services; median of ${rounds} rounds; ${loadAverage()}`)
  line('conntrack -L of all, to nowhere', median(times.list))
  line(
    'a pod of a cluster address is gone',
    median(times.one),
    `${ratio(ratios.one)}  (bar ${barMs / 1000} s)`,
  )
  line(
    'a pod of a load balancer and its node port is',
    median(times.loadBalancer),
    `${ratio(ratios.loadBalancer)}  (bar ${barMs / 1000} s)`,
  )
  line('the look at the start, nothing stale', startMs, `${grownMb.toFixed(0)} MB more of memory`)
  if (median(times.one) >= barMs || median(times.loadBalancer) >= barMs) process.exitCode = 1
} finally {
  stop.abort()
  run(['ip', 'netns', 'del', namespace])
}

function timedSync([program = '', ...args]: readonly string[]): number {
  const start = performance.now()
  spawnSync(program, args, { stdio: 'ignore' })
  return performance.now() - start
}

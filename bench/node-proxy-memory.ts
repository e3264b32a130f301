/**
 * The real node proxy against an API server with many Services of two endpoints each: what it holds, what it and its
 * children take at the peak, and how long one endpoint that changes takes until it is written.
 *
 * `node bench/node-proxy-memory.ts [--check] [--services N] [--plane nftables|userspace] [--kind ClusterIP|LoadBalancer]`;
 * `--check` fails beyond the bars. nftables needs root, and runs in a network namespace of its own.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startServer } from '../localstack/kubernetes/server.ts'
import { ClusterState } from '../localstack/kubernetes/state.ts'
import { loadAverage } from './load-average.ts'
import { openGroup, rssMb, treeMb } from './cgroup.ts'

const { values } = parseArgs({
  options: {
    check: { type: 'boolean' },
    services: { type: 'string' },
    plane: { type: 'string' },
    kind: { type: 'string' },
    inside: { type: 'boolean' },
  },
})
const services = Number(values.services ?? 10_000)
const plane = values.plane ?? (process.getuid?.() === 0 ? 'nftables' : 'userspace')
const kind = values.kind ?? 'ClusterIP'
const bars = { nodeMb: 220, peakMb: 450, changeMs: 35 }
const changes = 25

// Rules of a benchmark have no business in the machine's own network.
if (plane === 'nftables' && values.inside !== true) {
  const me = fileURLToPath(import.meta.url)
  const script = 'ip link set lo up && exec "$0" "$@"'
  const args = ['--net', 'sh', '-c', script, process.execPath, me, '--inside', ...process.argv.slice(2)]
  process.exit(spawnSync('unshare', args, { stdio: 'inherit' }).status ?? 1)
}

/** More Services than the usual range of node ports has room for. */
const state = new ClusterState({ nodePorts: { first: 20_000, last: 32_767 } })
state.addNode({ name: 'node-1', address: '192.0.2.11' })
const nameOf = (n: number): string => `s${String(n).padStart(5, '0')}`
const podOf = (n: number): string => `10.${128 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`

function sliceOf(n: number, first = podOf(2 * n), trigger?: string) {
  return {
    metadata: {
      name: `${nameOf(n)}-1`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': nameOf(n) },
      ...(trigger === undefined
        ? {}
        : { annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': trigger } }),
    },
    addressType: 'IPv4',
    endpoints: [first, podOf(2 * n + 1)].map((address, at) => ({
      addresses: [address],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: `node-${at + 1}`,
    })),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  }
}

for (let n = 0; n < services; n++) {
  const clusterIP = `10.96.${(n + 256) >> 8}.${(n + 256) & 255}`
  state.create('services', {
    metadata: { name: nameOf(n), namespace: 'default' },
    spec: {
      type: kind,
      clusterIP,
      ports: [
        {
          name: 'http',
          protocol: 'TCP',
          port: 80,
          ...(kind === 'ClusterIP' ? {} : { nodePort: 20_000 + n }),
        },
      ],
    },
  })
  state.create('endpointslices', sliceOf(n))
  if (kind === 'LoadBalancer')
    state.patch(
      'services',
      { namespace: 'default', name: nameOf(n) },
      { status: { loadBalancer: { ingress: [{ ip: `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }] } } },
      { subresource: 'status' },
    )
}
const server = await startServer({ state })
const folder = mkdtempSync(join(tmpdir(), 'lb-node-proxy-bench-'))
writeFileSync(join(folder, 'kubeconfig'), server.kubeconfig())

const group = openGroup(`lb-node-proxy-bench-${process.pid}`)
const metricsAddress = '127.0.0.1:21249'
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const began = performance.now()
const child: ChildProcess = spawn(
  process.execPath,
  [
    main,
    'node-proxy',
    `--kubeconfig=${join(folder, 'kubeconfig')}`,
    '--node-name=node-1',
    `--data-plane=${plane}`,
    '--health-address=off',
    `--metrics-address=${metricsAddress}`,
    '--log-format=text',
  ],
  { stdio: ['ignore', 'inherit', 'inherit'] },
)
const pid = child.pid ?? 0
group?.add(pid)
let treePeakMb = 0
// Where the kernel counts, nobody else has to look.
const poll = setInterval(() => (treePeakMb = group === undefined ? Math.max(treePeakMb, treeMb(pid)) : 0), 10)

async function metricsText(): Promise<string> {
  const response = await fetch(`http://${metricsAddress}/metrics`).catch(() => undefined)
  return (await response?.text()) ?? ''
}

const plainMetric = async (name: string): Promise<number> =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await metricsText())?.[1])

async function metric(name: string): Promise<number> {
  const text = await metricsText()
  return Number(
    new RegExp(`^${name}\\{[^}]*ip_family="IPv4"[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN,
  )
}

async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000
  while (!(await done())) {
    if (performance.now() > end || child.exitCode !== null) throw new Error(`not within 2 min: ${what}`)
    await sleep(10)
  }
}

const programmed = 'kubeproxy_network_programming_duration_seconds'
const missed: string[] = []
try {
  await until('everything is written once', async () => (await metric('lb_node_proxy_rows')) === services)
  const firstMs = performance.now() - began
  await sleep(3_000)
  const settled = rssMb(pid)
  const took: number[] = []
  for (let change = 0; change < changes; change++) {
    const [count, sum] = [
      (await metric(`${programmed}_count`)) || 0,
      (await metric(`${programmed}_sum`)) || 0,
    ]
    const n = (change * 397) % services
    const next = sliceOf(n, podOf(2 * services + change), new Date().toISOString())
    state.edit('endpointslices', { namespace: 'default', name: next.metadata.name }, (draft) =>
      Object.assign(draft, { endpoints: next.endpoints, metadata: { ...draft.metadata, ...next.metadata } }),
    )
    // Whoever asks for metrics takes time from the proxy: not before it is done.
    await sleep(150)
    await until('the change is written', async () => (await metric(`${programmed}_count`)) > count)
    took.push(((await metric(`${programmed}_sum`)) - sum) * 1000)
    await sleep(300)
  }
  const sorted = took.toSorted((a, b) => a - b)
  const changeMs = sorted[Math.floor(sorted.length / 2)] ?? 0
  const peakMb = group?.peakMb() ?? treePeakMb
  const how = group === undefined ? 'sum of resident memory, polled' : 'counted by the kernel'
  console.log(
    `${services} ${kind} Services x 2 endpoints, ${plane}, Node ${process.versions.node}, ${loadAverage()}`,
  )
  console.log(`  start until everything is written     ${(firstMs / 1000).toFixed(1)} s`)
  const heapMb = (await plainMetric('nodejs_heap_size_used_bytes')) / 2 ** 20
  console.log(`  JavaScript heap in use                ${heapMb.toFixed(0)} MB`)
  console.log(`  Node process, settled                 ${settled.toFixed(0)} MB (bar ${bars.nodeMb})`)
  console.log(`  Node process, after ${changes} changes        ${rssMb(pid).toFixed(0)} MB`)
  console.log(`  Node process, at its peak             ${rssMb(pid, 'VmHWM').toFixed(0)} MB`)
  console.log(`  with children and kernel, at the peak ${peakMb.toFixed(0)} MB (bar ${bars.peakMb}; ${how})`)
  console.log(
    `  one endpoint changed, event to written: median ${changeMs.toFixed(0)} ms (bar ${bars.changeMs}), worst ${(sorted.at(-1) ?? 0).toFixed(0)} ms`,
  )
  if (rssMb(pid) > bars.nodeMb) missed.push('the Node process')
  if (peakMb > bars.peakMb) missed.push('the peak')
  if (plane === 'nftables' && changeMs > bars.changeMs) missed.push('a change')
} finally {
  clearInterval(poll)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode === null) {
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(15_000)])
    child.kill('SIGKILL')
  }
  await sleep(100)
  group?.remove()
  await server.close()
  rmSync(folder, { recursive: true })
}
if (values.check === true && missed.length > 0) {
  console.error(`beyond the bar: ${missed.join(', ')}`)
  process.exitCode = 1
}

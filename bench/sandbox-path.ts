/**
 * The path of a sandbox - client, local balancer, node proxy, pod - beside a haproxy behind a haproxy (mode tcp, one
 * thread each): requests over connections that stay, new connections, and bulk. Both relays are as the sandbox has them,
 * each in a process of its own. The proxies of a path share the first core; wrk and the pod have the others. Rounds go in
 * turns, and figures are medians of the ratios within a round, of rates and of rates per second of CPU time, as in
 * bench/relay.ts.
 *
 * `--rounds 9 --seconds 2 --connections 32 --check`
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { layoutOf } from '../src/sandbox/layout.ts'
import { loadAverage } from './load-average.ts'
import { cpuRate, freePort, loads, measure, median, ProxyBed, proxyCore, shown } from './proxy-load.ts'
import type { Figure, Load, Place } from './proxy-load.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32' },
    check: { type: 'boolean', default: false },
  },
})
const [rounds, seconds, connections] = [
  Number(values.rounds),
  Number(values.seconds),
  Number(values.connections),
]

/** Least ratio to haproxy. */
const bars: Readonly<Record<Load, number>> = { 'keep-alive': 0.45, 'new connections': 0.25, bulk: 0.7 }

interface Path {
  readonly name: string
  readonly at: Place
  readonly pids: readonly number[]
}

/** Addresses that no sandbox is likely to have. */
const layout = layoutOf(251, 1)
const bed = new ProxyBed()

async function startAll(): Promise<readonly [direct: Path, haproxy: Path, sandbox: Path]> {
  const pod = { host: `127.${layout.base}.4.2`, port: 8080 }
  await bed.startBackend(pod)
  const [first, second] = [
    { host: '127.0.0.1', port: await freePort() },
    { host: '127.0.0.1', port: await freePort() },
  ]
  const behind = await bed.startHaproxy(proxyCore, second, pod)
  const front = await bed.startHaproxy(proxyCore, first, second)
  const serve = fileURLToPath(new URL('sandbox-path-serve.ts', import.meta.url))
  const node = { host: layout.nodes[0]?.address ?? '', port: 30_080 }
  const balancer = { host: `127.${layout.base}.240.1`, port: 8080 }
  const places = [balancer, node, pod].map(({ host, port }) => `${host}:${port}`)
  const relay = (part: string, at: Place) =>
    bed.start(proxyCore, at, [process.execPath, serve, part, String(layout.base), ...places])
  const proxy = await relay('node', node)
  const local = await relay('balancer', balancer)
  return [
    { name: 'direct', at: pod, pids: [] },
    { name: 'haproxy -> haproxy', at: first, pids: [front, behind] },
    { name: 'balancer -> node', at: balancer, pids: [local, proxy] },
  ]
}

function row(path: Path, load: Load, figures: readonly Figure[], haproxy: readonly Figure[]): boolean {
  const ratio = median(figures.map(({ rate }, round) => rate / (haproxy[round]?.rate ?? Number.NaN)))
  const perCpu = median(figures.map((figure, round) => cpuRate(figure) / cpuRate(haproxy[round])))
  const busy = median(figures.map(({ core }) => core))
  const proxied = path.pids.length > 0
  console.log(
    [
      `  ${path.name.padEnd(19)}`,
      shown(load, median(figures.map(({ rate }) => rate))).padStart(14),
      ratio.toFixed(2).padStart(7),
      ...(proxied
        ? [`  core ${(busy * 100).toFixed(0).padStart(3)} %`, `  per CPU second ${perCpu.toFixed(2)}`]
        : []),
    ].join(''),
  )
  return Math.min(ratio, proxied ? perCpu : ratio) >= bars[load]
}

try {
  const paths = await startAll()
  for (const load of loads) for (const path of paths) measure({ ...path, load, seconds: 1, connections })
  console.log(
    `median of ${rounds} rounds of ${seconds} s, Node ${process.versions.node}, ratios to haproxy, ${loadAverage()}`,
  )
  for (const load of loads) {
    const figures = paths.map((): Figure[] => [])
    for (let round = 0; round < rounds; round++)
      for (const [at, path] of paths.entries())
        figures[at]?.push(measure({ ...path, load, seconds, connections }))
    console.log(`${load}  (bar ${bars[load]})`)
    const suffices = paths.map((path, at) => row(path, load, figures[at] ?? [], figures[1] ?? []))
    if (values.check && suffices.at(-1) !== true) process.exitCode = 1
  }
} finally {
  bed.end()
}

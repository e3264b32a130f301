/**
 * The relay beside haproxy (mode tcp, one thread) and nginx stream (one worker): requests over connections that stay,
 * new connections, and bulk. Each proxy has the first core while it is measured; wrk and the backend share the others.
 * Rounds go in turns, and figures are medians of the ratios within a round.
 *
 * Where wrk and the backend have one core only, it is they who limit the rates, and rates alone would flatter whoever
 * is slowest. So each row also tells the same per second of CPU time that the proxy used: what it would carry if it were
 * the limit. `--check` wants both above the bar.
 *
 * `--processes 2` adds the relay as several processes; they have all cores, and so has haproxy's one thread when it is
 * compared with them: the ratio of new connections is what counts there (bar 0.5).
 *
 * `--rounds 9 --seconds 2 --check` (whole seconds, as wrk has them)
 */
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadAverage } from './load-average.ts'
import { cpuRate, freePort, loads, measure, median, ProxyBed, proxyCore, shown } from './proxy-load.ts'
import type { Figure, Load } from './proxy-load.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32' },
    processes: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
})
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]

/** Least ratio to haproxy. */
const bars: Readonly<Record<Load, number>> = { 'keep-alive': 0.7, 'new connections': 0.4, bulk: 0.95 }
const freeHaproxy = 'haproxy, free'
const several = `relay x ${values.processes}`
const severalBar = 0.5

interface Contender {
  readonly name: string
  readonly port: number
  readonly pids: readonly number[]
}

const bed = new ProxyBed()
const host = '127.0.0.1'

async function startAll(): Promise<readonly Contender[]> {
  const backend = await freePort()
  await bed.startBackend({ host, port: backend })
  const [viaHaproxy, viaNginx, viaRelay] = [await freePort(), await freePort(), await freePort()]
  const stream = `stream { server { listen ${host}:${viaNginx} backlog=4096; proxy_pass ${host}:${backend}; } }`
  const serve = fileURLToPath(new URL('relay-serve.ts', import.meta.url))
  const node = [process.execPath, ...(process.env['RELAY_NODE_ARGS']?.split(' ') ?? []), serve]
  const relay = [...node, String(viaRelay), String(backend)]
  return [
    { name: 'direct', port: backend, pids: [] },
    {
      name: 'haproxy',
      port: viaHaproxy,
      pids: [await bed.startHaproxy(proxyCore, { host, port: viaHaproxy }, { host, port: backend })],
    },
    {
      name: 'nginx stream',
      port: viaNginx,
      pids: [await bed.startNginx(proxyCore, { host, port: viaNginx }, 'stream', stream)],
    },
    { name: 'relay', port: viaRelay, pids: [await bed.start(proxyCore, { host, port: viaRelay }, relay)] },
    ...(await severalProcesses([...node], backend)),
  ]
}

/** Beside a haproxy that may use any core too. */
async function severalProcesses(node: readonly string[], backend: number): Promise<readonly Contender[]> {
  if (values.processes === '1') return []
  const allCores = `0-${cpus().length - 1}`
  const [viaHaproxy, viaRelay] = [await freePort(), await freePort()]
  const relay = [...node, String(viaRelay), String(backend), values.processes]
  const free = await bed.startHaproxy(allCores, { host, port: viaHaproxy }, { host, port: backend })
  return [
    { name: freeHaproxy, port: viaHaproxy, pids: [free] },
    { name: several, port: viaRelay, pids: [await bed.start(allCores, { host, port: viaRelay }, relay)] },
  ]
}

const rates = ({ port, pids }: Contender, load: Load, secs = seconds): Figure =>
  measure({ at: { host, port }, pids, load, seconds: secs, connections: Number(values.connections) })

/** Prints how several processes compare with the haproxy that may use any core. */
function severalSuffice(figures: ReadonlyMap<string, readonly Figure[]>): boolean {
  const free = figures.get(freeHaproxy) ?? []
  const ratios = (figures.get(several) ?? []).map(
    ({ rate }, round) => rate / (free[round]?.rate ?? Number.NaN),
  )
  console.log(`  ${several} to ${freeHaproxy}: ${median(ratios).toFixed(2)} (bar ${severalBar})`)
  return median(ratios) >= severalBar
}

try {
  const contenders = await startAll()
  for (const load of loads) for (const contender of contenders) rates(contender, load, 1)
  let missed = false
  console.log(
    `median of ${rounds} rounds of ${seconds} s, Node ${process.versions.node}, ratios to haproxy, ${loadAverage()}`,
  )
  for (const load of loads) {
    const figures = new Map<string, Figure[]>(contenders.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round++)
      for (const contender of contenders) figures.get(contender.name)?.push(rates(contender, load))
    const haproxy = figures.get('haproxy') ?? []
    console.log(`${load}  (bar ${bars[load]})`)
    for (const [name, list] of figures) {
      const ratio = median(list.map(({ rate }, round) => rate / (haproxy[round]?.rate ?? Number.NaN)))
      const busy = median(list.map(({ core }) => core))
      const perCpu = median(list.map(({ rate, core }, round) => rate / core / cpuRate(haproxy[round])))
      const row = [
        name.padEnd(14),
        shown(load, median(list.map(({ rate }) => rate))).padStart(14),
        ratio.toFixed(2).padStart(7),
        ...(name === 'direct'
          ? []
          : [`  core ${(busy * 100).toFixed(0).padStart(3)} %`, `  per CPU second ${perCpu.toFixed(2)}`]),
      ]
      console.log(`  ${row.join('')}`)
      if (name === several && load === 'new connections' && !severalSuffice(figures)) missed = true
      if (name === 'relay' && Math.min(ratio, perCpu) < bars[load]) missed = true
    }
  }
  if (values.check && missed) process.exitCode = 1
} finally {
  bed.end()
}

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
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadAverage } from './load-average.ts'

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
type Load = 'keep-alive' | 'new connections' | 'bulk'
const loads: readonly Load[] = ['keep-alive', 'new connections', 'bulk']
const proxyCore = '0'
const loadCore = cpus().length > 2 ? `1-${cpus().length - 1}` : '1'
/** Ticks of /proc/PID/stat in a second. */
const ticks = 100

const freeHaproxy = 'haproxy, free'
const several = `relay x ${values.processes}`
const severalBar = 0.5

interface Contender {
  readonly name: string
  readonly port: number
  readonly pid: number
}

const children: ChildProcess[] = []
const folder = mkdtempSync(join(tmpdir(), 'lb-relay-'))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function start(core: string, port: number, command: readonly string[]): Promise<number> {
  const child = spawn('taskset', ['-c', core, ...command], { stdio: ['ignore', 'ignore', 'inherit'] })
  children.push(child)
  for (let tries = 0; tries < 100; tries++) {
    if (await answers(port)) return child.pid ?? 0
    await sleep(50)
  }
  throw new Error(`${command[0] ?? ''} does not listen on ${port}`)
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

function nginxConfig(name: string, body: string): string {
  const prefix = join(folder, name)
  mkdirSync(prefix)
  const file = join(prefix, 'nginx.conf')
  writeFileSync(
    file,
    `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off; master_process off; worker_processes 1; error_log stderr crit; pid ${prefix}/pid;
events { worker_connections 4096; }
${body}`,
  )
  return file
}

function haproxyConfig(name: string, body: string): string {
  const file = join(folder, name)
  const common = 'mode tcp\n timeout connect 2s\n timeout client 60s\n timeout server 60s'
  writeFileSync(file, `global\n nbthread 1\n maxconn 8192\ndefaults\n ${common}\n${body}`)
  return file
}

async function startAll(): Promise<readonly Contender[]> {
  writeFileSync(join(folder, 'big'), Buffer.alloc(16 * 2 ** 20, 'x'))
  const backend = await freePort()
  const http = `http {
  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000000; client_body_temp_path ${folder}/b;
  proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${backend} backlog=4096; root ${folder};
    location = / { return 200 "${'x'.repeat(200)}"; } } }`
  await start(loadCore, backend, ['nginx', '-p', folder, '-c', nginxConfig('backend', http)])
  const [viaHaproxy, viaNginx, viaRelay] = [await freePort(), await freePort(), await freePort()]
  const tcp = `listen l\n bind 127.0.0.1:${viaHaproxy} backlog 4096\n server s 127.0.0.1:${backend}\n`
  const stream = `stream { server { listen 127.0.0.1:${viaNginx} backlog=4096; proxy_pass 127.0.0.1:${backend}; } }`
  const serve = fileURLToPath(new URL('relay-serve.ts', import.meta.url))
  const node = [process.execPath, ...(process.env['RELAY_NODE_ARGS']?.split(' ') ?? []), serve]
  return [
    { name: 'direct', port: backend, pid: 0 },
    {
      name: 'haproxy',
      port: viaHaproxy,
      pid: await start(proxyCore, viaHaproxy, ['haproxy', '-db', '-f', haproxyConfig('tcp', tcp)]),
    },
    {
      name: 'nginx stream',
      port: viaNginx,
      pid: await start(proxyCore, viaNginx, ['nginx', '-p', folder, '-c', nginxConfig('stream', stream)]),
    },
    {
      name: 'relay',
      port: viaRelay,
      pid: await start(proxyCore, viaRelay, [...node, String(viaRelay), String(backend)]),
    },
    ...(await severalProcesses([...node], backend)),
  ]
}

/** Beside a haproxy that may use any core too. */
async function severalProcesses(node: readonly string[], backend: number): Promise<readonly Contender[]> {
  if (values.processes === '1') return []
  const allCores = `0-${cpus().length - 1}`
  const [viaHaproxy, viaRelay] = [await freePort(), await freePort()]
  const tcp = `listen l\n bind 127.0.0.1:${viaHaproxy} backlog 4096\n server s 127.0.0.1:${backend}\n`
  const haproxy = ['haproxy', '-db', '-f', haproxyConfig('tcp-free', tcp)]
  const relay = [...node, String(viaRelay), String(backend), values.processes]
  return [
    { name: freeHaproxy, port: viaHaproxy, pid: await start(allCores, viaHaproxy, haproxy) },
    { name: several, port: viaRelay, pid: await start(allCores, viaRelay, relay) },
  ]
}

interface Figure {
  /** Requests, connections or bytes in a second. */
  readonly rate: number
  /** The share of its core that the proxy used. */
  readonly core: number
}

function cpuSeconds(pid: number): number {
  if (pid === 0) return 0
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const own = (Number(fields[11]) + Number(fields[12])) / ticks
  const started = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  return started.reduce((sum, child) => sum + cpuSeconds(Number(child)), own)
}

function measure({ port, pid }: Contender, load: Load, secs = seconds): Figure {
  const path = load === 'bulk' ? '/big' : '/'
  const count = load === 'bulk' ? '8' : values.connections
  const close = load === 'new connections' ? ['-H', 'Connection: close'] : []
  const args = ['-c', loadCore, 'wrk', '-t1', `-c${count}`, `-d${secs}`, ...close]
  const before = cpuSeconds(pid)
  const { stdout } = spawnSync('taskset', [...args, `http://127.0.0.1:${port}${path}`], { encoding: 'utf8' })
  const core = (cpuSeconds(pid) - before) / secs
  const told = /requests in ([\d.]+)(m?s), ([\d.]+)(B|KB|MB|GB) read/.exec(stdout)
  const requests = /Requests\/sec:\s+([\d.]+)/.exec(stdout)
  if (told === null || requests === null) throw new Error(`wrk said:\n${stdout}`)
  const unit = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 }[told[4] as 'B'] ?? 1
  const rate = load === 'bulk' ? (Number(told[3]) * unit) / Number(told[1]) : Number(requests[1])
  return { rate, core }
}

const median = (list: readonly number[]): number => {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const cpuRate = (figure: Figure | undefined): number =>
  figure === undefined ? Number.NaN : figure.rate / figure.core

/** Prints how several processes compare with the haproxy that may use any core. */
function severalSuffice(figures: ReadonlyMap<string, readonly Figure[]>): boolean {
  const free = figures.get(freeHaproxy) ?? []
  const ratios = (figures.get(several) ?? []).map(
    ({ rate }, round) => rate / (free[round]?.rate ?? Number.NaN),
  )
  console.log(`  ${several} to ${freeHaproxy}: ${median(ratios).toFixed(2)} (bar ${severalBar})`)
  return median(ratios) >= severalBar
}

function shown(load: Load, rate: number): string {
  return load === 'bulk' ? `${((rate * 8) / 1e9).toFixed(1)} Gbit/s` : `${Math.round(rate)}/s`
}

try {
  const contenders = await startAll()
  for (const load of loads) for (const contender of contenders) measure(contender, load, 1)
  let missed = false
  console.log(
    `median of ${rounds} rounds of ${seconds} s, Node ${process.versions.node}, ratios to haproxy, ${loadAverage()}`,
  )
  for (const load of loads) {
    const figures = new Map<string, Figure[]>(contenders.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round++)
      for (const contender of contenders) figures.get(contender.name)?.push(measure(contender, load))
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
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
}

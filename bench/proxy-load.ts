/** What benchmarks of proxies share: programs pinned to cores, wrk, and CPU time. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export type Load = 'keep-alive' | 'new connections' | 'bulk'
export const loads: readonly Load[] = ['keep-alive', 'new connections', 'bulk']

export const proxyCore = '0'
export const loadCore = cpus().length > 2 ? `1-${cpus().length - 1}` : '1'
/** Ticks of /proc/PID/stat in a second. */
const ticks = 100

export interface Place {
  readonly host: string
  readonly port: number
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Programs that are measured, and their files, until it ends. */
export class ProxyBed {
  readonly folder = mkdtempSync(join(tmpdir(), 'lb-proxies-'))
  readonly #children: ChildProcess[] = []

  /** Answers its process when it can be reached. */
  async start(core: string, { host, port }: Place, command: readonly string[]): Promise<number> {
    const child = spawn('taskset', ['-c', core, ...command], { stdio: ['ignore', 'ignore', 'inherit'] })
    this.#children.push(child)
    for (let tries = 0; tries < 100; tries++) {
      if (await answers({ host, port })) return child.pid ?? 0
      await sleep(50)
    }
    throw new Error(`${command[0] ?? ''} does not listen on ${host}:${port}`)
  }

  /** Serves `/`, 200 bytes, and `/big`, 16 MiB. */
  startBackend({ host, port }: Place): Promise<number> {
    const { folder } = this
    writeFileSync(join(folder, 'big'), Buffer.alloc(16 * 2 ** 20, 'x'))
    const http = `http {
  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 100000000; client_body_temp_path ${folder}/b;
  proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen ${host}:${port} backlog=4096; root ${folder};
    location = / { return 200 "${'x'.repeat(200)}"; } } }`
    return this.startNginx(loadCore, { host, port }, 'backend', http)
  }

  startNginx(core: string, at: Place, name: string, body: string): Promise<number> {
    const prefix = join(this.folder, name)
    mkdirSync(prefix)
    const file = join(prefix, 'nginx.conf')
    writeFileSync(
      file,
      `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off; master_process off; worker_processes 1; error_log stderr crit; pid ${prefix}/pid;
events { worker_connections 4096; }
${body}`,
    )
    return this.start(core, at, ['nginx', '-p', this.folder, '-c', file])
  }

  /** TCP, one thread. */
  startHaproxy(core: string, at: Place, to: Place): Promise<number> {
    const file = join(this.folder, `haproxy-${at.port}`)
    const common = 'mode tcp\n timeout connect 2s\n timeout client 60s\n timeout server 60s'
    const listen = `listen l\n bind ${at.host}:${at.port} backlog 4096\n server s ${to.host}:${to.port}\n`
    writeFileSync(file, `global\n nbthread 1\n maxconn 8192\ndefaults\n ${common}\n${listen}`)
    return this.start(core, at, ['haproxy', '-db', '-f', file])
  }

  end(): void {
    for (const child of this.#children) child.kill('SIGKILL')
    rmSync(this.folder, { recursive: true })
  }
}

const answers = ({ host, port }: Place): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

export interface Figure {
  /** Requests, connections or bytes in a second. */
  readonly rate: number
  /** The share of its core that the proxy used. */
  readonly core: number
}

/** Of a process and those that it started. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const own = (Number(fields[11]) + Number(fields[12])) / ticks
  const started = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  return started.reduce((sum, child) => sum + cpuSeconds(Number(child)), own)
}

const allCpuSeconds = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0)

export interface Measured {
  readonly at: Place
  /** Those whose time counts. */
  readonly pids: readonly number[]
  readonly load: Load
  /** Whole, as wrk has them. */
  readonly seconds: number
  /** Of all loads but bulk, which has 8. */
  readonly connections: number
}

export function measure({ at, pids, load, seconds, connections }: Measured): Figure {
  const path = load === 'bulk' ? '/big' : '/'
  const count = load === 'bulk' ? 8 : connections
  const close = load === 'new connections' ? ['-H', 'Connection: close'] : []
  const args = ['-c', loadCore, 'wrk', '-t1', `-c${count}`, `-d${seconds}`, ...close]
  const before = allCpuSeconds(pids)
  const { stdout } = spawnSync('taskset', [...args, `http://${at.host}:${at.port}${path}`], {
    encoding: 'utf8',
  })
  const core = (allCpuSeconds(pids) - before) / seconds
  const told = /requests in ([\d.]+)(m?s), ([\d.]+)(B|KB|MB|GB) read/.exec(stdout)
  const requests = /Requests\/sec:\s+([\d.]+)/.exec(stdout)
  if (told === null || requests === null) throw new Error(`wrk said:\n${stdout}`)
  const unit = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 }[told[4] as 'B'] ?? 1
  const rate = load === 'bulk' ? (Number(told[3]) * unit) / Number(told[1]) : Number(requests[1])
  return { rate, core }
}

export const median = (list: readonly number[]): number => {
  const sorted = list.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export const cpuRate = (figure: Figure | undefined): number =>
  figure === undefined ? Number.NaN : figure.rate / figure.core

export function shown(load: Load, rate: number): string {
  return load === 'bulk' ? `${((rate * 8) / 1e9).toFixed(1)} Gbit/s` : `${Math.round(rate)}/s`
}

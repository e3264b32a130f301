/**
 * UDP through the relay beside nginx stream (one worker): requests of a few clients, each answered before the next is
 * sent, so that nothing is lost and the rate tells what a datagram costs. Rounds go in turns; figures are medians of the
 * ratios within a round.
 *
 * `--rounds 9 --seconds 1 --clients 32 --bytes 64`
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadAverage } from './load-average.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '1' },
    clients: { type: 'string', default: '32' },
    bytes: { type: 'string', default: '64' },
  },
})
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)]

const children: ChildProcess[] = []
const folder = mkdtempSync(join(tmpdir(), 'lb-relay-udp-'))

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

const start = (core: string, ...command: readonly string[]): void =>
  void children.push(spawn('taskset', ['-c', core, ...command], { stdio: ['ignore', 'ignore', 'inherit'] }))

const echoCode = `const s = require('node:dgram').createSocket({ type: 'udp4', lookup: (a, f, done) => done(null, a, 4) })
s.on('message', (m, { port, address }) => s.send(m, port, address)).bind(Number(process.argv[1]), '127.0.0.1')`

/** Answered requests per second. */
async function measure(port: number): Promise<number> {
  let answered = 0
  const sockets = await Promise.all(
    Array.from({ length: Number(values.clients) }, async () => {
      const socket = createSocket('udp4')
      socket.connect(port, '127.0.0.1')
      await once(socket, 'connect')
      const request = Buffer.alloc(Number(values.bytes), 'x')
      socket.on('message', () => {
        answered++
        socket.send(request)
      })
      socket.on('error', () => {})
      socket.send(request)
      return socket
    }),
  )
  await sleep(seconds * 1000)
  for (const socket of sockets) socket.close()
  return answered / seconds
}

const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN

try {
  const [backend, viaNginx, viaRelay] = [await freePort(), await freePort(), await freePort()]
  start('1', process.execPath, '-e', echoCode, String(backend))
  const config = join(folder, 'nginx.conf')
  writeFileSync(
    config,
    `load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off; master_process off; worker_processes 1; error_log stderr crit; pid ${folder}/pid;
events { worker_connections 4096; }
stream { server { listen 127.0.0.1:${viaNginx} udp; proxy_pass 127.0.0.1:${backend}; proxy_timeout 60s; } }`,
  )
  start('0', 'nginx', '-p', folder, '-c', config)
  const serve = fileURLToPath(new URL('relay-serve.ts', import.meta.url))
  start('0', process.execPath, serve, String(viaRelay), String(backend))
  await sleep(1500)
  const ports = { direct: backend, 'nginx stream': viaNginx, relay: viaRelay }
  const rates = new Map<string, number[]>(Object.keys(ports).map((name) => [name, []]))
  for (const port of Object.values(ports)) await measure(port)
  for (let round = 0; round < rounds; round++)
    for (const [name, port] of Object.entries(ports)) rates.get(name)?.push(await measure(port))
  const nginx = rates.get('nginx stream') ?? []
  console.log(
    `UDP, ${values.bytes} bytes, ${values.clients} clients, ${rounds} rounds, ratios to nginx stream, ${loadAverage()}`,
  )
  for (const [name, list] of rates) {
    const ratio = median(list.map((rate, round) => rate / (nginx[round] ?? Number.NaN)))
    console.log(
      `  ${name.padEnd(14)}${`${Math.round(median(list))}/s`.padStart(12)}${ratio.toFixed(2).padStart(7)}`,
    )
  }
} finally {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
}

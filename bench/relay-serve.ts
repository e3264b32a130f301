/** The relay, for the benchmark: `PORT BACKEND_PORT [PROCESSES]`. */
import { fileURLToPath } from 'node:url'
import { LocalRelay } from '../src/relay/local-relay.ts'
import { SharedRelay } from '../src/relay/shared-relay.ts'
import { forkWorker } from '../src/relay/worker-process.ts'

const [port, backend, processes = 1] = process.argv.slice(2).map(Number)
const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const relay =
  processes === 1
    ? new LocalRelay()
    : await SharedRelay.start({ processes, spawn: () => forkWorker(program) })
const listener = {
  address: '127.0.0.1',
  port: port ?? 0,
  routes: [{ targets: [{ address: '127.0.0.1', port: backend ?? 0 }] }],
}
const failures = await relay.serve([
  { id: 'tcp', protocol: 'TCP', ...listener },
  { id: 'udp', protocol: 'UDP', ...listener },
])
for (const failure of failures) throw new Error(failure.message)
console.log('ready')
process.on('SIGTERM', () => process.exit())

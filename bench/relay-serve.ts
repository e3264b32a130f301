/** The relay as a process of its own, for the benchmark: `PORT BACKEND_PORT`. */
import { LocalRelay } from '../src/relay/local-relay.ts'

const [port, backend] = process.argv.slice(2).map(Number)
const relay = new LocalRelay()
const failures = await relay.serve([
  {
    id: 'bench',
    protocol: 'TCP',
    address: '127.0.0.1',
    port: port ?? 0,
    routes: [{ targets: [{ address: '127.0.0.1', port: backend ?? 0 }] }],
  },
])
for (const failure of failures) throw new Error(failure.message)
console.log('ready')
process.on('SIGTERM', () => process.exit())

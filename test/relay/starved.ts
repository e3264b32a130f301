/** Run with few file descriptors: holds more connections than there are, lets them go, and asks once more. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { LocalRelay } from '../../src/relay/local-relay.ts'

const target = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {})
  socket.pipe(socket)
}).listen(0, '127.0.0.1')
await once(target, 'listening')
const relay = new LocalRelay()
const port = 20_000 + (process.pid % 10_000)
const { port: to } = target.address() as AddressInfo
const [failure] = await relay.serve([
  {
    id: 'f',
    protocol: 'TCP',
    address: '127.0.0.1',
    port,
    routes: [{ targets: [{ address: '127.0.0.1', port: to }] }],
  },
])
if (failure !== undefined) throw new Error(failure.message)

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
let served = 0
const someServed = () => served > 0
const held: Socket[] = []
for (let n = 0; n < 40; n++) {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => {})
  socket.once('data', () => served++)
  socket.write('x')
  held.push(socket)
}
// A machine that is busy takes its time until the first is served.
for (let tries = 0; !someServed() && tries < 250; tries++) await rest(20)
await rest(100)
for (const socket of held) socket.destroy()
await rest(50)
const last = connect({ port, host: '127.0.0.1' })
last.write('still here')
const [after] = (await once(last, 'data')) as [Buffer]
console.log(JSON.stringify({ served, after: String(after) }))
process.exit()

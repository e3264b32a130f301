import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { startServer } from './server.ts'
import { ClusterState } from './state.ts'

/** Starts the server by hand: a cluster of three nodes to try kubectl and the controller on. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8001' },
    // Everybody who reaches it may do everything: another address is for a network that was made for a test.
    host: { type: 'string', default: '127.0.0.1' },
    kubeconfig: { type: 'string' },
    nodes: { type: 'string', default: '3' },
  },
})

const state = new ClusterState()
for (let number = 1; number <= Number(values.nodes); number++)
  state.addNode({
    name: `node-${number}`,
    providerID: `local://node-${number}`,
    address: `192.0.2.${10 + number}`,
    zone: `zone-${'abc'.charAt((number - 1) % 3)}`,
  })

const server = await startServer({ state, port: Number(values.port), host: values.host })
if (values.kubeconfig === undefined) console.log(`kubectl --server ${server.url} get nodes`)
else {
  await writeFile(values.kubeconfig, server.kubeconfig())
  console.log(`kubectl --kubeconfig ${values.kubeconfig} get nodes`)
}
console.log('Ctrl-C ends it; nothing is kept.')

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void server.close().then(() => process.exit(0)))

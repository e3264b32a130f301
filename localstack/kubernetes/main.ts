import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { runControllers } from './controllers/run.ts'
import { startServer } from './server.ts'
import { ClusterState } from './state.ts'

/** Starts the server by hand: a cluster of three nodes to try kubectl and the controller on. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8001' },
    // Everybody who reaches it may do everything: another address is for a network that was made for a test.
    host: { type: 'string', default: '127.0.0.1' },
    kubeconfig: { type: 'string' },
    // Deployments, ReplicaSets, pods that seem to run, and their endpoints.
    controllers: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '3' },
    // Endpoints may have any text as their address, as releases of long ago let in.
    'unchecked-endpoints': { type: 'boolean', default: false },
  },
})

const state = new ClusterState({ uncheckedEndpoints: values['unchecked-endpoints'] })
for (let number = 1; number <= Number(values.nodes); number++)
  state.addNode({
    name: `node-${number}`,
    providerID: `local://node-${number}`,
    address: `192.0.2.${10 + number}`,
    ...(values.controllers ? { podCIDRs: [`10.244.${number}.0/24`] } : {}),
    zone: `zone-${'abc'.charAt((number - 1) % 3)}`,
  })

const running = new AbortController()
if (values.controllers) runControllers(state, running.signal, { graceMs: 100 })

const server = await startServer({ state, port: Number(values.port), host: values.host })
if (values.kubeconfig === undefined) console.log(`kubectl --server ${server.url} get nodes`)
else {
  await writeFile(values.kubeconfig, server.kubeconfig())
  console.log(`kubectl --kubeconfig ${values.kubeconfig} get nodes`)
}
console.log('Ctrl-C ends it; nothing is kept.')

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    running.abort()
    void server.close().then(() => process.exit(0))
  })

/** What a sandbox's networks make of the system that they meet here: prints it as JSON. */
import { Resolver } from 'node:dns/promises'
import { openDns } from '../../src/sandbox/dns/dns.ts'
import { layoutOf } from '../../src/sandbox/layout.ts'
import { openClusterNetwork, openNodeNetwork } from '../../src/sandbox/net/network.ts'
import { loopbackAdvice, probeLoopback } from '../../src/sandbox/net/system.ts'
import { candidates } from '../../src/sandbox/net/translation.ts'
import { ask, listenAs, partsOf } from '../sandbox/net/bed.ts'

const layout = layoutOf(216, 2)
const facts = await probeLoopback(layout.base)
const parts = await partsOf(layout, facts)
const { state, translation } = parts
const pod = { address: '127.216.4.2', port: 80 }
const close = await listenAs('pod-1', translation.at('TCP', pod))
const cluster = { address: '127.216.192.77', port: 80 }
const nodePort = 30_080

state.create('services', {
  metadata: { name: 'web', namespace: 'default' },
  spec: { type: 'NodePort', clusterIP: cluster.address, ports: [{ port: 80, nodePort }] },
})
state.create('endpointslices', {
  metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [pod.address], nodeName: 'node-1', conditions: { ready: true } }],
  ports: [{ name: '', port: pod.port, protocol: 'TCP' }],
})
const proxies = [...layout.nodes.map((node) => openNodeNetwork(parts, node)), openClusterNetwork(parts)]
const dnsPlace = { address: layout.dnsAddress, port: 53 }
const dns = await openDns({ ...parts, places: candidates(dnsPlace, facts, layout) })
await Promise.all([dns, ...proxies].map(({ ready }) => ready))

const resolver = new Resolver({ timeout: 5000, tries: 3 })
resolver.setServers([`${dns.address}:${dns.port}`])
const at = async (address: string, port: number) => {
  const place = translation.at('TCP', { address, port })
  return { place: `${place.address}:${place.port}`, heard: await ask(place.address, place.port) }
}
const health = translation.at('TCP', { address: layout.nodes[1]?.address ?? '', port: 10_256 })
console.log(
  JSON.stringify({
    facts,
    advice: loopbackAdvice(facts, layout.base),
    cluster: await at(cluster.address, cluster.port),
    nodes: await Promise.all(layout.nodes.map(({ address }) => at(address, nodePort))),
    health: await fetch(`http://${health.address}:${health.port}/healthz`).then(({ status }) => status),
    dns: { port: dns.port, told: await resolver.resolve4('web.default.svc.cluster.local') },
  }),
)
await Promise.all([dns, ...proxies].map((part) => part.close()))
close()
process.exit()

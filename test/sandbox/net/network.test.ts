import assert from 'node:assert/strict'
import { platform } from 'node:os'
import { test, type TestContext } from 'node:test'
import type { ServiceSpec } from '../../../src/model/objects.ts'
import { layoutOf } from '../../../src/sandbox/layout.ts'
import { openClusterNetwork, openNodeNetwork } from '../../../src/sandbox/net/network.ts'
import { ask, partsOf, pod, podPort } from './bed.ts'

/** Elsewhere loopback is one address. */
const skip = platform() === 'linux' ? false : 'only Linux has all of 127.0.0.0/8'
const layout = layoutOf(216, 2)
const [one, two] = layout.nodes as [(typeof layout.nodes)[0], (typeof layout.nodes)[0]]
const [podOne, podTwo, podNone] = ['127.216.4.2', '127.216.8.2', '127.216.12.2']
const clusterAddress = '127.216.192.77'
const user = '127.0.0.9'

interface Cluster {
  readonly ask: typeof ask
  readonly close: () => Promise<void>
}

/** A Service with a pod on the first node, and one on the second if asked. */
async function cluster(t: TestContext, spec: ServiceSpec, pods: readonly string[]): Promise<Cluster> {
  const parts = await partsOf(layout)
  await Promise.all(pods.map((address) => pod(t, address)))
  parts.state.create('services', {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      type: 'NodePort',
      clusterIP: clusterAddress,
      ports: [{ name: 'http', protocol: 'TCP', port: 8080, nodePort: 30716 }],
      ...spec,
    },
  })
  for (const [at, address] of pods.entries())
    parts.state.create('endpointslices', {
      metadata: { name: `web-${at}`, namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: [address],
          nodeName: address === podOne ? one.name : two.name,
          conditions: { ready: true },
        },
      ],
      ports: [{ name: 'http', port: podPort, protocol: 'TCP' }],
    })
  const open = [...layout.nodes.map((node) => openNodeNetwork(parts, node)), openClusterNetwork(parts)]
  const close = async () => void (await Promise.all(open.map((proxy) => proxy.close())))
  t.after(close)
  await Promise.all(open.map(({ ready }) => ready))
  return { ask, close }
}

const rows: readonly {
  readonly name: string
  readonly spec?: ServiceSpec
  readonly pods: readonly string[]
  readonly to: readonly [address: string, port: number]
  readonly from: string
  readonly heard: string
}[] = [
  {
    name: 'NodePort with policy Cluster: the pod sees the node',
    pods: [podOne],
    to: [two.address, 30716],
    from: user,
    heard: `${podOne} ${two.address}`,
  },
  {
    name: 'NodePort with policy Local, on the node of the pod: it sees the user',
    spec: { externalTrafficPolicy: 'Local' },
    pods: [podOne],
    to: [one.address, 30716],
    from: user,
    heard: `${podOne} ${user}`,
  },
  {
    name: 'NodePort with policy Local, on another node: a user is outside, and refused',
    spec: { externalTrafficPolicy: 'Local' },
    pods: [podOne],
    to: [two.address, 30716],
    from: '127.0.0.1',
    heard: 'ECONNRESET',
  },
  {
    name: 'NodePort with policy Local, on another node: a pod is near',
    spec: { externalTrafficPolicy: 'Local' },
    pods: [podOne],
    to: [two.address, 30716],
    from: podTwo,
    heard: `${podOne} ${podTwo}`,
  },
  {
    name: 'a cluster address: the pod sees the other pod',
    pods: [podOne],
    to: [clusterAddress, 8080],
    from: podTwo,
    heard: `${podOne} ${podTwo}`,
  },
  {
    name: 'a cluster address: the user is seen too',
    pods: [podOne],
    to: [clusterAddress, 8080],
    from: user,
    heard: `${podOne} ${user}`,
  },
  {
    name: 'a pod that asks itself through its Service',
    pods: [podOne],
    to: [clusterAddress, 8080],
    from: podOne,
    heard: `${podOne} ${podOne}`,
  },
  {
    name: 'internal policy Local: a pod reaches that of its node',
    spec: { internalTrafficPolicy: 'Local' },
    pods: [podOne, podTwo],
    to: [clusterAddress, 8080],
    from: '127.216.8.9',
    heard: `${podTwo} 127.216.8.9`,
  },
  {
    name: 'internal policy Local: a pod of a node without one is refused',
    spec: { internalTrafficPolicy: 'Local' },
    pods: [podOne, podTwo],
    to: [clusterAddress, 8080],
    from: podNone,
    heard: 'ECONNRESET',
  },
  {
    name: 'NodePorts are nowhere but on nodes',
    pods: [podOne],
    to: [clusterAddress, 30716],
    from: user,
    heard: 'ECONNREFUSED',
  },
  {
    name: 'cluster ports are nowhere but at cluster addresses',
    pods: [podOne],
    to: [one.address, 8080],
    from: user,
    heard: 'ECONNREFUSED',
  },
]

for (const { name, spec = {}, pods, to, from, heard } of rows)
  test(`network: ${name}`, { skip }, async (t) => {
    const bed = await cluster(t, spec, pods)
    assert.equal(await bed.ask(...to, from), heard)
  })

const status = async (address: string, port: number) => {
  const response = await fetch(`http://${address}:${port}/healthz`)
  await response.arrayBuffer()
  return response.status
}

test('network: health is told at the node, and nothing is left after close', { skip }, async (t) => {
  const spec = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30717 }
  const { close } = await cluster(t, spec, [podOne])
  const isUp = () => status(two.address, 30_717).catch(() => undefined)
  for (let tries = 0; tries < 4_000 && (await isUp()) === undefined; tries++)
    await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(await status(one.address, 10_256), 200)
  assert.equal(await status(one.address, 30_717), 200)
  assert.equal(await status(two.address, 30_717), 503)
  await close()
  for (const port of [10_256, 30_716, 30_717])
    assert.equal(await ask(one.address, port), 'ECONNREFUSED', String(port))
  assert.equal(await ask(clusterAddress, 8080), 'ECONNREFUSED')
})

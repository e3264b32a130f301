import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kubeconfigOf } from '../../localstack/kubernetes/http/kubeconfig.ts'
import {
  addressOfPod,
  apiPort,
  at,
  beyond,
  beyondPort,
  families,
  nodeNames,
  pods,
  spaces,
  targetPort,
  type NodeName,
  type Space,
} from './addresses.ts'
import { clusterAt, type Cluster } from './cluster.ts'
import { eventually } from './command.ts'
import { addressOf, nodeOf, servicePort } from './objects.ts'
import { startPost, type Post } from './post.ts'
import { bin, startProgram, type Program } from './program.ts'
import { buildTopology } from './topology.ts'

export interface Rig {
  readonly posts: Readonly<Record<Space, Post>>
  readonly cluster: Cluster
  readonly apiServer: Program
  readonly kubeconfig: string
  namespaceOf(space: Space): string
  /** Starts a node's proxy; one that runs there already is not its business. */
  startProxy(node: NodeName, more?: readonly string[], wrapper?: readonly string[]): Program
  /** Command line of the proxy's program, for a run to its end. */
  command(node: NodeName, args: readonly string[]): readonly string[]
  /** Resolves when the proxies of these nodes serve everything that was written before. */
  synced(nodes?: readonly NodeName[]): Promise<void>
  close(): Promise<void>
}

export interface RigOptions {
  readonly plane: 'nftables' | 'userspace'
  /** For every proxy. */
  readonly flags?: readonly string[]
}

const apiProgram = fileURLToPath(new URL('../../localstack/kubernetes/main.ts', import.meta.url))
/** Numbers of Services from here on belong to canaries. */
const firstCanary = 200

/** A network, a cluster in it, and pods that answer. Proxies are the test's to start. */
export async function openRig({ plane, flags = [] }: RigOptions): Promise<Rig> {
  const topology = await buildTopology({ anyIp: plane === 'userspace' })
  const folder = await mkdtemp(join(tmpdir(), 'lb-packets-'))
  const close = async () => {
    await topology.remove()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const { nameOf } = topology
    const host = at('lan', 1, 'IPv4')
    const url = `http://${host}:${apiPort}`
    const kubeconfig = join(folder, 'kubeconfig')
    await writeFile(kubeconfig, kubeconfigOf(url))
    const api = [
      process.execPath,
      apiProgram,
      '--host',
      host,
      '--port',
      String(apiPort),
      '--nodes',
      '0',
      '--unchecked-endpoints',
    ]
    const apiServer = startProgram(nameOf('lan'), api)
    const posts = Object.fromEntries(spaces.map((space) => [space, startPost(nameOf(space))])) as Record<
      Space,
      Post
    >
    const cluster = clusterAt(url, posts.lan)
    await serveAll(posts)
    await eventually(
      'the API server answers',
      () => cluster.list('nodes').catch(() => undefined),
      60_000,
      apiServer.output,
    )
    for (const name of nodeNames) await cluster.create('nodes', nodeOf(name))
    const command = (node: NodeName, args: readonly string[]) => {
      const where = ['--kubeconfig', kubeconfig, '--node-name', node, '--log-format', 'text']
      return [process.execPath, bin, 'node-proxy', ...where, ...args]
    }
    let canaries = 0
    return {
      posts,
      cluster,
      apiServer,
      kubeconfig,
      namespaceOf: nameOf,
      command,
      startProxy: (node, more = [], wrapper = []) => {
        const own = ['--data-plane', plane, '--state-dir', join(folder, node), '--drain-timeout', '2s']
        return startProgram(nameOf(node), [...wrapper, ...command(node, [...own, ...flags, ...more])])
      },
      synced: async (nodes = nodeNames) => {
        const number = firstCanary + (canaries++ % 50)
        await awaitCanary(cluster, posts, `canary-${canaries}`, number, nodes)
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const podsIn = (space: Space) =>
  pods
    .filter((pod) => pod.space === space)
    .flatMap((pod) =>
      families.map((family) => ({ pod: pod.name, address: addressOfPod(pod, family), port: targetPort })),
    )

async function serveAll(posts: Readonly<Record<Space, Post>>): Promise<void> {
  await Promise.all([
    posts.p1.tell('serve', podsIn('p1')),
    posts.p2.tell('serve', podsIn('p2')),
    posts.lan.tell(
      'serve',
      families.map((family) => ({ pod: beyond, address: at('lan', 1, family), port: beyondPort })),
    ),
  ])
}

/**
 * Changes reach a proxy in the order they were written, per kind: when a Service and slices that were written last
 * answer, all others do.
 */
async function awaitCanary(
  cluster: Cluster,
  posts: Readonly<Record<Space, Post>>,
  name: string,
  number: number,
  nodes: readonly NodeName[],
): Promise<void> {
  const sketch = {
    name,
    number,
    endpoints: [{ pod: 'a', node: 'n1' }],
    ingress: [],
    protocols: ['TCP'],
    spec: {
      type: 'ClusterIP',
      externalIPs: [],
      ports: [{ name: 'over-tcp', protocol: 'TCP', port: servicePort }],
    },
  } as const
  await cluster.add(sketch)
  const answers = async (node: NodeName) => {
    const shots = families.map((family) => ({
      protocol: 'TCP' as const,
      to: addressOf(number, 'cluster', family),
      port: servicePort,
      timeoutMs: 500,
    }))
    const tallies = await posts[node].tell('shoot', shots)
    return tallies.every((tally) => Object.keys(tally).every((key) => key.startsWith('a from')))
  }
  for (const node of nodes)
    await eventually(`the proxy of ${node} serves ${name}`, () => answers(node), 60_000)
  await cluster.drop(name)
}

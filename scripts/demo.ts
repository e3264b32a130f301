/**
 * The main job as a story, on this machine: a cluster whose load balancers carry traffic, a Service in front of three
 * pods, and what happens to it. Everything runs on loopback, and ends with the story.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceObject } from '../src/model/objects.ts'
import { clusterAt, type Cluster } from './demo/cluster.ts'
import { chapter, line, quote, shell, table } from './demo/show.ts'
import { stream, visit } from './demo/traffic.ts'

const file = 'manifests/examples/local/plain.yaml'
const service = '/api/v1/namespaces/default/services/plain'
const home = mkdtempSync(join(tmpdir(), 'lb-demo-'))
const name = 'demo'
/** Nothing here takes longer; a story that does is broken. */
const patienceMs = 90_000

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patienceMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (Date.now() > end) throw new Error(`this did not happen within ${patienceMs / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const conditionOf = ({ status }: ServiceObject) =>
  status?.conditions?.find(({ type }) => type === 'lb-controller.io/Ready')

async function create(cluster: Cluster): Promise<string> {
  chapter('What would this file become? No cluster and no credentials are asked')
  shell(`lb-controller dry-run ${file} --provider local`)
  quote(await cluster.program('dry-run', file, '--provider', 'local'))

  chapter('Now for real: three pods, and an address')
  shell(`kubectl apply -f ${file}`)
  const began = performance.now()
  await cluster.apply(file)
  const address = await until('the Service has an address', async () => {
    const { status } = await cluster.get<ServiceObject>(service)
    return status?.loadBalancer?.ingress?.[0]?.ip
  })
  await until('somebody answers there', () => visit(address).catch(() => undefined))
  line(`${Math.round(performance.now() - began)} ms after that, the first byte came through ${address}`)
  shell('kubectl get pods -o wide')
  await showPods(cluster)
  shell(`curl http://${address}`)
  const { pods, asked, failed } = await stream(address, 1, 90)
  line(`${asked} visits, ${failed} failed: ${spread(pods)}`)
  return address
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string }
    readonly spec: { readonly nodeName?: string }
    readonly status: {
      readonly podIP?: string
      readonly containerStatuses?: readonly { readonly restartCount: number }[]
    }
  }[]
}

const podsOf = (cluster: Cluster) => cluster.get<PodList>('/api/v1/namespaces/default/pods')

async function showPods(cluster: Cluster): Promise<void> {
  const { items } = await podsOf(cluster)
  table([
    ['NAME', 'RESTARTS', 'IP', 'NODE'],
    ...items.map(({ metadata, spec, status }) => [
      metadata.name,
      String(status.containerStatuses?.[0]?.restartCount ?? 0),
      status.podIP ?? '',
      spec.nodeName ?? '',
    ]),
  ])
}

const spread = (pods: ReadonlyMap<string, number>): string =>
  [...pods].map(([pod, count]) => `${pod} ${count}`).join(', ')

async function restrict(cluster: Cluster, address: string): Promise<void> {
  chapter('Who is there? With policy Local a pod sees its client, with Cluster a node')
  const stranger = '127.9.9.9'
  shell(`curl --interface ${stranger} http://${address}`)
  line(`the pod sees ${(await visit(address, stranger)).client}`)
  shell(`kubectl patch svc plain -p '{"spec":{"externalTrafficPolicy":"Local"}}'`)
  await cluster.patch(service, { spec: { externalTrafficPolicy: 'Local' } })
  await until('the pod sees the client', async () => {
    const { client } = await visit(address, stranger).catch(() => ({ client: '' }))
    return client === stranger ? client : undefined
  })
  line(`the pod sees ${stranger}`)

  chapter('Only one network may come in')
  shell(`kubectl patch svc plain -p '{"spec":{"loadBalancerSourceRanges":["127.9.0.0/16"]}}'`)
  await cluster.patch(service, { spec: { loadBalancerSourceRanges: ['127.9.0.0/16'] } })
  const refused = await until('others are turned away', () =>
    visit(address, '127.8.8.8').then(
      () => undefined,
      (error: Error) => error.message,
    ),
  )
  line(`127.8.8.8 is turned away (${refused}); ${stranger} gets to ${(await visit(address, stranger)).pod}`)
  await cluster.patch(service, { spec: { loadBalancerSourceRanges: null, externalTrafficPolicy: 'Cluster' } })
  await until('all may come again', () => visit(address, '127.8.8.8').catch(() => undefined))

  chapter('A typo: one letter is missing. Nothing moves, and it says so')
  const typo = 'local.lb-controller.io/schedulr'
  shell(`kubectl annotate svc plain ${typo}=random`)
  await cluster.patch(service, { metadata: { annotations: { [typo]: 'random' } } })
  const message = await until('the typo is told', async () => {
    const condition = conditionOf(await cluster.get<ServiceObject>(service))
    return condition?.status === 'False' ? condition.message : undefined
  })
  quote(message ?? '')
  await cluster.patch(service, { metadata: { annotations: { [typo]: null } } })
}

async function breakThings(cluster: Cluster, address: string): Promise<void> {
  for (const [what, title] of [
    ['kill-pod', 'A pod is killed, under 200 new connections a second'],
    ['stop-node', 'A node stops, with all that runs on it'],
    ['restart-controller', 'The controller is killed and comes back'],
    ['restart-cloud', 'The balancer itself is killed, and comes back with all it knew'],
  ] as const) {
    chapter(title)
    const seconds = what === 'stop-node' ? 4 : 3
    const visits = stream(address, seconds, 200)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    shell(`lb-controller sandbox chaos ${what}`)
    quote(await cluster.program('sandbox', 'chaos', what, '--name', name))
    const { asked, failed, slowestMs } = await visits
    line(`${asked} visits, ${failed} failed, the slowest took ${Math.round(slowestMs)} ms`)
    if (what === 'stop-node') {
      shell(`lb-controller sandbox chaos ${what} --undo`)
      quote(await cluster.program('sandbox', 'chaos', what, '--undo', '--name', name))
    }
  }
}

async function destroy(cluster: Cluster, address: string): Promise<void> {
  chapter('And away with it')
  shell('kubectl delete svc plain')
  await cluster.delete(service)
  await until('the Service is gone', () =>
    cluster.get(service).then(
      () => undefined,
      () => true,
    ),
  )
  const refused = await visit(address).then(
    () => 'still there',
    (error: Error) => error.message,
  )
  line(`the Service is gone; ${address} answers: ${refused}`)
  shell('lb-controller sandbox stop')
}

let kubeconfig = ''
const env = { ...process.env, XDG_STATE_HOME: home, NO_COLOR: '1' }
const cluster = clusterAt(env, () => kubeconfig)
const began = Date.now()
try {
  chapter('A cluster on this machine: no Docker, no privileges, nothing but loopback')
  shell('lb-controller sandbox --detach')
  quote(await cluster.program('sandbox', '--detach', '--name', name))
  const status = await cluster.program('sandbox', 'status', '--name', name, '-o', 'json')
  kubeconfig = (JSON.parse(status) as { readonly kubeconfig: string }).kubeconfig
  const address = await create(cluster)
  await restrict(cluster, address)
  await breakThings(cluster, address)
  await destroy(cluster, address)
} finally {
  await cluster.program('sandbox', 'stop', '--name', name).catch(() => '')
  rmSync(home, { recursive: true, force: true })
}
line(`\ntold in ${Math.round((Date.now() - began) / 1000)} s. The same on a strict AWS: npm run demo:aws`)

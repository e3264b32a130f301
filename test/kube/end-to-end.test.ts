import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startServer, type ApiServer } from '../../localstack/kubernetes/server.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { connect, type Client } from '../../src/kube/client.ts'
import { clusterUid } from '../../src/kube/cluster.ts'
import { EventRecorder } from '../../src/kube/events.ts'
import { Lease, type LeaseObject } from '../../src/kube/lease.ts'
import { servicePatch } from '../../src/kube/patch.ts'
import { events, leases, services } from '../../src/kube/port.ts'
import { Reflector } from '../../src/kube/reflector.ts'
import type { Patch } from '../../src/kube/port.ts'
import type { KubeObject, ServiceObject } from '../../src/model/objects.ts'

/** The whole of `src/kube` against an API server on loopback, over HTTP. */
interface Bench {
  server: ApiServer
  client: Client
  signal: AbortSignal
  another: () => Promise<Client>
}

async function withCluster(run: (bench: Bench) => Promise<void>) {
  const server = await startServer({ token: 'secret' })
  const folder = await mkdtemp(join(tmpdir(), 'kube-'))
  const kubeconfig = join(folder, 'config')
  await writeFile(kubeconfig, server.kubeconfig())
  const clients: Client[] = []
  const another = async () => {
    const client = await connect({ clock: systemClock, kubeconfig, timeoutMs: 20_000 })
    clients.push(client)
    return client
  }
  const stop = new AbortController()
  try {
    await run({ server, client: await another(), signal: stop.signal, another })
  } finally {
    stop.abort()
    await Promise.all(clients.map((client) => client.close()))
    await server.close()
    await rm(folder, { recursive: true })
  }
}

const web = (name: string): ServiceObject => ({
  metadata: { namespace: 'default', name },
  spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
})

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 3_000; i++) {
    if (holds()) return
    await systemClock.sleep(10)
  }
  assert.fail(`never came true: ${what}`)
}

async function withReflector(bench: Bench, run: (reflector: Reflector<ServiceObject>) => Promise<void>) {
  const reflector = new Reflector<ServiceObject>({
    api: bench.client,
    resource: services,
    clock: systemClock,
  })
  const stop = new AbortController()
  const running = reflector.start(stop.signal)
  try {
    await run(reflector)
  } finally {
    stop.abort()
    await running
  }
}

test('end to end: 1,100 Services listed in pages, then followed through broken watches and a lost past', () =>
  withCluster(async (bench) => {
    const { server } = bench
    for (let i = 0; i < 1_100; i++) server.state.create('services', web(`s${i}`))
    await withReflector(bench, async (reflector) => {
      assert.equal(await reflector.synced, true)
      assert.equal(reflector.store.size, 1_100)
      const { store } = reflector

      server.state.create('services', web('live'))
      await until('a new one arrives', () => store.get('default/live') !== undefined)
      assert.deepEqual(
        Object.keys(store.get('default/live')!).toSorted(),
        Object.keys(store.get('default/s1')!).toSorted(),
      )

      server.dropWatches()
      server.state.delete('services', 'default/s0')
      await until('a deletion arrives over a broken watch', () => store.get('default/s0') === undefined)

      const before = store.get('default/s1')?.metadata.uid
      server.refuseConnections()
      server.state.delete('services', 'default/s1')
      server.state.create('services', web('s1'))
      server.state.delete('services', 'default/s2')
      server.state.compact()
      server.refuseConnections(false)
      await until('a deletion in a lost past is noticed', () => store.get('default/s2') === undefined)
      assert.notEqual(store.get('default/s1')?.metadata.uid, before)
      assert.equal(store.byUid(before!), undefined)
      assert.equal(store.size, 1_099)
    })
  }))

test('end to end: a Service gets finalizer, ingress and condition in one patch, and goes by the last one', () =>
  withCluster(async ({ client, server, signal }) => {
    const ref = { namespace: 'default', name: 'web' }
    server.state.create('services', web('web'))
    const read = () => client.get<ServiceObject>(services, ref, signal)
    const write = (patch: Patch | undefined) => client.patch<ServiceObject>(services, ref, patch!, signal)
    const change = {
      annotations: { 'lb-controller.io/accepted': 'x' },
      addFinalizers: ['service.kubernetes.io/load-balancer-cleanup'],
      loadBalancer: { ingress: [{ ip: '192.0.2.7' }] },
      conditions: [{ type: 'Ready', status: 'True', reason: 'Serving', message: '' }],
    } as const
    const first = await read()
    const patch = servicePatch(first, change, Date.now())
    const patched = await write(patch)
    assert.equal(servicePatch(await read(), change, Date.now()), undefined)
    assert.deepEqual(
      [patched.status?.loadBalancer?.ingress?.[0]?.ip, patched.spec?.ports?.[0]?.port],
      ['192.0.2.7', 80],
    )
    await assert.rejects(write(patch), { code: 409 }, 'the version is guarded')

    server.state.delete('services', 'default/web')
    const going = await read()
    assert.ok(going.metadata.deletionTimestamp !== undefined)
    await write(servicePatch(going, { loadBalancer: {}, removeFinalizers: change.addFinalizers }, Date.now()))
    await assert.rejects(read(), { code: 404, reason: 'NotFound' })

    server.state.create('services', web('web'))
    const another = servicePatch(going, { annotations: { late: 'yes' } }, Date.now())
    await assert.rejects(write(another), { code: 409 }, 'another Service of the same name is not touched')
  }))

test('end to end: two contend for a lease whose answers get lost, and the release hands it over', () =>
  withCluster(async ({ server, client, another }) => {
    const timing = { durationMs: 20_000, marginMs: 2_000, renewMs: 50, requestTimeoutMs: 3_000 }
    const ref = { namespace: 'kube-system', name: 'lb-controller' }
    const make = (api: Client, identity: string) =>
      new Lease({ ...ref, ...timing, api, identity, clock: systemClock })
    const [a, b] = [make(client, 'a'), make(await another(), 'b')]
    const [stopA, stopB] = [new AbortController(), new AbortController()]
    const runningA = a.start(stopA.signal)
    await until('a leads', () => a.held)
    const runningB = b.start(stopB.signal)
    server.mishaps.plan({ verb: 'update', resource: 'leases', cut: 'after', times: 3 })
    server.mishaps.plan({ verb: 'update', resource: 'leases', code: 500, times: 2 })
    await systemClock.sleep(600)
    assert.deepEqual([a.held, b.held], [true, false])
    assert.ok(a.heldUntil() > Date.now() + 10_000)
    stopA.abort()
    await runningA
    await until('b leads', () => b.held)
    const lease = await client.get<LeaseObject>(leases, ref, new AbortController().signal)
    assert.deepEqual([lease.spec?.holderIdentity, lease.spec?.leaseTransitions], ['b', 1])
    stopB.abort()
    await runningB
  }))

test('end to end: events are taken by the API, counted up, and their refusal is survived', () =>
  withCluster(async ({ server, client, signal }) => {
    server.state.create('services', web('web'))
    const about = await client.get<ServiceObject>(services, { namespace: 'default', name: 'web' }, signal)
    const recorder = new EventRecorder({ api: client, clock: systemClock, instance: 'pod-1' })
    for (const message of ['no subnet', 'no quota', 'no quota', 'no subnet'])
      recorder.record(about, 'Warning', 'SyncLoadBalancerFailed', message)
    await recorder.drained()
    interface Written extends KubeObject {
      note: string
      series?: { count: number }
    }
    const { items } = await client.list<Written>(events, { namespace: 'default' }, signal)
    const written = items.map(({ note, series }) => `${note} x${series?.count ?? 1}`).toSorted()
    assert.deepEqual(written, ['no quota x1', 'no subnet x2'])
    server.mishaps.deny = [{ resource: 'events' }]
    recorder.record(about, 'Normal', 'Other', 'refused')
    await recorder.drained()
  }))

test('end to end: the cluster is known by the uid of kube-system', () =>
  withCluster(async ({ server, client, signal }) => {
    assert.equal(await clusterUid(client, signal), server.state.get('namespaces', 'kube-system').metadata.uid)
    server.mishaps.deny = [{ resource: 'namespaces' }]
    await assert.rejects(clusterUid(client, signal), { code: 403, reason: 'Forbidden' })
  }))
